"""From a file to what a measure reads: columns named as ours, judgements laid over them, however the file is written."""

import gzip
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from intake_by_hand import DESK, Intake

from connectors.intake import moment, preview
from connectors.mapping import loads
from connectors.refusal import ImportRefused, MappingError
from measures.facts import needs
from measures.model.measure import Options
from measures.model.principal import LOCAL
from measures.model.time import day_number
from measures.reading import Request, read


def test_columns_named_as_ours_link_by_our_ids(intake: Intake) -> None:
    ours = 'name = "ours"\ntimezone = "UTC"\ncanonical = true\nprefix = false\n[person]\ncolumn = "person_id"\n'
    intake.bring(
        "demand_id,person_id,received,issue,need_id,service\nd1,ann,2024-01-01,roof,n1,housing\nd2,ann,2024-01-09,rent,,housing\n",
        ours,
    )
    acts = ours.split("[person]", maxsplit=1)[0]
    report = intake.bring(
        "activity_id,demand_id,need_id,kind,started_at,outcome\na1,,n1,close,2024-01-05,closed\na2,d2,,close,2024-01-10,closed\n",
        acts,
        name="acts.csv",
    )
    assert report.accepted == 2
    assert intake.rows()["person_id"].n_unique() == 1
    assert "ann" not in intake.rows()["person_id"].to_list()
    known = needs(intake.store.records(LOCAL), Options()).select("need_id", "end_day").sort("need_id").collect()
    assert known.rows() == [("d2", day_number(date(2024, 1, 10))), ("n1", day_number(date(2024, 1, 5)))]
    ends = intake.rows("activities").select("activity_id", "demand_id", "need_id").rows()
    assert ends == [("a1", None, "n1"), ("a2", "d2", None)]
    with pytest.raises(ImportRefused, match="these columns fill no record"):
        intake.bring("who,when\nann,2024-01-01\n", acts)


@pytest.mark.parametrize("people", [True, False], ids=["from observations", "from their tally"])
def test_classifying_one_demand_changes_what_is_read_at_once(intake: Intake, people: bool) -> None:
    intake.bring("ref,asked,who\n" + "".join(f"{n},2024-01-0{n},p{n}\n" for n in range(1, 6)))
    request = Request("failure_demand_share", "series", period="month", people=people)

    def value() -> tuple[float | None, float | None]:
        table = read(intake.store.records(LOCAL), request, LOCAL).table
        first = table.filter(pl.col("denominator") > 0)
        return (first["numerator"].sum(), first["denominator"].sum())

    for n in range(1, 5):
        judged = {"demand_id": f"desk:{n}", "class": "failure" if n == 1 else "value", "failure_type": None}
        assert intake.store.judge(LOCAL, "classification", judged) == 1
    before = value()
    assert before == (1, 4)
    intake.store.judge(LOCAL, "classification", {"demand_id": "desk:2", "class": "failure"}, expected_version=1)
    assert value() == (2, 4)
    intake.store.judge(LOCAL, "classification", {"demand_id": "desk:5", "class": "value"})
    assert value() == (2, 5)


TABLE = [("ref", "asked", "who"), ("1", "2024-01-05", "José"), ("2", "2024-01-06", "Ann")]


def text(mark: str, end: str = "\n") -> str:
    return "".join(mark.join(row) + end for row in TABLE)


@pytest.mark.parametrize(
    ("name", "content", "file"),
    [
        ("a.csv", text(",").encode(), ""),
        ("a.csv", b"\xef\xbb\xbf" + text(",", "\r\n").encode(), ""),
        ("a.csv", text(";").encode(), ""),
        ("a.tsv", text("\t").encode(), ""),
        ("a.csv.gz", gzip.compress(text(",").encode()), ""),
        ("a.csv", b"\xff\xfe" + text(",").encode("utf-16-le"), ""),
        ("a.csv", b"\xfe\xff" + text(";").encode("utf-16-be"), ""),
        ("a.csv", text("|").encode("cp1252"), '[file]\nencoding = "cp1252"\n'),
    ],
    ids=["plain", "mark", "semicolons", "tabs", "gz", "utf-16-le", "utf-16-be", "cp1252"],
)
def test_however_it_is_written_it_makes_the_same_records(intake: Intake, name: str, content: bytes, file: str) -> None:
    intake.bring(text(","), name="first.csv")
    people = intake.rows()["person_id"].to_list()
    again = intake.bring(content, DESK + file, name=name)
    assert (again.read, again.unchanged) == (2, 2)
    assert intake.rows()["person_id"].to_list() == people


