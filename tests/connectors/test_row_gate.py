"""The row gate: a bad row is kept aside by line, field and reason, everything else is taken, and nothing of it is shown."""

from pathlib import Path

import polars as pl
import pytest
from mapped_rows import HEADER, NOW, REPAIRS, mapped, refused

from connectors.batch import Batch
from connectors.mapping import loads
from connectors.pseudonyms import Pseudonyms
from connectors.reasons import FLAGS, REASONS, sentence
from connectors.shape import Mapper


def test_a_sound_row_makes_a_demand_and_a_closing_that_know_each_other():
    batch = mapped("1,T1,04/05/2026 09:30,05/05/2026 10:00,damp\n2,T2,04/05/2026,,\n")
    demands, closings = batch.frames["demands"], batch.frames["activities"]
    assert demands["demand_id"].to_list() == ["repairs:1", "repairs:2"]
    assert closings.select("demand_id", "kind", "person_id").rows() == [("repairs:1", "close", demands["person_id"][0])]
    assert demands["received_precision"].to_list() == ["minute", "day"]
    assert demands["issue"].to_list() == ["damp", None]
    assert demands["issue_key"].is_null().to_list() == [False, True]
    assert "T1" not in str(batch.frames)
    assert (batch.read, batch.rows.height, batch.rejects.height) == (2, 2, 0)


@pytest.mark.parametrize(("row", "where"), [
    ("1,1.23E+09,04/05/2026,,damp", (2, "tenant", "person_id_scientific")),
    ("1,T1,31/02/2026,,damp", (2, "opened", "impossible_date")),
    ("1,T1,5/4/2026,,damp", (2, "opened", "time_not_in_format")),
    ("1,T1,,,damp", (2, "opened", "missing_time")),
    (",T1,04/05/2026,,damp", (2, "id", "missing_key")),
    ("1,T1,29/03/2026 01:30,,damp", (2, "opened", "time_does_not_exist")),
    ("1,T1,02/07/2026,,damp", (2, "opened", "event_in_future")),
    ("1,T1,04/05/2026,soon,damp", (2, "closed", "time_not_in_format")),
    ("1,--,04/05/2026,,damp", (2, "tenant", "person_id_too_short")),
    ("1,T1,04/05/2026,damp", (2, None, "wrong_number_of_fields")),
])  # fmt: skip
def test_a_bad_row_is_kept_aside_with_its_reason_and_the_row_beside_it_is_taken(row, where):
    batch = mapped(f"{row}\n9,T9,04/05/2026,,damp\n")
    assert refused(batch) == [where]
    assert batch.rows["line"].to_list() == [3]
    assert batch.frames["demands"]["demand_id"].to_list() == ["repairs:9"]
    assert batch.read == batch.rows.height + batch.rejects.height == 2
    told = sentence(where[2], where[1], where[0])
    assert told.startswith("Line 2")
    assert told.endswith(".")


def test_a_refused_row_leaves_no_text_only_a_keyed_hash_of_its_key():
    batch = mapped("SECRET,T1,never,,damp\n")
    kept = batch.rejects.row(0, named=True)
    assert "SECRET" not in str(kept)
    assert len(kept["key_hash"]) == 32
    assert mapped("SECRET,T2,still not,,\n").rejects["key_hash"][0] == kept["key_hash"]


def test_tomorrow_is_let_in_for_clocks_that_disagree_and_plans_may_lie_ahead():
    assert refused(mapped("1,T1,01/07/2026,,damp\n")) == []
    planned = REPAIRS.replace('issue = "type"', 'expected_by = "type"')
    assert refused(mapped("1,T1,04/05/2026,,04/05/2027\n", planned)) == []


def test_a_closing_before_its_opening_is_set_aside_and_the_demand_is_kept():
    batch = mapped("1,T1,04/05/2026 09:30,03/05/2026 09:30,damp\n")
    assert batch.rejects.is_empty()
    assert batch.frames["demands"].height == 1
    assert batch.frames["activities"].is_empty()
    assert batch.flags == {"end_doubtful": 1}


