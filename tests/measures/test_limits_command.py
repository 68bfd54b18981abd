"""`measures limits`: anybody's figures in, limits and signals out; a result or one sentence, whatever is in the file."""

import contextlib
import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measures import limits_command
from measures.__main__ import main, parser
from measures.capability import RULE_SETS, Chart, limits
from measures.capability.kinds import KINDS
from measures.points_file import COLUMNS

ROOT = Path(__file__).parents[2]
FIGURES = ("value", "centre", "lower", "upper", "moving_range", "range_centre", "range_upper")
POINT = ["series", "at", *FIGURES, "phase", "signals"]
FUNNEL = ["lower95", "upper95", "lower998", "upper998", "od_lower95", "od_upper95", "od_lower998", "od_upper998"]
STEADY = [12, 15, 11, 14, 13, 12, 16, 13, 12, 14, 15, 13, 40]


@pytest.fixture
def write(tmp_path):
    def write(text) -> str:
        path = tmp_path / "points.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    return write


@pytest.fixture
def ask(write, capsys):
    """What the command prints of this text, read as JSON: points and the codes of its caveats."""

    def ask(text, *arguments, kind="xmr"):
        code = main(["limits", write(text), "--chart", kind, *arguments])
        out, err = capsys.readouterr()
        assert (code, err) == (0, ""), err
        told = json.loads(out, parse_constant=lambda word: pytest.fail(f"{word} in the JSON"))
        assert list(told) == ["points", "caveats"]
        return told["points"], {caveat["code"] for caveat in told["caveats"]}

    return ask


