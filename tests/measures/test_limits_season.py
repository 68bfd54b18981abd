"""`measures limits --season`: the season of anybody's figures taken out, and what that needs."""

import json
from datetime import date, timedelta

import pytest

from measures import limits_command
from measures.__main__ import main
from measures.capability import Chart, limits
from measures.capability.seasons import KINDS, LENGTH, without_season
from measures.points_file import read_points

MONTHS = [date(2022 + place // 12, place % 12 + 1, 1) for place in range(40)]
MONTHLY = "at,value\n" + "".join(
    f"{day},{(10 + place % 5) * (3 if day.month == 1 else 1)}\n" for place, day in enumerate(MONTHS)
)


@pytest.fixture
def ask(tmp_path, capsys):
    def ask(text, *arguments, kind="xmr"):
        path = tmp_path / "points.csv"
        path.write_text(text)
        code = main(["limits", str(path), "--chart", kind, *arguments])
        return code, *capsys.readouterr()

    return ask


def test_it_prints_the_limits_of_the_figures_without_their_season(ask):
    code, out, _ = ask(MONTHLY, "--season", "month")
    told = json.loads(out)
    points = read_points(MONTHLY.encode())
    expected = without_season(points.with_columns(points["at"].str.to_date()), "month")
    limited = limits(expected.points, Chart()).points
    assert code == 0
    for name in ("value", "centre", "upper", "unadjusted", "season", "season_factor", "season_n"):
        assert [point[name] for point in told["points"]] == limited[name].to_list()
    assert [point["at"] for point in told["points"]] == [day.isoformat() for day in MONTHS]
    assert told["caveats"][0]["code"] == "season"


def test_multiplied_figures_are_multiplied_before_and_after(ask):
    points = json.loads(ask(MONTHLY, "--season", "month", "--multiply", "1000")[1])["points"]
    plain = json.loads(ask(MONTHLY, "--season", "month")[1])["points"]
    for name in ("value", "unadjusted"):
        assert [point[name] for point in points] == pytest.approx([1000 * point[name] for point in plain])


def test_the_order_of_the_file_stays(ask):
    first, *rows = MONTHLY.splitlines()
    told = json.loads(ask("\n".join([first, *reversed(rows)]), "--season", "month")[1])
    assert [point["at"] for point in told["points"]] == [row.split(",")[0] for row in reversed(rows)]
    assert "unsorted" in {caveat["code"] for caveat in told["caveats"]}


@pytest.mark.parametrize(
    ("text", "arguments", "code", "said"),
    [
        (MONTHLY, ["--season", "weekday"], 0, ""),
        ("value\n1\n2\n", ["--season", "month"], 1, "needs a column 'at'"),
        ("at,value\nMay,1\nJune,2\n", ["--season", "month"], 1, "a date as 2026-05-04"),
        ("at,value\n2026-05-04,1\n2026-05-11,2\n", ["--season", "month"], 1, "two points in May 2026"),
    ],
)
def test_what_it_needs_is_one_sentence(ask, text, arguments, code, said):
    got, _, err = ask(text, *arguments)
    assert got == code
    assert said in err
    assert err.count("\n") == (1 if code else 0)


@pytest.mark.parametrize("kind", ["p", "p_prime", "c", "c_prime", "u", "i_prime", "g", "t", "xbar", "funnel"])
def test_charts_that_read_whole_events_say_why_not(ask, kind):
    code, out, err = ask("at,value,of\n2026-05-04,1,2\n", "--season", "month", kind=kind)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "is for charts of single values" in err


def test_what_the_command_offers_is_what_the_engine_has():
    assert limits_command.SEASONAL == KINDS
    assert set(limits_command.SEASONS) == set(LENGTH)


def test_days_of_the_week_work_too(ask):
    days = [date(2026, 1, 5) + timedelta(days=place) for place in range(21)]
    text = "at,value\n" + "".join(f"{day},{9 if day.weekday() == 0 else 3}\n" for day in days)
    points = json.loads(ask(text, "--season", "weekday", kind="run")[1])["points"]
    assert {round(point["value"], 9) for point in points} == {round(27 / 7, 9)}