@pytest.mark.parametrize(("opened", "closed", "doubtful"), [
    ("2026-05-04 09:30:20", "2026-05-04 09:30", False),  # a minute cannot come before its own seconds
    ("2026-05-04 09:30:20", "2026-05-04 09:29", True),
    ("2026-05-04 09:30", "2026-05-04", False),
    ("2026-05-04", "2026-05-03 23:59:59", True),
    ("2026-05-04", "2026-05", False),
    ("2026-05-04", "2026", False),
    ("2026-05-04", "2026-04", True),
    ("2026-05-04", "2025", True),
])  # fmt: skip
def test_before_is_told_by_the_coarser_of_two_times(opened, closed, doubtful):
    iso = REPAIRS.replace('formats = ["%d/%m/%Y %H:%M", "%d/%m/%Y"]', 'formats = ["iso"]')
    assert mapped(f"1,T1,{opened},{closed},damp\n", iso).flags == ({"end_doubtful": 1} if doubtful else {})


def test_an_activitys_own_end_before_its_start_is_nulled_and_flagged():
    visits = """
name = "visits"
timezone = "UTC"
key = ["id"]
[[activity]]
id = "id"
kind = { value = "visit" }
started = "began"
ended = "ended"
"""
    batch = mapped("1,2026-05-04,2026-05-03\n2,2026-05-04,2026-05-05\n", visits, "id,began,ended\n")
    made = batch.frames["activities"].select("ended_day", "ended_at", "ended_precision", "end_doubtful").rows()
    assert made[0] == (None, None, None, True)
    assert made[1][0] is not None
    assert made[1][3] is False
    assert batch.flags == {"end_doubtful": 1}


def test_a_time_the_clock_showed_twice_is_taken_and_counted():
    batch = mapped("1,T1,25/10/2025 01:30,,damp\n2,T1,26/10/2025 01:30,,damp\n")
    assert batch.rejects.is_empty()
    assert batch.flags == {"ambiguous_time": 1}


FULL = """
name = "acts"
timezone = "UTC"
key = ["id"]
[[activity]]
id = "id"
started = "day"
kind = { column = "kind", table = { Visit = "visit" } }
cost_pence = { column = "cost", unit = "pounds" }
minutes = "minutes"
price_year = "year"
"""


@pytest.mark.parametrize(("row", "reason"), [
    ("1,2026-05-04,visit,12.50,30,2026", None),
    ("1,2026-05-04,VISIT,,,", None),
    ("1,2026-05-04,party,,,", ("kind", "not_an_allowed_value")),
    ("1,2026-05-04,,,,", ("kind", "missing_value")),
    ("1,2026-05-04,visit,1.23E+09,,", ("cost", "not_a_number")),
    ('1,2026-05-04,visit,"1,000",,', ("cost", "not_a_number")),
    ("1,2026-05-04,visit,,half,", ("minutes", "not_a_number")),
    ("1,2026-05-04,visit,,,12345678901234567890", ("year", "not_a_number")),
    ("1,2026-05-04,visit,,,20260101093000", ("year", "not_a_number")),  # a whole number, beyond what the column holds
])  # fmt: skip
def test_numbers_and_listed_words_are_gated_on_their_text(row, reason):
    batch = mapped(f"{row}\n", FULL, "id,day,kind,cost,minutes,year\n")
    assert refused(batch) == ([] if reason is None else [(2, *reason)])
    if reason is None and "12.50" in row:
        assert batch.frames["activities"].select("cost_pence", "minutes", "price_year").row(0) == (1250, 30.0, 2026)


def test_a_word_no_table_knows_stays_in_free_text_and_becomes_otherwise_where_said():
    free = REPAIRS.replace('issue = "type"', 'issue = { column = "type", table = { dmp = "damp" } }')
    said = REPAIRS.replace(
        'issue = "type"', 'issue = { column = "type", table = { dmp = "damp" }, otherwise = "other" }'
    )
    rows = "1,T1,04/05/2026,,DMP\n2,T1,04/05/2026,,boiler\n3,T1,04/05/2026,,\n"
    assert mapped(rows, free).frames["demands"]["issue"].to_list() == ["damp", "boiler", None]
    assert mapped(rows, said).frames["demands"]["issue"].to_list() == ["damp", "other", "other"]