def test_parquet_values_become_the_text_they_would_be_written_as(tmp_path: Path) -> None:
    from connectors.files.parquet import open_parquet

    file = tmp_path / "types.parquet"
    frame = pl.DataFrame({
        "whole": [1, None], "real": [7.0, 2.5], "flag": [True, False], "day": [date(2024, 1, 5), None],
        "time": [datetime(2024, 1, 5, 9, 30), None],
        "zoned": pl.Series([datetime(2024, 6, 5, 9, 30), None]).dt.replace_time_zone("Europe/London"),
        "word": pl.Series(["a", None], dtype=pl.Categorical), "listed": [[1], [2]],
    })  # fmt: skip
    frame.write_parquet(file)
    wanted = [name for name in frame.columns if name != "listed"]
    (batch,) = open_parquet(file, needed=wanted).read(wanted)
    assert batch.rows.rows() == [
        ("1", "7", "true", "2024-01-05", "2024-01-05 09:30:00.000000", "2024-06-05 09:30:00.000000+01:00", "a"),
        (None, "2.5", "false", None, None, None, None),
    ]
    with pytest.raises(ImportRefused, match=r"the column 'listed' of types\.parquet holds lists"):
        open_parquet(file, needed=["listed"])
    file.write_bytes(file.read_bytes()[:50])
    with pytest.raises(ImportRefused, match="not a Parquet file, or is cut"):
        open_parquet(file)


def test_a_snapshot_without_a_row_retires_it_and_half_a_snapshot_is_held(intake: Intake) -> None:
    whole = "".join(f"{n},2024-01-05,p{n}\n" for n in range(20))
    snapshot = DESK.replace('key = ["ref"]', 'key = ["ref"]\nsnapshot = true')
    intake.bring("ref,asked,who\n" + whole, snapshot)
    held = intake.bring("ref,asked,who\n" + whole[: len(whole) // 3].rpartition("\n")[0] + "\n", snapshot)
    assert held.held
    assert "check that it is complete, or approve" in (held.reason or "")
    assert intake.rows().height == 20
    fewer = intake.bring("ref,asked,who\n" + "".join(whole.splitlines(keepends=True)[1:]), snapshot)
    assert (fewer.held, fewer.unchanged) == (False, 19)
    assert "desk:0" not in intake.rows()["demand_id"].to_list()


@pytest.mark.parametrize("seen", ["2126-02-01", "2126-02-01 10:00", datetime(2126, 2, 1).timestamp() * 1_000_000])
def test_an_extract_does_not_see_into_the_future(intake: Intake, seen: str | float) -> None:
    text = "ref,asked,who\n1,2024-01-05,ann\n"
    seen = seen if isinstance(seen, str) else int(seen)
    for bring in (intake.bring, lambda *_, **how: preview(intake.folder / "desk.csv", loads(DESK), extracted_at=seen)):
        with pytest.raises(MappingError, match=r"^an extract cannot see to 2126-02-01 .* more than a day from now"):
            bring(text, seen=seen)
    tomorrow = datetime.now(UTC) + timedelta(hours=23)
    assert intake.bring(text, seen=tomorrow.isoformat(sep=" ")).accepted == 1


@pytest.mark.parametrize("text", ["2024-03", "2024"])
def test_how_far_an_extract_sees_is_a_day_or_a_time(text: str) -> None:
    with pytest.raises(MappingError, match="is not a time; write 2026-05-04 or"):
        moment(text, "Europe/London")


def test_rows_an_older_extract_takes_back_are_remarked_on(intake: Intake) -> None:
    january, february = "ref,asked,who\n1,2024-01-05,ann\n2,2024-01-06,bob\n", "ref,asked,who\n1,2024-01-04,ann\n"
    assert intake.bring(january, seen="2024-01-31").flags == {}
    assert intake.bring(february, name="february.csv", seen="2024-02-29").flags == {}
    assert intake.bring(february, name="february.csv", seen="2024-01-31").flags == {}  # nothing is replaced
    again = intake.bring(january, seen=None)  # the same file sees no further than before
    assert (again.superseded, again.flags) == (1, {"older_extract": 1})
    assert intake.bring(february, name="february.csv", seen="2024-03-01").flags == {}
