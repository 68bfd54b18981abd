"""Mappings: what a steward may write, what is answered when it cannot be, and that what is saved is what was read."""

import pytest
from mapped_rows import REPAIRS, mapped, refused

from connectors.identifying import identifying
from connectors.mapping import PRESETS, condition, load, loads
from connectors.refusal import ImportRefused, MappingError
from measures.model.time import day_date

PRESET_NAMES = sorted(path.stem for path in PRESETS.glob("*.toml"))
EVERYTHING = """
name = "everything"
title = "Each word once — with \\"quotes\\" and a \\\\ stroke"
timezone = "Europe/London"
known = "as it happened"
proxy = "place"
asked = true
snapshot = true
prefix = false
key = ["id", "n"]
nulls = ["?", "N/A"]
warnings = ["It says little.", "It says it late."]
[file]
kind = "workbook"
sheet = "Requests"
encoding = "cp1252"
delimiter = ";"
[times]
formats = ["iso", "%d/%m/%Y"]
[times.columns]
"opened on" = "infer"
[person]
column = "nhs"
id_type = "nhs_number"
domain = "health"
[group]
by = "id"
order = ["changed", "n"]
[tables.who]
"Staff member" = "professional"
[[demand]]
when = "first of group"
id = "id"
received = "opened on"
made_by = { column = "by", table = "who", otherwise = "self" }
contact_key = ["call", "id"]
[[activity]]
rule = "closing"
when = ["state in Closed | Done with it", "n rose", "by not in Robot", "note ~ (?i)clos", "nhs present", "old absent"]
not_before = "opened on"
recorded = "changed"
started = "changed"
kind = { value = "close" }
outcome = { column = "note", patterns = [["(?i)dup|licate", "nfa"], ["=", "closed"]], otherwise = "other" }
worker_id = { column = "by", pseudonym = "worker" }
cost_pence = { column = "cost", unit = "pounds" }
[[need]]
id = "id"
first_demand = "opened on"
[[clock]]
name = { value = "target" }
started = "opened on"
deadline = "due"
"""


@pytest.mark.parametrize("text", [EVERYTHING, REPAIRS], ids=["everything", "repairs"])
def test_what_is_saved_is_what_was_read(text):
    mapping = loads(text)
    assert loads(mapping.to_toml()) == mapping


@pytest.mark.parametrize("name", PRESET_NAMES)
def test_every_preset_is_read_saved_and_says_what_its_source_cannot(name):
    mapping = load(f"preset:{name}")
    assert loads(mapping.to_toml()) == mapping
    assert mapping.name == name
    assert mapping.warnings
    assert not identifying(mapping)


