"""The row gate: a bad row is kept aside with its line, its column and a reason; everything else is let in."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from intake_by_hand import DESK, Intake

from connectors.reasons import REASONS, sentence
from connectors.refusal import ImportRefused, MappingError
from connectors.store import open_store
from measures.model.principal import LOCAL
from measures.model.time import day_date, day_number, instant

CANARY = "xq-canary-7781"


def sums(report) -> bool:
    return report.read == report.accepted + report.unchanged + report.superseded + report.rejected


@pytest.mark.parametrize(
    ("row", "field", "reason"),
    [
        (",2024-01-05,p1", "ref", "missing_key"),
        ("2,,p1", "asked", "missing_time"),
        ("2,5/1/2024,p1", "asked", "time_not_in_format"),
        ("2,2024-1-5,p1", "asked", "time_not_in_format"),
        ("2,2024-02-30,p1", "asked", "impossible_date"),
        ("2,0024-01-05,p1", "asked", "impossible_date"),
        ("2,2024-03-31 01:30,p1", "asked", "time_does_not_exist"),
        ("2,2025-01-02,p1", "asked", "event_in_future"),
        ("2,2024-01-05,1.23E+09", "who", "person_id_scientific"),
        ('2,2024-01-05,"1,23E+09"', "who", "person_id_scientific"),
        ("2,2024-01-05,- -", "who", "person_id_too_short"),
        ("2,2024-01-05", None, "wrong_number_of_fields"),
        ("2,2024-01-05,p1,more", None, "wrong_number_of_fields"),
    ],
)
def test_a_bad_row_is_kept_aside_and_the_others_go_in(intake: Intake, row: str, field: str, reason: str) -> None:
    report = intake.bring(f"ref,asked,who\n1,2024-01-05,p1\n{row}\n3,2024-01-05,p3\n")
    assert (report.read, report.accepted, report.rejected, report.reasons) == (3, 2, 1, {reason: 1})
    assert intake.refused(report) == [(3, field, reason)]
    assert intake.rows()["demand_id"].to_list() == ["desk:1", "desk:3"]
    told = sentence(reason, field, 3)
    assert told.startswith("Line 3")
    assert "; " in told  # what is wrong; what to do
    assert field is None or repr(field) in told


def test_every_reason_with_a_sentence_is_given_somewhere() -> None:
    program = Path(__file__).parents[2] / "connectors"
    given = "".join(path.read_text() for path in program.rglob("*.py") if path.name != "reasons.py")
    assert [reason for reason in REASONS if f'"{reason}"' not in given] == []


def test_no_text_of_a_refused_row_lands_anywhere(intake: Intake) -> None:
    report = intake.bring(
        f"ref,asked,who\n{CANARY}1,soon,{CANARY}2\n{CANARY}3,2024-01-05,1.5E+10\n,2024-01-05,{CANARY}4\n"
        f"5,2024-01-05,{CANARY}5\n{CANARY}6,2024-01-05\n"
    )
    assert (report.accepted, report.rejected) == (1, 4)
    kept = intake.store.quarantine(LOCAL, report.import_id)
    assert kept.columns == ["line", "field", "reason", "key_hash"]
    assert kept["key_hash"].null_count() == 2  # no key, or no row
    intake.store.close()
    looked = [path for path in intake.folder.rglob("*") if path.is_file() and path.name != "desk.csv"]
    assert len(looked) >= 3
    for path in looked:
        assert CANARY.encode() not in path.read_bytes(), path


def test_the_same_refused_row_is_recognised_again_and_only_with_the_key(intake: Intake, tmp_path: Path) -> None:
    text = "ref,asked,who\nA7,soon,p1\n"
    hashes = [intake.store.quarantine(LOCAL, intake.bring(text).import_id)["key_hash"][0] for _ in range(2)]
    assert hashes[0] == hashes[1]
    other = Intake(open_store(f"sqlite:///{tmp_path}/o.db", tmp_path / "o"), tmp_path)
    assert other.store.quarantine(LOCAL, other.bring(text).import_id)["key_hash"][0] != hashes[0]
    other.store.close()


def test_people_are_told_apart_and_met_again(intake: Intake) -> None:
    ids = ["0012345", "12345", "12345.0", " 12-345 ", "１２３４５", "ab1", ""]
    text = "ref,asked,who\n" + "".join(f'{n},2024-01-05,"{who}"\n' for n, who in enumerate(ids))
    assert intake.bring(text).accepted == len(ids)
    people = intake.rows()["person_id"].to_list()
    assert people[0] != people[1] == people[2] == people[3] == people[4]
    assert people[5] not in {*people[:5], "ab1"}
    assert people[6] is None
    assert all(len(who) == 32 for who in people[:6])
    assert intake.rows()["person_key"].n_unique() == 4


@pytest.mark.parametrize(("number", "sound"), [("943 476 5919", True), ("9434765918", False), ("943476591", False)])
def test_an_nhs_number_is_held_to_its_check_digit(intake: Intake, number: str, sound: bool) -> None:
    report = intake.bring(f"ref,asked,who\n1,2024-01-05,{number}\n", DESK.replace('"patient"', '"nhs_number"'))
    assert report.reasons == ({} if sound else {"nhs_number_invalid": 1})


def test_half_past_eleven_in_june_is_tomorrow_in_london(intake: Intake) -> None:
    mapping = DESK.replace('"%Y-%m-%d"]', '"iso"]')
    intake.bring("ref,asked,who\n1,2024-06-14T23:30:00Z,p\n2,2024-01-14T23:30:00Z,p\n", mapping)
    rows = intake.rows()
    assert [day_date(day) for day in rows["received_day"]] == [date(2024, 6, 15), date(2024, 1, 14)]
    assert rows["received_at"][0] == instant(datetime(2024, 6, 14, 23, 30, tzinfo=UTC))
    assert rows["received_precision"].to_list() == ["instant", "instant"]


def test_a_time_the_clocks_showed_twice_is_the_earlier_and_is_remarked_on(intake: Intake) -> None:
    report = intake.bring("ref,asked,who\n1,2024-10-27 01:30,p\n2,2024-10-27 02:30,p\n")
    assert report.flags == {"ambiguous_time": 1}
    assert intake.rows()["received_at"].to_list() == [
        instant(datetime(2024, 10, 27, 0, 30, tzinfo=UTC)),
        instant(datetime(2024, 10, 27, 2, 30, tzinfo=UTC)),
    ]


CLOSING = """
[[activity]]
when = "done present"
not_before = "asked"
kind = { value = "close" }
started = "done"
"""


def test_an_end_before_its_beginning_is_set_aside_and_the_request_stays(intake: Intake) -> None:
    report = intake.bring("ref,asked,who,done\n1,2024-01-05,p,2024-01-04\n2,2024-01-05,p,2024-01-05\n", DESK + CLOSING)
    assert (report.accepted, report.rejected, report.flags) == (2, 0, {"end_doubtful": 1})
    assert intake.rows()["demand_id"].to_list() == ["desk:1", "desk:2"]
    assert intake.rows("activities")["demand_id"].to_list() == ["desk:2"]


def test_the_end_of_a_span_before_its_beginning_is_nulled_and_flagged(intake: Intake) -> None:
    mapping = DESK + '[[activity]]\nkind = { value = "visit" }\nstarted = "asked"\nended = "done"\n'
    report = intake.bring("ref,asked,who,done\n1,2024-01-05,p,2024-01-04\n2,2024-01-05,p,\n", mapping)
    assert report.flags == {"end_doubtful": 1}
    rows = intake.rows("activities")
    assert rows["ended_at"].to_list() == [None, None]
    assert rows["end_doubtful"].to_list() == [True, False]


INFER = DESK.replace('formats = ["%Y-%m-%d %H:%M", "%Y-%m-%d"]', 'formats = ["infer"]')


def test_dates_that_could_be_two_are_asked_about(intake: Intake) -> None:
    with pytest.raises(ImportRefused) as refused:
        intake.bring("ref,asked,who\n1,03/04/2024,p\n2,05/06/2024,p\n", INFER)
    assert str(refused.value) == (
        "the dates in 'asked' could be day first or month first (for example '03/04/2024'); add "
        'asked = "%d/%m/%Y" or "%m/%d/%Y" to [times.columns] in the mapping.'
    )
    assert intake.store.ledger(LOCAL).is_empty()


def test_dates_that_admit_one_order_are_read_so(intake: Intake) -> None:
    assert intake.bring("ref,asked,who\n1,03/04/2024,p\n2,25/06/2024,p\n", INFER).accepted == 2
    assert [day_date(day) for day in intake.rows()["received_day"]] == [date(2024, 4, 3), date(2024, 6, 25)]


def test_dates_of_two_orders_in_one_column_are_refused(intake: Intake) -> None:
    with pytest.raises(ImportRefused, match="no single date format reads all of 'asked'"):
        intake.bring("ref,asked,who\n1,13/04/2024,p\n2,04/13/2024,p\n", INFER)


def test_words_outside_a_closed_list_keep_their_row_aside(intake: Intake) -> None:
    mapping = DESK + 'made_by = { column = "by", table = { Client = "self" } }\n'
    report = intake.bring("ref,asked,who,by\n1,2024-01-05,p,CLIENT\n2,2024-01-05,p,Aunt\n3,2024-01-05,p,\n", mapping)
    assert intake.refused(report) == [(3, "by", "not_an_allowed_value")]
    assert intake.rows()["made_by"].to_list() == ["self", None]


def test_numbers_and_money_are_read_to_the_letter(intake: Intake) -> None:
    mapping = DESK + (
        '[[activity]]\nkind = { value = "do" }\nstarted = "asked"\n'
        'cost_pence = { column = "cost", unit = "pounds" }\nminutes = "took"\n'
    )
    report = intake.bring(
        'ref,asked,who,cost,took\n1,2024-01-05,p,12.35,7.5\n2,2024-01-05,p,"1,200",1\n3,2024-01-05,p,1,1e3\n', mapping
    )
    assert intake.refused(report) == [(3, "cost", "not_a_number"), (4, "took", "not_a_number")]
    assert intake.rows("activities").select("cost_pence", "minutes").rows() == [(1235, 7.5)]


def test_equal_keys_with_other_content_conflict_and_the_same_content_does_not(intake: Intake) -> None:
    report = intake.bring("ref,asked,who\n1,2024-01-05,p\n1,2024-01-05,p\n1,2024-01-06,p\n")
    assert (report.read, report.accepted, report.unchanged, report.rejected) == (3, 1, 1, 1)
    (line, _, reason) = intake.refused(report)[0]
    assert line == 4
    assert reason in REASONS
    assert intake.rows()["received_day"].to_list() == [day_number(date(2024, 1, 5))]


def test_a_correction_is_a_version_and_the_same_file_changes_nothing(intake: Intake) -> None:
    first = intake.bring("ref,asked,who\n1,2024-01-05,p\n2,2024-01-05,p\n")
    again = intake.bring("ref,asked,who\n1,2024-01-05,p\n2,2024-01-05,p\n")
    mended = intake.bring("ref,asked,who\n1,2024-01-05,p\n2,2024-01-07,p\n")
    assert all(map(sums, (first, again, mended)))
    assert (again.unchanged, mended.unchanged, mended.superseded) == (2, 1, 1)
    assert intake.rows()["record_version"].to_list() == [1, 2]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('received = "asked"', 'received = "askd"', "has no column 'askd' that the mapping names (nearest: 'asked')"),
        ("Europe/London", "Europe/Londn", 'timezone = "Europe/Londn" is not a time zone'),
        ("%Y-%m-%d %H:%M", "%Q", "%Q"),
        ('key = ["ref"]', 'known = "later"', "known = 'later' is not one of 'at import', 'as it happened'"),
        ("[[demand]]", '[[demand]]\nwhen = "ref maybe"', 'when = "ref maybe" cannot be read; write'),
        ("[[demand]]", '[[demand]]\nmade_by = { value = "mother" }', "'mother' is not one of self, family"),
        ('received = "asked"', "", "[[demand]] 1 needs received."),
        ('name = "desk"', 'name = "My Desk"', "must be short and plain"),
        ("[person]", "[persons]", "did you mean 'person'?"),
        ('formats = ["%Y-%m-%d %H:%M", "%Y-%m-%d"]', 'formats = ["%d/%m"]', "the date format '%d/%m' holds no year"),
        ('formats = ["%Y-%m-%d %H:%M", "%Y-%m-%d"]', "formats = 5", "5 stands where a text or a list of texts belongs"),
        ("[[demand]]", "[[demand]\n", "is not valid TOML"),
    ],
)
def test_what_is_wrong_with_a_mapping_is_one_sentence(intake: Intake, old: str, new: str, said: str) -> None:
    assert old in DESK
    with pytest.raises(ImportRefused) as refused:
        intake.bring("ref,asked,who\n1,2024-01-05,p\n", DESK.replace(old, new, 1))
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)
    assert isinstance(refused.value, MappingError) or "correct the mapping" in str(refused.value)
    assert intake.store.ledger(LOCAL).is_empty()