def column(**columns) -> str:
    """CSV of these columns; None is an empty cell."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return out.getvalue()


# --- what comes out


def test_points_are_those_of_the_engine_in_the_order_of_the_file(ask):
    points, caveats = ask(column(value=STEADY))
    assert [list(point) for point in points] == [POINT] * len(STEADY)
    engine = limits(pl.DataFrame({"value": STEADY}), Chart()).points
    for name in (*FIGURES, "phase", "signals"):
        assert [point[name] for point in points] == engine[name].to_list(), name
    assert points[-1]["signals"] == ["outside_limits", "range_outside_limit"]
    assert "trial_limits" not in caveats


def test_csv_says_the_same_with_caveats_apart(write, capsys):
    path = write(column(at=range(13), value=STEADY))
    assert main(["limits", path, "--chart", "xmr", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert main(["limits", path, "--chart", "xmr", "--format", "csv"]) == 0
    out, err = capsys.readouterr()
    rows = list(csv.DictReader(io.StringIO(out)))
    assert list(rows[0]) == POINT
    for row, point in zip(rows, told["points"], strict=True):
        for name in FIGURES:
            assert (float(row[name]) if row[name] else None) == point[name]
        assert row["signals"].split() == point["signals"]
    assert err.splitlines() == [caveat["text"] for caveat in told["caveats"]]


def test_figures_keep_their_full_precision(ask):
    points, _ = ask(column(value=[0.1, 0.2, 1 / 3]))
    assert points[2]["value"] == 1 / 3
    assert points[0]["centre"] == pl.Series([0.1, 0.2, 1 / 3]).mean()


def test_series_come_back_in_the_order_of_the_file(ask):
    points, _ = ask(column(series=list("abab"), at=[1, 1, 2, 2], value=[1, 20, 3, 26]))
    assert [(point["series"], point["at"], point["centre"]) for point in points] == [
        ("a", 1, 2.0),
        ("b", 1, 23.0),
        ("a", 2, 2.0),
        ("b", 2, 23.0),
    ]


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (["1", "2"], [1, 2]),
        (["1.5", "2"], [1.5, 2.0]),
        (["2026-05-04", "2026-05-11"], ["2026-05-04", "2026-05-11"]),
        (["2026-05-04T10:00", "2026-05-04T11:30"], ["2026-05-04T10:00", "2026-05-04T11:30"]),
        (["May", "June"], ["May", "June"]),
        (["1", ""], [1, None]),
    ],
)
def test_times_are_told_as_they_were_given(ask, written, told):
    points, caveats = ask(column(at=written, value=[3, 5]))
    assert [point["at"] for point in points] == told
    assert caveats == {"few_points"}


def test_a_phase_a_baseline_and_an_excluded_point(ask):
    text = column(
        value=[1, 3, 1, 3, 90, 11, 13, 11, 30],
        phase=[1, 1, 1, 1, 1, 2, 2, 2, 2],
        excluded=["", "false", "0", "FALSE", "true", 0, 0, 0, 0],
        baseline=[0, 0, 0, 0, 0, 1, 1, 1, 0],
    )
    points, caveats = ask(text)
    assert [point["phase"] for point in points] == [1] * 5 + [2] * 4
    assert points[0]["centre"] == 2.0
    assert points[8]["centre"] == pytest.approx(35 / 3)
    assert "excluded" in caveats


def test_limits_of_ones_own(ask):
    points, _ = ask(column(value=[3, 5, 9], fixed_centre=[4] * 3, fixed_lower=[0] * 3, fixed_upper=[8] * 3))
    assert [(point["lower"], point["centre"], point["upper"]) for point in points] == [(0, 4, 8)] * 3
    assert points[2]["signals"] == ["outside_limits"]


@pytest.mark.parametrize("kind", limits_command.KINDS)
def test_every_kind_draws_limits_or_a_middle(ask, kind):
    values = STEADY * 2
    points, _ = ask(column(value=values, of=[50] * 26, subgroup=[n // 3 for n in range(26)]), kind=kind)
    wanted = POINT if kind != "funnel" else [*POINT[:-1], *FUNNEL, "signals"]
    assert list(points[0]) == wanted
    assert len(points) == 9
    assert points[4]["centre"] is not None
    assert (points[4]["upper"] is None) == (kind == "run")


def test_the_names_offered_are_the_engines():
    assert set(limits_command.KINDS) == {*KINDS, "funnel"}
    assert set(limits_command.RULES) == set(RULE_SETS)


def test_every_option_reaches_the_engine(ask):
    values = [1, 2, 3, 4, 5, 40, 5, 4, 3, 2, 1, 2]
    text = column(value=values)

    def same(*arguments, **chart):
        points, _ = ask(text, *arguments)
        engine = limits(pl.DataFrame({"value": values}), Chart(**chart)).points
        assert [(p["centre"], p["lower"], p["upper"], p["signals"]) for p in points] == list(
            engine.select("centre", "lower", "upper", "signals").iter_rows()
        )
        return engine

    plain = same()
    for changed in (
        same("--centre", "median", centre="median"),
        same("--range", "median", range="median"),
        same("--no-screening", screening=False),
        same("--multiply", "1000", multiply=1000.0),
        same("--rules", "nhs", "--trend-length", "5", rules="nhs", trend_length=5),
        same("--run-length", "4", run_length=4),
        same("--floor", "5", floor=5.0),
        same("--cap", "6", cap=6.0),
        same("--rules", "none", rules="none"),
    ):
        assert not changed.equals(plain)


# --- rows of a subgroup are one point


CLINICS = column(subgroup=list("aabbab"), value=[1, 3, 10, 20, 8, None])


def test_rows_of_a_subgroup_make_one_point_in_order_of_first_appearance(ask):
    points, _ = ask(CLINICS)
    assert [(point["at"], point["value"]) for point in points] == [("a", 4.0), ("b", 15.0)]
    points, _ = ask(CLINICS, "--aggregate", "median")
    assert [point["value"] for point in points] == [3.0, 15.0]
    points, _ = ask(CLINICS, kind="xbar")
    assert [point["value"] for point in points] == [4.0, 15.0]


def test_counts_of_a_subgroup_are_added_up_with_their_denominators(ask):
    text = column(subgroup=list("aabb"), value=[1, 3, 2, None], of=[10, 30, 20, 1000])
    points, _ = ask(text, kind="p")
    assert [point["value"] for point in points] == [4 / 40, 2 / 20]
    points, caveats = ask(text, "--aggregate", "mean", kind="c")
    assert [point["value"] for point in points] == [2.0, 2.0]
    assert "counts_averaged" in caveats


def test_a_subgroup_stays_within_its_series_and_phase(ask):
    text = column(series=list("xxyy"), subgroup=list("aaaa"), at=[7, 8, 7, 8], value=[1, 3, 5, 9])
    points, _ = ask(text)
    assert [(point["series"], point["at"], point["value"]) for point in points] == [("x", 7, 2.0), ("y", 7, 7.0)]


def test_an_excluded_row_stays_out_of_its_subgroup_and_a_whole_one_is_a_ghost(ask):
    text = column(subgroup=list("aabbcc"), value=[1, 99, 3, 3, 50, 50], excluded=[0, 1, 0, 0, 1, 1])
    points, caveats = ask(text)
    assert [point["value"] for point in points] == [1.0, 3.0, 50.0]
    assert points[0]["centre"] == 2.0
    assert "excluded" in caveats


# --- the order of time


def test_unsorted_times_are_read_as_they_stand_and_said(ask):
    points, caveats = ask(column(at=["2026-05-11", "2026-05-04", "2026-05-18"], value=[1, 2, 4]))
    assert [point["moving_range"] for point in points] == [None, 1.0, 2.0]
    assert "unsorted" in caveats
    assert "unsorted" in ask(column(at=[10, 9], value=[1, 2]))[1]
    assert "unsorted" not in ask(column(series=["a", "b"], at=[10, 9], value=[1, 2]))[1]
    assert "unsorted" in ask(column(at=["2026-05-04T11:00", "2026-05-04T10:00"], value=[1, 2]))[1]


def test_rows_of_one_time_stay_points_of_their_own_and_it_is_said(ask):
    points, caveats = ask(column(at=["2026-05-04"] * 3, value=[1, 2, 4]))
    assert len(points) == 3
    assert "same_time" in caveats


@pytest.mark.parametrize("odd", ["04/05/2026", "2026-02-30", "4.5.2026"])
def test_dates_of_another_form_are_names_and_it_is_said(ask, odd):
    _, caveats = ask(column(at=[odd, "2026-05-11"], value=[1, 2]))
    assert "times_as_names" in caveats


def test_a_week_is_called_a_week(write, capsys):
    days = [f"2026-05-{day:02}" for day in (4, 11, 18, 25)]
    main(["limits", write(column(at=days, value=[1, 0, 2, 1], of=[9, 0, 9, 9])), "--chart", "p"])
    texts = [caveat["text"] for caveat in json.loads(capsys.readouterr().out)["caveats"]]
    assert "nobody to count in 1 of 4 weeks: no value there" in texts


# --- little, nothing, and too much


@pytest.mark.parametrize("kind", limits_command.KINDS)
@pytest.mark.parametrize("values", [[], [3], [None], [None] * 3, [4] * 9, [0] * 5], ids=str)
def test_little_or_nothing_is_a_result(ask, write, capsys, kind, values):
    text = column(value=values, of=[10] * len(values), subgroup=range(len(values)))
    if kind == "t" and 0 in values:
        assert main(["limits", write(text), "--chart", kind]) == 1
        return
    points, _ = ask(text, kind=kind)
    assert len(points) == len(values)
    assert all(point["signals"] == [] for point in points)


def test_a_denominator_of_nothing_is_a_gap(ask):
    points, caveats = ask(column(value=[3, 0, 4], of=[30, 0, 40]), kind="p")
    assert [points[1][name] for name in ("value", "lower", "upper")] == [None] * 3
    assert "no_denominator" in caveats


def test_counts_with_a_fraction_are_read_and_said(ask):
    points, caveats = ask(column(value=[1.5, 2]), kind="c")
    assert points[0]["value"] == 1.5
    assert "not_whole" in caveats
    assert "not_whole" not in ask(column(value=[1.5, 2]))[1]
    assert "not_whole" in ask(column(value=[0.35, 2], of=[10, 10]), kind="funnel")[1]


def test_huge_and_tiny_figures_make_no_infinity(ask):
    points, _ = ask(column(value=[1e99, -1e99, 1e-300, 1e99]))
    assert all(point["upper"] > 1e99 for point in points)


BLANKS = [
    "value\r\n3\r\n5\r\n",
    "value\n3\n5\n\n\n",
    "\ufeffvalue\n3\n5",
    "\n\nvalue\n3\n5\n",
    'value\n"3"\n 5 \n',
    "value\r3\r5",
]


@pytest.mark.parametrize("text", BLANKS)
def test_line_ends_marks_and_spaces_are_no_figures(ask, text):
    points, _ = ask(text)
    assert [point["value"] for point in points] == [3.0, 5.0]


def test_a_blank_line_in_a_single_column_is_a_gap(ask):
    points, _ = ask("value\n3\n\n5\n")
    assert [point["value"] for point in points] == [3.0, None, 5.0]
    assert [point["moving_range"] for point in points] == [None, None, None]


def test_columns_without_an_entry_are_as_if_they_were_not_there(ask):
    nothing = [None] * 3
    points, _ = ask(column(value=[1, 2, 3], **{name: nothing for name in COLUMNS if name not in ("value", "of")}))
    assert [point["series"] for point in points] == nothing
    assert points[0]["centre"] == 2.0


# --- what cannot be read is refused in one sentence


REFUSED = {
    "nothing": ("", "xmr", "the file is empty"),
    "only blanks": ("\n \n", "xmr", "empty"),
    "no names": ("12\n13\n", "xmr", "'12', a number"),
    "unknown column": ("value,team\n1,a\n", "xmr", "'team' is not known"),
    "no value": ("at,of\n1,2\n", "xmr", "no column 'value'"),
    "twice": ("value,value\n1,2\n", "xmr", "'value' is there twice"),
    "semicolons": ("at;value\n1;2\n", "xmr", "not with ';'"),
    "tabs": ("at\tvalue\n1\t2\n", "xmr", "separate columns with commas"),
    "text": ("value\n1\n2\nn/a\n", "xmr", "'n/a' in row 3"),
    "not a number": ("value\nnan\n", "xmr", "'nan' in row 1"),
    "infinite": ("value\n1\ninf\n", "xmr", "'inf' in row 2"),
    "overflowing": ("value\n1\n1e400\n", "xmr", "'1e400' in row 2"),
    "too large": ("value\n1\n-1e150\n", "xmr", "'-1e150' in row 2"),
    "decimal comma": ('value\n"1,5"\n', "xmr", "'1,5' in row 1"),
    "text below": ("value,of\n1,ten\n", "p", "'of' holds 'ten' in row 1"),
    "cell too many": ("value,of\n1,2\n1,2,3\n", "p", "row 2 has 3 cells"),
    "cell too few": ("value,of\n1,2\n1\n3,4\n", "p", "row 2 has 1 cell"),
    "too many and too few": ("value,of\n1,2,3\n1\n", "p", "row 1 has 3 cells"),
    "too many among quotes": ('at,value\n"a, b",1\n"c",2,3\n', "xmr", "row 2 has 3 cells"),
    "comma in one column": ("value\n1\n1,5\n", "xmr", "row 2 has 2 cells"),
    "open quote": ('value\n"1\n2\n', "xmr", "quotation mark"),
    "latin text": ("at,value\ncaf\xe9,1\n".encode("latin-1"), "xmr", "UTF-8"),
    "latin among quotes": ('at,value\n"caf\xe9, bar",1\n'.encode("latin-1"), "xmr", "UTF-8"),
    "two bytes a letter": ("value\n1\n".encode("utf-16"), "xmr", "UTF-8"),
    "mark in words": ("value,excluded\n1,yes\n", "xmr", "'excluded' holds 'yes' in row 1"),
    "phase missing": ("value,phase\n1,1\n2,\n", "xmr", "'phase' is empty in row 2"),
    "phase comes back": ("value,phase\n1,1\n2,2\n3,1\n", "xmr", "phase 1 comes back"),
    "subgroup missing": ("value,subgroup\n1,a\n2,\n", "xmr", "'subgroup' is empty in row 2"),
    "no subgroup": ("value\n1\n", "xbar", "column 'subgroup'"),
    "no denominator": ("value\n1\n", "u", "column 'of'"),
    "negative count": ("value\n3\n-2\n", "c", "-2"),
    "negative denominator": ("value,of\n0,-5\n", "p", "-5"),
    "over 100%": ("value,of\n3,10\n12,10\n", "p", "12 is above 'of' 10 in row 2"),
    "over 100% in one row of a subgroup": (
        "value,of,subgroup\n3,10,a\n1,9,b\n12,10,a\n",
        "p",
        "12 is above 'of' 10 in row 3",
    ),
    "over 100%, np": ("value,of\n12,10\n", "np", "12 is above 'of' 10"),
    "over 100%, p_prime": ("value,of\n12,10\n", "p_prime", "12 is above 'of' 10"),
    "over 100%, funnel": ("value,of\n12,10\n", "funnel", "12 is above 'of' 10"),
    "no time between": ("value\n4\n0\n", "t", "0 in row 2"),
    "time below nought": ("value\n4\n-1\n", "xmr_log", "-1 in row 2"),
    "limits upside down": ("value,fixed_lower,fixed_upper\n1,5,2\n", "xmr", "'fixed_lower' 5 is above"),
}


@pytest.mark.parametrize(("text", "kind", "says"), REFUSED.values(), ids=REFUSED.keys())
@pytest.mark.parametrize("form", ["json", "csv"])
def test_one_sentence_on_standard_error_and_exit_1(write, capsys, text, kind, says, form):
    assert main(["limits", write(text), "--chart", kind, "--format", form]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert says.lower() in err.lower()
    assert len(err.splitlines()) == 1


WRONG = [
    (["--chart", "pie"], "'pie'"),
    ([], "--chart"),
    (["--chart", "xmr", "--rules", "westgard"], "'westgard'"),
    (["--chart", "xmr", "--multiply", "0"], "--multiply is 0"),
    (["--chart", "xmr", "--multiply", "lots"], "'lots' is not a number"),
    (["--chart", "xmr", "--floor", "nan"], "'nan' is not a number"),
    (["--chart", "xmr", "--run-length", "1"], "--run-length is 1"),
    (["--chart", "xmr", "--trend-length", "2"], "--trend-length is 2"),
    (["--chart", "xmr", "--floor", "5", "--cap", "1"], "--floor 5 is above --cap 1"),
    (["--chart", "xmr", "--funnel", "pr"], "is for --chart funnel"),
    (["--chart", "funnel", "--sr-method", "cqc"], "--funnel sr"),
    (["--chart", "xbar", "--aggregate", "median"], "xbar"),
    (["--chart", "funnel", "--run-length", "1"], "--run-length is 1"),
    (["--chart", "xmr", "--colour", "red"], "--colour"),
]


@pytest.mark.parametrize(("arguments", "says"), WRONG, ids=[" ".join(some) or "none" for some, _ in WRONG])
def test_wrong_arguments_are_one_sentence_and_exit_2(write, capsys, arguments, says):
    try:
        code = main(["limits", write("value\n1\n"), *arguments])
    except SystemExit as stopped:
        code = stopped.code
    out, err = capsys.readouterr()
    assert (code, out) == (2, "")
    assert says in err
    assert len(err.splitlines()) == 1


def test_rows_to_gather_need_a_subgroup(write, capsys):
    assert main(["limits", write("value\n1\n"), "--chart", "xmr", "--aggregate", "mean"]) == 1
    assert "a column 'subgroup'" in capsys.readouterr().err


@pytest.mark.parametrize("missing", ["nowhere.csv", "."])
def test_a_file_that_is_not_there_is_exit_1(tmp_path, capsys, missing):
    assert main(["limits", str(tmp_path / missing), "--chart", "xmr"]) == 1
    assert "there is no file" in capsys.readouterr().err.lower()


def test_a_file_that_cannot_be_read_is_exit_4(monkeypatch, capsys, write):
    path = write("value\n1\n")

    def refuse(self):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert main(["limits", path, "--chart", "xmr"]) == 4
    assert "permission denied" in capsys.readouterr().err


CELLS = [
    "",
    "1",
    "0",
    "-3",
    "2.5",
    "1e99",
    "nan",
    "x",
    "true",
    "2026-05-04",
    '"',
    '"a,b"',
    " ",
    "é",
    "1,2",
    "\r",
    ";",
    "\0",
]
NAMES = st.lists(st.sampled_from([*COLUMNS, "value", "value", "team"]), min_size=1, max_size=5)
FILES = st.tuples(NAMES, st.lists(st.lists(st.sampled_from(CELLS), max_size=5), max_size=6))


@settings(max_examples=150, deadline=None)
@given(FILES, st.sampled_from(limits_command.KINDS), st.sampled_from(["json", "csv"]))
def test_whatever_is_in_the_file_is_a_result_or_one_sentence(drawn, kind, form):
    names, rows = drawn
    text = "\n".join([",".join(names), *(",".join(row) for row in rows)])
    out, err = io.StringIO(), io.StringIO()
    with (
        pytest.MonkeyPatch.context() as patch,
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        code = main(["limits", "-", "--chart", kind, "--format", form])
    if code == 0:
        assert out.getvalue()
        if form == "json":
            told = json.loads(out.getvalue(), parse_constant=lambda word: pytest.fail(f"{word} in the JSON"))
            assert list(told) == ["points", "caveats"]
    else:
        assert (code, out.getvalue()) == (1, "")
        assert len(err.getvalue().splitlines()) == 1
        assert "operands" not in err.getvalue()  # a fault of ours is no sentence about the file


# --- as a program


def command(*arguments, piped=None, environment=None):
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "measures", "limits", *arguments],
        cwd=ROOT, input=piped, capture_output=True, check=False, env={**os.environ, **(environment or {})},
    )  # fmt: skip


def test_standard_input_is_read_and_names_of_any_language_are_written():
    done = command(
        "-", "--chart", "xmr", piped="at,value\nžena,3\n名,5\n".encode(), environment={"PYTHONIOENCODING": "ascii"}
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert [point["at"] for point in json.loads(done.stdout)["points"]] == ["žena", "名"]


def test_a_refusal_is_one_line_and_nothing_is_printed():
    done = command("-", "--chart", "xmr", piped=b"value\n1\nx\n")
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.count(b"\n") == 1


def test_a_reader_that_has_enough_is_no_error(write):
    path = write("value\n" + "3\n5\n" * 200_000)
    program = f"{sys.executable} -W error -m measures limits {path} --chart xmr | head -c 100"
    done = subprocess.run(program, shell=True, cwd=ROOT, capture_output=True, check=False)
    assert done.stdout.startswith(b'{"points": [')
    assert done.stderr == b""


def test_a_start_loads_nothing_that_limits_do_not_need():
    program = (
        "import sys, io; from measures.__main__ import main; sys.stdin = io.TextIOWrapper(io.BytesIO(b'value\\n1\\n'));"
        "code = main(['limits', '-', '--chart', 'xmr']); "
        "heavy = {'streamlit', 'altair', 'sqlalchemy', 'pandas', 'pyarrow', 'duckdb', 'connectors.store', 'scipy'};"
        "sys.exit(code or ', '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_help_lists_every_kind(capsys):
    with pytest.raises(SystemExit) as stopped:
        parser().parse_args(["limits", "--help"])
    assert stopped.value.code == 0
    shown = capsys.readouterr().out
    assert all(kind in shown for kind in limits_command.KINDS)


@pytest.mark.slow
def test_ten_million_points_pass_through_in_bounded_memory(tmp_path):
    path = tmp_path / "many.csv"
    with path.open("w") as file:
        file.write("value\n")
        for _ in range(100):
            file.write("".join(f"{n % 7}.{n % 10}\n" for n in range(100_000)))
    program = (
        "import resource, sys; from measures.__main__ import main; code = main(sys.argv[1:]);"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr); sys.exit(code)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, "limits", str(path), "--chart", "xmr"],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as running:  # fmt: skip
        lines = sum(part.count(b"\n") for part in iter(lambda: running.stdout.read(1 << 20), b""))
        told = running.stderr.read().decode()
    assert running.returncode == 0, told
    assert int(told) < 6_000_000  # kilobytes
    assert lines == 10_000_000 + 2  # a line a point, one before and one with the caveats
