"""From a file to what a measure reads: logs over two files, columns named as ours, judgements laid over them, previews."""

import gzip
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest
from intake_by_hand import DESK, Intake

from connectors.intake import import_file, moment, preview
from connectors.mapping import loads
from connectors.refusal import ImportCancelled, ImportRefused
from measures.facts import needs
from measures.model.measure import Options
from measures.model.principal import LOCAL
from measures.model.time import day_number
from measures.reading import Request, read

LOG = """
name = "log"
timezone = "UTC"
known = "as it happened"
key = ["number", "change"]

[group]
by = "number"
order = ["changed", "change"]

[[demand]]
when = "first of group"
received = "opened"

[[activity]]
rule = "closed"
when = "state = Closed"
kind = { value = "close" }
started = "changed"

[[activity]]
rule = "changed"
when = ["later of group", "state != Closed"]
kind = { value = "administer" }
started = "changed"
"""
LOG_ROWS = {
    ("a", 0): "a,0,2024-01-01 09:00:00,2024-01-01 09:00:00,New",
    ("a", 1): "a,1,2024-01-01 09:00:00,2024-01-02 09:00:00,Active",
    ("a", 2): "a,2,2024-01-01 09:00:00,2024-01-03 09:00:00,Closed",
    ("b", 0): "b,0,2024-01-02 09:00:00,2024-01-02 09:00:00,New",
    ("b", 1): "b,1,2024-01-02 09:00:00,2024-01-04 09:00:00,Closed",
}


def log(*keys: tuple[str, int]) -> str:
    return "number,change,opened,changed,state\n" + "".join(f"{LOG_ROWS[key]}\n" for key in keys)


def made(intake: Intake) -> list[tuple]:
    acts = intake.rows("activities").select("demand_id", "kind", "started_day").sort(pl.all()).rows()
    return [*intake.rows().select("demand_id", "received_day").rows(), *acts]


def test_an_incident_over_two_files_is_one_demand(intake: Intake, tmp_path: Path) -> None:
    """Whether its rows come in one file, in two that overlap, or out of order: the same records."""
    whole = [("a", 0), ("a", 1), ("a", 2), ("b", 0), ("b", 1)]
    assert intake.bring(log(("a", 0), ("a", 1), ("b", 0)), LOG).accepted == 3
    second = intake.bring(log(("b", 1), ("a", 2), ("a", 1)), LOG)
    assert (second.accepted, second.unchanged) == (2, 1)
    monday = day_number(date(2024, 1, 1))
    assert made(intake) == [
        ("log:a", monday), ("log:b", monday + 1),
        ("log:a", "administer", monday + 1), ("log:a", "close", monday + 2), ("log:b", "close", monday + 3),
    ]  # fmt: skip
    for order in (whole, whole[::-1]):
        again = intake.bring(log(*order), LOG)
        assert (again.read, again.unchanged) == (5, 5)


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


def test_classifying_one_demand_changes_what_is_read_at_once(intake: Intake) -> None:
    intake.bring("ref,asked,who\n" + "".join(f"{n},2024-01-0{n},p{n}\n" for n in range(1, 6)))
    request = Request("failure_demand_share", "series", period="month")

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


def test_a_workbook_and_a_parquet_file_make_the_same_records_as_their_text(intake: Intake) -> None:
    import xlsxwriter

    rows = [("0012345", date(2024, 1, 5), "p1"), ("77", date(2024, 1, 6), "p2")]
    intake.bring("ref,asked,who\n" + "".join(f"{ref},{day},{who}\n" for ref, day, who in rows))
    sheet = intake.folder / "desk.xlsx"
    with xlsxwriter.Workbook(sheet) as book:
        page = book.add_worksheet("Calls")
        page.write_row(0, 0, ["ref", "asked", "who"])
        for at, (ref, day, who) in enumerate(rows, 1):
            page.write_string(at, 0, ref) if ref.startswith("0") else page.write_number(at, 0, int(ref))
            page.write_datetime(
                at, 1, datetime(day.year, day.month, day.day), book.add_format({"num_format": "dd/mm/yy"})
            )
            page.write_string(at, 2, who)
    table = intake.folder / "desk.parquet"
    pl.DataFrame(rows, {"ref": pl.String, "asked": pl.Date, "who": pl.String}, orient="row").write_parquet(table)
    for file in (sheet, table):
        report = import_file(intake.store, LOCAL, file, loads(DESK), extracted_at="2024-12-31")
        assert (report.read, report.unchanged) == (2, 2), file.name


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


def test_a_preview_says_what_an_import_would_do_and_keeps_nothing(intake: Intake) -> None:
    file = intake.folder / "desk.csv"
    file.write_text("ref,asked,who\n1,2024-01-05,p1\n2,soon,p2\n")
    before = sorted(path.name for path in intake.folder.rglob("*"))
    seen = preview(file, loads(DESK), extracted_at="2024-12-31")
    assert sorted(path.name for path in intake.folder.rglob("*")) == before
    report = import_file(intake.store, LOCAL, file, loads(DESK), extracted_at="2024-12-31")
    assert (seen.read, seen.accepted, seen.rejected) == (report.read, report.accepted, report.rejected) == (2, 1, 1)
    assert seen.columns == ("ref", "asked", "who")
    assert seen.frames["demands"]["demand_id"].to_list() == intake.rows()["demand_id"].to_list()
    assert seen.frames["demands"]["person_id"][0] != intake.rows()["person_id"][0]


def test_a_stopped_import_keeps_nothing(intake: Intake) -> None:
    with pytest.raises(ImportCancelled, match="nothing of it was kept"):
        intake.bring("ref,asked,who\n1,2024-01-05,p1\n", cancelled=lambda: True)
    assert intake.rows().is_empty()
    assert intake.store.ledger(LOCAL)["state"].to_list() == ["failed"]
    assert intake.bring("ref,asked,who\n1,2024-01-05,p1\n").accepted == 1


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


def test_a_date_as_a_moment_is_its_end_in_the_sources_zone() -> None:
    assert moment("2024-06-30", "Europe/London") == moment("2024-06-30 22:59:59", "UTC") + 999_999
    with pytest.raises(ImportRefused, match="'soon' is not a time; write 2026-05-04"):
        moment("soon", "UTC")