def test_the_first_pattern_that_matches_counts():
    coded = REPAIRS.replace(
        'outcome = { value = "closed" }',
        'outcome = { column = "type", patterns = [["(?i)dup", "nfa"], ["referred", "screened_out"]], otherwise = "closed" }',
    )
    texts = ("Duplicate, referred", "referred on", "mended", "")
    rows = "".join(f'{n},T1,04/05/2026,05/05/2026,"{text}"\n' for n, text in enumerate(texts))
    assert mapped(rows, coded).frames["activities"]["outcome"].to_list() == ["nfa", "screened_out", "closed", "closed"]


def test_a_row_is_the_same_while_what_is_mapped_of_it_is_the_same():
    header = HEADER.strip() + ",note\n"
    first = mapped("1,T1,04/05/2026,,damp,quiet\n", header=header).rows["content_hash"][0]
    assert mapped("1,T1,04/05/2026,,damp,loud\n", header=header).rows["content_hash"][0] == first
    assert mapped("1,T1,04/05/2026,,mould,quiet\n", header=header).rows["content_hash"][0] != first
    assert (
        mapped("1,T1,04/05/2026,damp,,quiet\n".replace("damp,", ",damp"), header=header).rows["content_hash"][0]
        == first
    )


def test_a_corrected_mapping_reads_every_row_anew_and_a_new_title_does_not():
    row = "1,T1,04/05/2026,,damp\n"
    first = mapped(row).rows["content_hash"][0]
    assert mapped(row, REPAIRS + '\n[tables.unused]\na = "b"\n').rows["content_hash"][0] == first
    assert mapped(row, 'title = "Ours"\n' + REPAIRS).rows["content_hash"][0] == first
    assert mapped(row, REPAIRS.replace("Europe/London", "UTC")).rows["content_hash"][0] != first


def test_without_a_key_a_row_is_what_it_says():
    keyless = REPAIRS.replace('key = ["id"]', "")
    batch = mapped("1,T1,04/05/2026,,damp\n1,T1,04/05/2026,,damp\n2,T1,04/05/2026,,damp\n", keyless)
    keys = batch.rows["source_key"].to_list()
    assert keys[0] == keys[1] != keys[2]


def test_rows_of_which_nothing_is_made_are_remarked_on_where_none_makes_anything():
    some = REPAIRS.replace('received = "opened"', 'received = "opened"\nwhen = "type = plumbing"')
    rows = "1,T1,04/05/2026,,plumbing\n2,T1,04/05/2026,,damp\n"
    assert mapped(rows, some).flags == {}
    batch = mapped(rows, some.replace("type = plumbing", "type = plumbng"))
    assert (batch.rows.height, batch.flags) == (2, {"no_record": 2})
    assert mapped("1,T1,soon,,plumbing\n", some).flags == {}  # refused, and told so


def test_every_reason_and_flag_is_given_somewhere_and_reads_as_a_sentence():
    places = (Path(__file__).parents[2] / "connectors").rglob("*.py")
    code = "".join(path.read_text() for path in places if path.name != "reasons.py")
    for word in {*REASONS, *FLAGS}:
        assert f'"{word}"' in code, f"no code gives {word}"
    for reason in REASONS:
        assert sentence(reason, "COLUMN", 7).startswith("Line 7, 'COLUMN': ")


def test_columns_of_the_frames_are_the_declared_ones_with_their_types():
    from measures.model.records import FRAMES

    batch = mapped("1,T1,04/05/2026,05/05/2026,damp\n")
    for name, frame in batch.frames.items():
        assert dict(frame.drop("line").schema) == FRAMES[name].columns
        assert frame.schema["line"] == pl.Int64


NUMBER = "9434765919"
NAMED = """
name = "clinic"
timezone = "UTC"
"""
PERSON = """
[person]
column = "who"
id_type = "nhs_number"
"""
SEEN = """
[[demand]]
received = "asked"
"""


