"""What a pasted text is taken to mean: a table of cases, and that no text at all ends in a failure of ours."""

from datetime import date

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pages.own import amounts, cells, days
from pages.own.pasted import understand


def on(day: int, month: int = 5) -> date:
    return date(2026, month, day)


MAY = (on(4), on(11))
# text, the answers given, and the points that must come of it: day, value, of
READ = {
    "tabs and headings": ("Week\tCalls\n2026-05-04\t41\n2026-05-11\t38", {}, [(MAY[0], 41, None), (MAY[1], 38, None)]),
    "commas": ("2026-05-04,41\n2026-05-11,38", {}, [(MAY[0], 41, None), (MAY[1], 38, None)]),
    "semicolons, decimal commas": ("04.05.2026;12,5\n18.05.2026;1.204,5", {}, [(MAY[0], 12.5, None), (on(18), 1204.5, None)]),
    "bars": ("4 May 2026|41\n11 May 2026|38", {}, [(MAY[0], 41, None), (MAY[1], 38, None)]),
    "spaces": ("4 May 2026 41\n11 May 2026  38", {}, [(MAY[0], 41, None), (MAY[1], 38, None)]),
    "numerator and denominator": ("2026-05-04\t12\t50\n2026-05-11\t13\t44", {}, [(MAY[0], 12, 50), (MAY[1], 13, 44)]),
    "numerator alone": ("2026-05-04\t12\t50\n2026-05-11\t13\t44", {"of": "none"}, [(MAY[0], 12, None), (MAY[1], 13, None)]),
    "one column, a blank line is a gap": ("\n41\n\n38\n\n", {}, [(None, 41, None), (None, None, None), (None, 38, None)]),
    "a date without a number is a gap": ("2026-05-04\t41\n2026-05-11\t", {}, [(MAY[0], 41, None), (MAY[1], None, None)]),
    "thousands and pounds": ('2026-05-04\t"£1,204.50"\n2026-05-11\t£980', {}, [(MAY[0], 1204.5, None), (MAY[1], 980, None)]),
    "per cent": ("2026-05-04\t45%\n2026-05-11\t12.5 %", {}, [(MAY[0], 0.45, None), (MAY[1], 0.125, None)]),
    "spaces between thousands": ("2026-05-04\t1 204\n2026-05-11\t980", {}, [(MAY[0], 1204, None), (MAY[1], 980, None)]),
    "brackets and a true minus": ("2026-05-04\t(12)\n2026-05-11\t−3", {}, [(MAY[0], -12, None), (MAY[1], -3, None)]),
    "one is a 13th: the day comes first": ("04/05/2026\t41\n13/05/2026\t38", {}, [(MAY[0], 41, None), (on(13), 38, None)]),
    "one is a 13th: the month comes first": ("04/05/2026\t41\n04/13/2026\t38", {}, [(on(5, 4), 41, None), (on(13, 4), 38, None)]),
    "answered: the month comes first": (
        "04/05/2026\t41\n04/06/2026\t38", {"order": "month"}, [(on(5, 4), 41, None), (on(6, 4), 38, None)],
    ),
    "answered: a decimal comma": (
        "2026-05-04\t1,204\n2026-05-11\t2", {"decimals": "comma"}, [(MAY[0], 1.204, None), (MAY[1], 2, None)],
    ),
    "answered: one number on a line": ("12,5\n13,1", {"way": "whole"}, [(None, 12.5, None), (None, 13.1, None)]),
    "months": ("May 2026\t5\nJun 2026\t6", {}, [(on(1), 5, None), (on(1, 6), 6, None)]),
    "sorted by date": ("2026-05-11\t38\n2026-05-04\t41", {}, [(MAY[0], 41, None), (MAY[1], 38, None)]),
    "one date twice is two points": ("2026-05-04\t41\n2026-05-04\t38", {}, [(MAY[0], 41, None), (MAY[0], 38, None)]),
    "dates alone, a missing week is no gap": ("2026-05-04\n2026-05-11\n2026-05-29", {}, [(MAY[1], 7, None), (on(29), 18, None)]),
    "a missing week is a gap": (
        "2026-05-04\t1\n2026-05-11\t2\n2026-05-25\t3", {},
        [(MAY[0], 1, None), (MAY[1], 2, None), (on(18), None, None), (on(25), 3, None)],
    ),
    "half a pair is a gap": ("2026-05-04\t12\t50\n2026-05-11\t13\t", {}, [(MAY[0], 12, 50), (MAY[1], None, None)]),
    "a file that was downloaded here": (
        "at,value,of,plotted,centre\n2026-05-04,12,50,0.24,0.3\n2026-05-11,13,44,0.3,0.3", {}, [(MAY[0], 12, 50), (MAY[1], 13, 44)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", READ)
def test_it_is_read_as_it_was_meant(case):
    text, answers, wanted = READ[case]
    found = understand(text, answers)
    assert found.problem == ""
    assert [question.name for question in found.questions if question.name not in answers] == []
    assert found.figures.points.select("day", "value", "of").rows() == wanted


# text, the name of the question it must raise, and words of its options
ASKED = {
    "two dates": ("04/05/2026\t41\n05/06/2026\t38", "order", ("4 May 2026", "5 April 2026")),
    "both orders in one column": ("13/05/2026\t41\n05/14/2026\t38", "order", ("not a date", "14 May 2026")),
    "thousands or decimals": ("2026-05-04\t1,204\n2026-05-11\t2,316", "decimals", ("1,204", "1.204")),
    "a point that may part thousands": ("2026-05-04\t1.204\n2026-05-11\t2.316", "decimals", ("1.204", "1,204")),
    "both kinds of decimals": ("2026-05-04\t1.2\n2026-05-11\t2,3", "decimals", ("no number", "2.3")),
    "one number or two": ("12,5\n13,1", "way", ("“12,5”", "“13” and “1”", "“13,1”")),
    "one number or two, with a space": ("12 345\n13 456", "way", ("“13 456”", "“13” and “456”")),
    "a date, then one number or two": ("2026-05-04,12,50\n2026-05-11,13,44", "way", ("“13” and “44”", "“13,44”")),
    "two numbers without dates": ("12\t50\n13\t44", "of", ("out of", "alone")),
}


@pytest.mark.parametrize("case", ASKED)
def test_what_could_be_two_things_is_asked_and_never_guessed(case):
    text, name, words = ASKED[case]
    found = understand(text)
    assert found.figures is None
    assert name in [question.name for question in found.questions]
    said = " ".join(words for question in found.questions for words in question.options.values())
    assert [part for part in words if part in said] or name == "way"
    for option in next(question for question in found.questions if question.name == name).options:
        again = understand(text, {name: option})
        assert name in [question.name for question in again.questions]  # it stays on the page, answered


# text and what the one sentence must hold
NOTHING = {
    "": "paste a column of numbers",
    " \n\t\n": "paste a column of numbers",
    "hello\nworld": "line 2 reads “world”",
    "Week\tCalls": "No column of numbers",
    "2026-05-04\t\n2026-05-11\t": "Every number is blank in column 2",
    "2026-05-04": "too few dates",
}


@pytest.mark.parametrize("text", NOTHING)
def test_where_there_is_nothing_to_chart_one_sentence_says_why(text):
    found = understand(text)
    assert found.figures is None
    assert NOTHING[text] in found.problem


def test_text_among_numbers_is_a_gap_and_said_with_its_line():
    found = understand("Week\tCalls\n2026-05-04\t41\n2026-05-11\tn/a\nsoon\t12\n2026-05-18\t44")
    assert found.left_out.rows() == [
        (3, "n/a", "this is not a number, so there is a gap at this date"),
        (4, "soon", "this is not a date"),
    ]
    assert found.figures.points["value"].to_list() == [41, None, 44]
    assert found.read == 4


def test_what_was_done_is_said():
    sorted_by_date = understand("2026-05-11\t38\n2026-05-04\t41\n2026-05-04\t40").remarks
    assert sorted_by_date[0] == (
        "The lines were sorted by date: 1 line stands after a later date, the first on line 2."
    )
    assert "1 line has the date of another (4 May 2026 first)" in sorted_by_date[1]
    missing = understand("2026-05-04\t1\n2026-05-11\t2\n2026-05-25\t3").remarks
    assert missing == ("1 week between your dates is missing, and drawn as a gap.",)


def test_one_date_of_another_century_makes_no_thousand_gaps():
    weeks = pl.date_range(on(5, 1), on(30, 3), "1w", eager=True)
    found = understand("\n".join(f"{day}\t5" for day in [*weeks, date(2162, 1, 1)]))
    assert found.figures.points.height == weeks.len() + 1


def test_dates_alone_are_counted_by_week_where_there_are_two_a_week_or_more():
    dates = pl.date_range(on(7, 1), on(4, 3), "2d", eager=True)
    found = understand("\n".join(map(str, dates)))
    assert "counted by week" in found.remarks[-1]
    assert found.figures.points["day"].to_list()[0] == on(12, 1)  # the week of the first date is not whole
    assert set(found.figures.points["value"]) == {3.0, 4.0}
    between = understand("\n".join(map(str, dates)), {"each": "between"})
    assert set(between.figures.points["value"]) == {2.0}
    assert between.figures.events


FORMS = ["%d/%m/%Y", "%Y-%m-%d", "%d %B %Y", "%d-%b-%Y", "%a %d %b %Y", "%B %d, %Y", "%d.%m.%Y %H:%M"]
CELLS = st.sampled_from([
    "", " ", "41", "1,204", "1.204,5", "12,5", "-3", "(4)", "£1,2", "45%", "1e5", "1e400", "nan", "inf", "04/05/2026",
    "13/13/2026", "2026-05-04", "4 May 2026", "May 2026", "0000-00-00", "2026-02-30", "Q1 2026", "n/a", "#N/A", '"', "'", "\x00",
    "\ud800", "٤٢", "９", "–", "😀", "=1+1", "2026-05-04T25:61", "99/99/99",
])  # fmt: skip
LINES = st.lists(st.lists(CELLS, max_size=4), max_size=12)


@settings(max_examples=30, deadline=None)
@given(lines=LINES, mark=st.sampled_from(["\t", ",", ";", "|", " "]), answers=st.fixed_dictionaries({}, optional={
    "way": st.sampled_from(cells.WAYS), "order": st.sampled_from(["day", "month", "x"]),
    "decimals": st.sampled_from(["point", "comma", ""]), "of": st.sampled_from(["none", "c0", "c1", "c9"]),
    "value": st.sampled_from(["c0", "c1"]), "day": st.sampled_from(["c0", "c1"]), "each": st.sampled_from(["1d", "1mo", "?"]),
}))  # fmt: skip
@example(lines=[["2026-05-04", "41"]], mark="\t", answers={})
def test_no_lines_of_cells_ever_raise(lines, mark, answers):
    _sound(understand("\n".join(mark.join(line) for line in lines), answers))


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=200))
def test_no_text_ever_raises(text):
    _sound(understand(text))


def _sound(found):
    assert (found.figures is not None) + bool(found.problem) + bool(found.questions) >= 1
    if found.figures is not None:
        points = found.figures.points
        assert points["value"].is_not_null().any()
        assert not points["value"].is_infinite().any()
        assert not points["value"].is_nan().any()
        assert points["day"].null_count() in (0, points.height)
        assert points["day"].is_sorted()


@settings(max_examples=25, deadline=None)
@given(
    st.dates(date(1850, 1, 1), date(2200, 12, 31)),
    st.sampled_from(FORMS),
)
def test_a_date_is_read_back_from_every_way_of_writing_it(day, form):
    assert days.read(pl.Series([f"{day:{form}}"]))["day"].to_list() == [day]


@settings(max_examples=25, deadline=None)
@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_a_number_is_read_back_from_every_way_of_writing_it(number):
    english = f"{number:,.2f}"
    other = english.translate(str.maketrans(",.", ".,"))
    spaced = english.replace(",", "\u202f")
    assert amounts.read(pl.Series([english, spaced, f"{number}"]), amounts.POINT).to_list() == [float(number)] * 3
    assert amounts.read(pl.Series([other]), amounts.COMMA).to_list() == [float(number)]


def test_two_hundred_thousand_lines_are_read():
    found = understand("\n".join(str(place % 97) for place in range(200_000)))
    assert found.figures.points.height == 200_000