@pytest.mark.parametrize(("change", "sentence"), [
    (("timezone = ", "# "), 'timezone is missing; add timezone = "Europe/London"'),
    (("Europe/London", "Europe/Londn"), '"Europe/Londn" is not a time zone'),
    (('name = "repairs"', 'name = "Our Repairs"'), "must be short and plain"),
    (('name = "repairs"', "name = 7"), "name = 7 must be text"),
    (("[[demand]]", "[[demnad]]"), "holds 'demnad', which means nothing there; did you mean 'demand'"),
    (('issue = "type"', 'isue = "type"'), r"\[\[demand\]\] 1 holds 'isue'.*did you mean 'issue'"),
    (('received = "opened"', ""), r"\[\[demand\]\] 1 needs received"),
    (('value = "close"', 'value = "shut"'), "'shut' is not one of screen, assess"),
    (('when = "closed present"', 'when = "closed is there"'), 'when = "closed is there" cannot be read'),
    (('column = "tenant"', ""), r"\[person\] needs column"),
    (('issue = "type"', "issue = 7"), "must be a column name"),
    (('issue = "type"', 'issue = { otherwise = "x" }'), "neither a column nor a value"),
    (('issue = "type"', 'issue = { column = "type", table = "none" }'), "names the table 'none'"),
    (('issue = "type"', 'issue = { column = "type", patterns = [["(", "x"]] }'), "is not a regular expression"),
    (('name = "repairs"', 'name = "repairs"\nknown = "later"'), "known = 'later' is not one of"),
    (('rule = "closed"', 'rule = "demand"'), "two rules are named 'demand'"),
    (('key = ["id"]', "key = ["), "not valid TOML"),
    (('name = "repairs"', 'name = "repairs"\nsnapshot = "false"'), "snapshot = 'false' must be true or false, without quotes"),
    (('name = "repairs"', 'name = "repairs"\nasked = 1'), "asked = 1 must be true or false"),
    (('name = "repairs"', 'name = "repairs"\nprefix = "no"'), "prefix = 'no' must be true or false"),
    (('column = "tenant"', 'column = "tenant"\npseudonym = "false"'), r"\[person\] pseudonym = 'false' must be true"),
    (('issue = "type"', 'issue = { column = "type", unit = "pound" }'), "issue unit = 'pound' is not one of 'pounds'"),
    (('issue = "type"', 'issue = { column = "type", pseudonym = true }'), "issue pseudonym = True must be text"),
    (('issue = "type"', 'issue = { column = "type", patterns = ["a", "bc"] }'), "issue patterns must be pairs such as"),
    (('issue = "type"', 'issue = { column = "type", table = 3 }'), "issue table = 3 must be pairs such as"),
    (('issue = "type"', 'issue = { column = "type", table = ["a"] }'), r"issue table = \['a'\] must be pairs such as"),
    (('not_before = "opened"', 'not_before = ["opened"]'), r"not_before = \['opened'\] must be the name of one column"),
    (('not_before = "opened"', "not_before = 3"), "not_before = 3 must be the name of one column"),
    (("[times]", '[times]\ncolumns = "opened"'), r"\[times.columns\] must be a table of its own; it is 'opened'"),
    (('key = ["id"]', 'key = ["id"]\nneed = ["x"]'), r"'x' stands where a record belongs; begin it with \[\[need\]\]"),
    (('when = "closed present"', 'when = "first of group"'), r'when = "first of group" means nothing without \[group\]'),
    (('when = "closed present"', 'when = "type changed"'), r'when = "type changed" means nothing without \[group\]'),
    (('"%d/%m/%Y"]', '"%d/%m/%Y %I:%M"]'), r"\[times\] formats: the date format '%d/%m/%Y %I:%M' makes no time"),
])  # fmt: skip
def test_a_mapping_that_means_nothing_is_answered_in_one_sentence(change, sentence):
    with pytest.raises(MappingError, match=sentence) as refused:
        loads(REPAIRS.replace(*change), "repairs.toml")
    assert str(refused.value).startswith("repairs.toml")


@pytest.mark.parametrize("change", [('by = "number"', 'by = "who"'), ('key = ["number"', 'key = ["who"')])
def test_a_log_is_not_told_apart_by_who_asked(change):
    with pytest.raises(MappingError, match="'who' says who somebody is and cannot tell the rows of a group apart"):
        loads(LOG.replace(*change))


def test_a_preset_or_file_that_is_not_there_is_answered_with_what_is():
    with pytest.raises(MappingError, match=r"no preset 'nothing'; the shipped ones are .*municipal_311"):
        load("preset:nothing")
    with pytest.raises(MappingError, match=r"there is no mapping file nowhere\.toml"):
        load("nowhere.toml")


def test_a_mark_at_the_files_beginning_is_no_part_of_it(tmp_path):
    (tmp_path / "repairs.toml").write_text(REPAIRS, encoding="utf-8-sig")
    assert load(tmp_path / "repairs.toml") == loads(REPAIRS)


def test_conditions_read_as_they_are_said():
    assert condition("the state in Closed | Done").values == ("Closed", "Done")
    assert condition("state = a = b").values == ("a = b",)
    assert condition("first of group").column == ""


def test_null_words_mean_nothing_wherever_they_stand():
    batch = mapped("1,?,04/05/2026,?,N/A\n", 'nulls = ["?", "N/A"]\n' + REPAIRS)
    assert batch.rejects.is_empty()
    assert batch.frames["demands"].select("person_id", "issue").row(0) == (None, None)
    assert batch.frames["activities"].is_empty()