def texts(batch) -> str:
    return " ".join(str(frame.rows()) for frame in (batch.rows, batch.rejects, *batch.frames.values()))


@pytest.mark.parametrize("mapping", [
    NAMED + 'key = ["ref"]\n' + SEEN + 'person_id = "who"\n',
    NAMED + "canonical = true\n",
    NAMED + 'key = ["ref"]\n[[person_record]]\nid = "who"\n',
    NAMED + 'key = ["who"]\n[[person_record]]\nid = "who"\n',
    NAMED + 'key = ["who", "asked"]\n' + PERSON + SEEN,
    NAMED + 'key = ["who"]\n' + PERSON + '[[person_record]]\nid = "who"\n',
    NAMED + 'key = ["ref"]\n' + PERSON + SEEN + 'id = "who"\nneed_id = ["who", "ref"]\nplace = "who"\n',
])  # fmt: skip
def test_a_persons_number_is_a_pseudonym_wherever_it_stands(mapping):
    header = "ref,who,asked\n" if "canonical" not in mapping else "demand_id,person_id,received\n"
    batch = mapped(f"r1,{NUMBER},2026-05-04\nr2,,2026-05-04\n", mapping, header)
    assert NUMBER not in texts(batch)
    assert batch.rows.height == (1 if 'key = ["who' in mapping or 'id = "who"\nneed' in mapping else 2)
    for frame in batch.frames.values():
        assert frame["person_id"].drop_nulls().str.len_chars().to_list() == [32]
        assert frame["person_key"].null_count() == frame["person_id"].null_count()


def test_a_persons_own_row_is_known_by_the_pseudonym_it_meets_others_under():
    people = mapped(f"r1,{NUMBER},2026-05-04\n", NAMED + 'key = ["who"]\n' + PERSON + '[[person_record]]\nid = "who"\n',
                    "ref,who,asked\n")  # fmt: skip
    assert people.rows["source_key"].to_list() == people.frames["people"]["person_id"].to_list()


def test_ids_that_are_pseudonyms_already_stay_as_they_are():
    told = mapped(f"r1,{NUMBER},2026-05-04\n", NAMED + 'key = ["who"]\n' + PERSON + "pseudonym = false\n" + SEEN,
                  "ref,who,asked\n")  # fmt: skip
    assert told.frames["demands"].select("demand_id", "person_id").row(0) == (f"clinic:{NUMBER}", NUMBER)


def test_a_hash_over_a_persons_number_needs_the_key_and_others_stay_what_they_were():
    def hashes(mapping: str, key: bytes) -> list[int]:
        meant = loads(mapping)
        batch = Batch(pl.DataFrame({"id": ["1"], "tenant": [NUMBER], "opened": ["04/05/2026"], "closed": [None],
                                    "type": ["damp"]}, schema_overrides={"closed": pl.String}), pl.Series([2]))  # fmt: skip
        return Mapper(meant, Pseudonyms(key), NOW).map(batch).rows["content_hash"].to_list()

    one, other = (bytes([letter]) * 32 for letter in b"ab")
    assert hashes(REPAIRS, one) == hashes(REPAIRS, one)
    assert hashes(REPAIRS, one) != hashes(REPAIRS, other)
    nobody = REPAIRS.replace('[person]\ncolumn = "tenant"\n', "")
    assert hashes(nobody, one) == hashes(nobody, other)


def test_parts_of_a_key_that_hold_its_mark_make_no_two_keys_one():
    two = REPAIRS.replace('key = ["id"]', 'key = ["id", "type"]')
    rows = [("a|b", "c"), ("a", "b|c"), ("a\\", "b|c"), ("a|b\\", "c"), ("a\\", "b"), ("a", "b")]
    batch = mapped("".join(f"{one},T1,04/05/2026,,{other}\n" for one, other in rows), two)
    assert batch.rows["source_key"].n_unique() == len(rows)
    assert batch.rows["source_key"].to_list()[-2:] == ["a\\|b", "a|b"]  # as they always were
    assert mapped("a|b,T1,04/05/2026,,c\n").rows["source_key"].to_list() == ["a|b"]