def test_dates_that_could_be_two_dates_are_asked_about_and_one_that_settles_it_is_enough():
    infer = REPAIRS.replace('formats = ["%d/%m/%Y %H:%M", "%d/%m/%Y"]', 'formats = ["infer"]')
    both = "1,T1,03/04/2026,,damp\n2,T1,05/06/2026,,damp\n"
    with pytest.raises(ImportRefused, match=r"'opened' could be day first or month first .*'03/04/2026'.*%d/%m/%Y"):
        mapped(both, infer)
    settled = mapped(both + "3,T1,13/04/2026,,damp\n", infer)
    assert day_date(settled.frames["demands"]["received_day"][0]).isoformat() == "2026-04-03"
    with pytest.raises(ImportRefused, match="no single date format reads all of 'opened'"):
        mapped("1,T1,13/04/2026,,damp\n2,T1,04/13/2026,,damp\n", infer)


def test_the_advice_on_dates_can_be_pasted_and_shows_nobodys_name():
    infer = REPAIRS.replace('formats = ["%d/%m/%Y %H:%M", "%d/%m/%Y"]', 'formats = ["infer"]')
    spaced = infer.replace('received = "opened"', 'received = "asked on"').replace('"opened"', '"asked on"')
    with pytest.raises(ImportRefused, match='add "asked on" = "%d/%m/%Y" or "%m/%d/%Y" to') as refused:
        mapped("1,T1,03/04/2026,,damp\n", spaced, "id,tenant,asked on,closed,type\n")
    loads(
        spaced.replace("[person]", f"[times.columns]\n{str(refused.value).split('add ')[1].split(' or ')[0]}\n[person]")
    )
    for said in ("Ann Example", "943-476-5919", "123-45-6789"):
        with pytest.raises(
            ImportRefused, match="no single date format reads all of 'opened'; name its format"
        ) as refused:
            mapped(f"1,T1,{said},,damp\n", infer)
        assert said not in str(refused.value)


def test_what_orders_a_log_has_its_dates_named():
    with pytest.raises(MappingError, match="'changed' orders the rows of a group, so its date format must be named"):
        loads(LOG.replace("[person]", '[times.columns]\nchanged = "infer"\n[person]'))


LOG = """
name = "log"
timezone = "UTC"
known = "as it happened"
key = ["number", "n"]
[person]
column = "who"
[group]
by = "number"
order = ["changed", "n"]
[[demand]]
when = "first of group"
received = "opened"
[[activity]]
rule = "change"
when = ["later of group", "state != Closed"]
kind = { value = "administer" }
started = "changed"
[[activity]]
rule = "closed"
when = "state = Closed"
kind = { value = "close" }
started = "changed"
[[activity]]
rule = "again"
when = "reopened rose"
kind = { value = "reopen" }
started = "changed"
"""
LOG_HEADER = "number,n,who,opened,changed,state,reopened\n"
LOG_ROWS = [
    "A,0,P1,2026-05-01 08:00,2026-05-01 08:05,New,0",
    "A,1,P1,2026-05-01 08:00,2026-05-01 09:00,Closed,0",
    "A,2,P1,2026-05-01 08:00,2026-05-02 09:00,Active,1",
    "A,10,P1,2026-05-01 08:00,2026-05-02 09:00,Closed,1",
    "B,0,P2,2026-05-01 10:00,2026-05-01 10:00,Closed,0",
]


def test_several_rows_of_an_incident_are_one_demand_whatever_their_order():
    for rows in (LOG_ROWS, LOG_ROWS[::-1], [LOG_ROWS[3], LOG_ROWS[0], LOG_ROWS[4], LOG_ROWS[2], LOG_ROWS[1]]):
        batch = mapped("\n".join(rows) + "\n", LOG, LOG_HEADER)
        acts = batch.frames["activities"].sort("demand_id", "started_at", "kind", descending=[False, False, True])
        assert sorted(batch.frames["demands"]["demand_id"].to_list()) == ["log:A", "log:B"]
        assert acts.select("demand_id", "kind").rows() == [
            ("log:A", "close"), ("log:A", "reopen"), ("log:A", "close"), ("log:A", "administer"),
            ("log:B", "close"),
        ]  # fmt: skip
        assert batch.rows.height == 5
        assert ("out_of_order" in batch.flags) == (rows is not LOG_ROWS)


@pytest.mark.parametrize("refused_row", [
    "A,0,P1,2026-02-31 08:00,2026-05-01 08:05,New,0",  # no such day
    "A,,P1,2026-05-01 08:00,2026-05-01 08:05,New,0",  # no key
    "A,0,1.23E+09,2026-05-01 08:00,2026-05-01 08:05,New,0",  # a spreadsheet's number
])  # fmt: skip
def test_a_refused_row_begins_no_incident_and_the_next_one_does(refused_row):
    batch = mapped("\n".join([refused_row, *LOG_ROWS[1:3]]) + "\n", LOG, LOG_HEADER)
    assert (batch.rejects.height, batch.rows["source_key"].to_list()) == (1, ["A|1", "A|2"])
    assert batch.frames["demands"]["demand_id"].to_list() == ["log:A"]
    assert set(batch.frames["activities"]["demand_id"]) == {"log:A"}
    assert "out_of_order" not in batch.flags


def test_a_row_without_the_demands_own_time_leaves_the_demand_to_the_next_unless_none_has_it():
    without = [row.replace("2026-05-01 08:00", "") for row in LOG_ROWS[:3]]
    batch = mapped("\n".join([without[0], *LOG_ROWS[1:3]]) + "\n", LOG, LOG_HEADER)
    assert (batch.rejects.height, batch.frames["demands"]["demand_id"].to_list()) == (0, ["log:A"])
    batch = mapped("\n".join(without) + "\n", LOG, LOG_HEADER)
    assert refused(batch) == [(2, "opened", "missing_time")]


def test_what_a_history_tells_was_known_when_it_happened():
    batch = mapped("\n".join(LOG_ROWS) + "\n", LOG, LOG_HEADER)
    demand = batch.frames["demands"].filter(demand_id="log:A").row(0, named=True)
    assert demand["recorded_at"] > demand["received_at"]  # the first row was saved five minutes later
    acts = batch.frames["activities"]
    assert acts["recorded_at"].to_list() == acts["started_at"].to_list()


def test_a_table_in_our_own_words_needs_no_rules():
    ours = 'name = "ours"\ntimezone = "UTC"\ncanonical = true\n'
    header = "demand_id,person_id,received_at,service,made_by\n"
    batch = mapped("d1,p1,2026-05-04T09:30:00Z,housing,self\nd2,,1997,housing,\n", ours, header)
    told = batch.frames["demands"].select("demand_id", "service", "made_by", "received_precision").rows()
    assert [row[1:] for row in told] == [("housing", "self", "instant"), ("housing", None, "year")]
    assert batch.frames["demands"]["person_id"].is_null().to_list() == [False, True]
    with pytest.raises(MappingError, match="these columns fill no record"):
        mapped("1\n", ours, "something\n")


@pytest.mark.parametrize(("column", "what"), [
    ("customer_name", "names"), ("Surname", "names"), ("firstName", "names"), ("Post Code", "postcodes"),
    ("date_of_birth", "dates of birth"), ("DOB", "dates of birth"), ("email", "ways to reach"),
    ("team_name", None), ("service name", None), ("category", None),
])  # fmt: skip
def test_a_mapped_column_that_looks_like_a_person_is_remarked_on(column, what):
    found = identifying(loads(REPAIRS.replace('issue = "type"', f'issue = "{column}"')))
    assert [what in text for text in found] == ([] if what is None else [True])


def test_a_pseudonym_of_such_a_column_is_no_such_remark():
    hidden = REPAIRS.replace('column = "tenant"', 'column = "tenant_name"')
    assert identifying(loads(hidden)) == ()
