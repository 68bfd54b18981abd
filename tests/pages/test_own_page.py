"""The page 'Your own figures' without a browser: every kind of figures, every bad input, no store, and the link."""

import io
from datetime import date, timedelta

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from town_fixture import html, opened

from pages.own import explained, link, sent
from pages.own.drawn import chart_of, for_a_file, newest_drawn, phase_cells, picture, table_of
from pages.own.linked import fits
from pages.own.meaning import CHARTS, OFFERED, Asked, charts_for, default_chart, default_what, refusal
from pages.own.pasted import understand

PAGE = "pages/own/figures.py"
WEEKS = [date(2026, 1, 5) + timedelta(weeks=place) for place in range(24)]
CALLS = [31, 35, 42, 38, 40, 36, 44, 39, 41, 37, 43, 35, 38, 42, 40, 36, 90, 41, 39, 37, 43, 38, 40, 36]
TEXT = "Week\tCalls\n" + "\n".join(f"{day}\t{calls}" for day, calls in zip(WEEKS, CALLS, strict=True))


@pytest.fixture(autouse=True)
def empty(tmp_path, monkeypatch):
    monkeypatch.setenv("SYSTEM_CONDITIONS_STORE", f"sqlite:///{tmp_path / 'new.db'}")


def pasted(text: str, **address: str):
    at = opened(PAGE, **address)
    at.text_area[0].set_value(text)
    at.button[0].click()
    return at.run()


def charts(at) -> list:
    return list(at.get("vega_lite_chart") or at.get("arrow_vega_lite_chart"))


def choose(at, label: str, value: str):
    next(box for box in at.selectbox if box.label == label).set_value(value)
    return at.run()


def test_pasted_figures_become_a_sentence_a_chart_and_a_link():
    at = pasted(TEXT)
    assert not at.exception
    said = html(at)
    assert "Calls: between" in said
    assert "outside the limits" in said
    assert "Taken for counts, because these are whole numbers, none below zero." in said
    assert "c′, because it counts things" in said
    assert "one point in" in said  # what the rules cost
    assert "24 points with a figure" in said
    assert len(charts(at)) == 1
    assert "Whoever has the link sees them" in said
    assert any("24 lines read, nothing left out" in box.label for box in at.expander)


def test_the_link_opens_the_same_picture_and_new_figures_take_it_out_of_the_address():
    first = pasted(TEXT)
    choose(first, "Chart", "xmr")
    choose(first, "Which way is better?", "lower")
    packed = html(first).split('href="?f=')[1].split('"')[0]
    second = opened(PAGE, f=packed)
    assert not second.exception
    sentence = html(first).split('sc-sentence">')[1].split("</p>")[0]
    assert sentence in html(second)
    assert charts(second)[0].proto.spec == charts(first)[0].proto.spec
    second.text_area[0].set_value("2026-05-04\t3")
    second.button[0].click()
    second.run()
    assert "f" not in second.query_params


@pytest.mark.parametrize("damaged", ["x", "eNqli8EKwjAQRH", "<script>", "A" * 9_000])
def test_a_damaged_link_is_one_sentence_and_the_box_is_there(damaged):
    at = opened(PAGE, f=damaged)
    assert not at.exception
    assert "damaged or was cut short" in html(at)
    assert len(at.text_area) == 1


def test_the_page_works_where_the_store_cannot_be_reached(tmp_path, monkeypatch):
    blocked = tmp_path / "folder"
    blocked.write_text("a file stands where the folder should be")
    monkeypatch.setenv("SYSTEM_CONDITIONS_STORE", f"sqlite:///{blocked / 'new.db'}")
    at = pasted(TEXT)
    assert not at.exception
    assert "Calls: between" in html(at)


def test_nothing_is_written_to_the_store(tmp_path):
    at = pasted(TEXT)
    assert len(charts(at)) == 1
    written = [path for path in tmp_path.rglob("*") if path.is_file()]  # the first page of the app opens the store
    assert written
    assert not [path for path in written if b"Calls" in path.read_bytes()]


def test_dates_that_could_be_two_dates_are_asked_and_the_answer_is_taken():
    at = pasted("04/05/2026\t41\n05/06/2026\t38\n06/07/2026\t44")
    assert "could be two things" in html(at)
    assert charts(at) == []
    assert at.radio[0].label == "Which date is 04/05/2026?"
    at.radio[0].set_value("day").run()
    assert "the last, on 6 July 2026," in html(at) or "6 July 2026" in html(at)
    assert len(charts(at)) == 1


def test_what_the_numbers_are_changes_the_charts_on_offer():
    at = pasted("\n".join(f"{day}\t{calls}\t{100 + calls}" for day, calls in zip(WEEKS, CALLS, strict=True)))
    box = next(box for box in at.selectbox if box.label == "Chart")
    assert box.value == "p_prime"
    choose(at, "What are these numbers?", "rate")
    assert next(box for box in at.selectbox if box.label == "Chart").value == "u_prime"
    choose(at, "For each", 1000)
    assert "for each 1,000" in html(at)


BAD = {  # text, what the numbers are said to be or None, words of what comes
    "constant": ("\n".join(f"{day}\t5" for day in WEEKS), None, "always 5"),
    "constant tenth": ("\n".join("0.1" for _ in WEEKS), None, "always 0.10"),
    "one point": ("2026-05-04\t41", None, "too few to say what is predictable (1 point of the 6 needed)"),
    "one number": ("41", None, "too few to say"),
    "all blank": ("2026-05-04\t\n2026-05-11\t", None, "Every number is blank in column 2"),
    "negative counts": ("\n".join(f"{day}\t{calls - 40}" for day, calls in zip(WEEKS, CALLS, strict=True)), "count",
                        "On line 1 (12 more like it), -9 is below zero"),
    "zero denominators": ("\n".join(f"{day}\t0\t{20 * (n % 2)}" for n, day in enumerate(WEEKS)), None,
                          "Nobody to count in 12 of 24 weeks"),
    "above its denominator": ("2026-05-04\t12\t10\n2026-05-11\t9\t10", "share", "On line 1, 12 out of 10 is more than all"),
    "no time between": ("2026-05-04\n2026-05-04\n2026-05-09", None, "0 is no time between two events"),
    "unsorted": ("2026-05-11\t38\n2026-05-04\t41", None, "The lines were sorted by date"),
    "twice": ("2026-05-04\t38\n2026-05-04\t41", None, "has the date of another"),
    "text": ("2026-05-04\t38\n2026-05-11\tabout 40", None, "about 40"),
    "words alone": ("hello", None, "No column of numbers was found"),
    "formulas": ("=1+1\t<b>x</b>", None, "&lt;b&gt;x"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_a_result_or_a_sentence(case):
    text, what, words = BAD[case]
    at = pasted(text)
    if what is not None:
        choose(at, "What are these numbers?", what)
    assert not at.exception
    assert "give the data steward this reference" not in html(at)
    assert words in html(at)


def figures_of(text: str, **answers: str):
    return understand(text, answers).figures


EVERY = {
    "count": "\n".join(f"{day}\t{calls}" for day, calls in zip(WEEKS, CALLS, strict=True)),
    "measure": "\n".join(f"{calls / 7:.2f}" for calls in CALLS),
    "share": "\n".join(f"{day}\t{calls}\t{100 + calls}" for day, calls in zip(WEEKS, CALLS, strict=True)),
    "rate": "\n".join(f"{day}\t{calls}\t{calls / 3:.1f}" for day, calls in zip(WEEKS, CALLS, strict=True)),
    "duration": "Week\tDays waited\n" + "\n".join(f"{day}\t{calls}" for day, calls in zip(WEEKS, CALLS, strict=True)),
    "between": "\n".join(str(date(2020, 1, 1) + timedelta(days=sum(CALLS[:place]))) for place in range(len(CALLS))),
    "cases": "\n".join(map(str, CALLS)),
}


@pytest.mark.parametrize("what", EVERY)
def test_every_chart_on_offer_is_drawn_said_and_explained(what):
    figures = figures_of(EVERY[what])
    guessed = default_what(figures)[0]
    assert guessed == what or (what == "cases" and guessed == "count")
    assert default_chart(what, figures)[0] in charts_for(what, figures)
    for chart in OFFERED[what]:
        for rules in ("wheeler", "none")[: 1 + (what == "count")]:
            asked = Asked(what=what, chart=chart, rules=rules, title="Calls")
            if refused := refusal(asked, figures):
                assert refused.startswith("On line")
                continue
            drawn = picture(figures, asked, 20_800)
            assert drawn.sentence.startswith("Calls: ")
            assert drawn.charted
            assert chart_of(drawn).to_dict()["description"].startswith("Calls by ")
            told = dict(explained.lines(drawn, figures, asked, "why."))
            assert told["Middle and limits"] == explained.FORMULAS[chart]
            assert rules == "none" or "signal" in told["Rules"]
            table, _ = table_of(drawn)
            assert table.height == figures.points.height


def test_all_nine_charts_are_on_offer_somewhere_with_a_formula_each():
    assert {chart for charts_of in OFFERED.values() for chart in charts_of} == set(CHARTS) == set(explained.FORMULAS)


def test_counts_that_average_under_two_get_no_xmr():
    figures = figures_of("\n".join(f"{day}\t{n % 4 == 0:d}" for n, day in enumerate(WEEKS)))
    assert default_what(figures)[0] == "count"
    assert "xmr" not in charts_for("count", figures)


def test_a_measurement_may_lie_below_nought_and_keeps_its_decimals():
    figures = figures_of("\n".join(f"{(calls - 40) / 100}" for calls in CALLS[:16]))
    drawn = picture(figures, Asked(what="measure", chart="xmr"))
    assert drawn.points["lower"][0] < 0
    assert drawn.kind == "measured-2"
    assert "'least -0." in str(chart_of(drawn).to_dict()["datasets"])


def test_fewer_than_six_points_have_no_limits():
    drawn = picture(
        figures_of(EVERY["count"].split("\n", 5)[0] + "\n" + "\n".join(EVERY["count"].split("\n")[1:5])), Asked()
    )
    assert drawn.known == 5
    assert drawn.points["upper"].null_count() == 5
    assert not drawn.charted


def test_the_downloaded_file_is_read_again_as_the_same_figures():
    for text, chart in ((EVERY["share"], "p_prime"), (EVERY["count"], "c_prime")):
        figures = figures_of(text)
        drawn = picture(figures, Asked(what=default_what(figures)[0], chart=chart))
        file = for_a_file(drawn, figures).drop("signals").write_csv()
        assert figures_of(file).points.drop("line").equals(figures.points.drop("line"))


def test_many_points_are_drawn_from_the_newest_and_said():
    figures = figures_of("\n".join(str(place % 7 + 3) for place in range(6_000)))
    drawn = picture(figures, Asked())
    spec = chart_of(drawn).to_dict()
    assert max(len(rows) for rows in spec["datasets"].values()) <= 1_000
    assert "newest 1,000 of 6,000" in newest_drawn(drawn)[0]
    assert not fits(link.pack(figures, Asked()), figures)


def workbook(*sheets: tuple[str, list[list]]) -> io.BytesIO:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for name, rows in sheets:
        sheet = book.add_worksheet(name)
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(at, column, cell, day)
                elif cell is not None:
                    sheet.write(at, column, cell)
    book.close()
    return out


def test_a_workbook_is_read_as_what_it_shows():
    rows = [["Week", "Calls"], *([day, calls] for day, calls in zip(WEEKS, CALLS, strict=True))]
    text, remarks = sent.text_of(workbook(("Calls", rows)), "calls.xlsx")
    assert remarks == ()
    assert figures_of(text).points.select("day", "value").rows() == list(zip(WEEKS, CALLS, strict=True))
    assert sent.sheets_of(workbook(("One", rows), ("Two", rows)), "calls.xlsx") == ["One", "Two"]
    assert sent.text_of(workbook(("One", [["a"], [1]]), ("Two", rows)), "calls.xlsx", "Two")[0].startswith(
        "Week\tCalls"
    )


def test_a_file_of_text_saved_on_windows_is_read_and_said():
    text, remarks = sent.text_of(io.BytesIO("Week,Pounds\n2026-05-04,£5\n".encode("cp1252")), "a.csv")
    assert figures_of(text).currency == "£"
    assert "saved on Windows" in remarks[0]
    assert sent.text_of(io.BytesIO("4\n5".encode("utf-16")), "a.txt") == ("4\n5", ())


@pytest.mark.parametrize(("data", "name", "words"), [
    (b"%PDF-1.4", "a.csv", "is a PDF document"), (b"", "a.csv", "is empty"), (b"PK\x03\x04xx", "a.csv", "Excel workbook"),
    (b"not a workbook", "a.xlsx", "is not an Excel workbook"), (b"<html><body>", "a.txt", "is a web page"),
])  # fmt: skip
def test_a_file_that_is_no_table_is_one_sentence(data, name, words):
    with pytest.raises(sent.NotRead, match=words):
        sent.text_of(io.BytesIO(data), name)


NUMBERS = st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6), st.integers(0, 50)), min_size=1, max_size=30)


@settings(max_examples=10, deadline=None)
@given(NUMBERS, st.sampled_from(sorted(OFFERED)))
def test_any_numbers_are_drawn_or_refused_in_a_sentence(numbers, what):
    sized = what in ("share", "rate")
    text = "\n".join("" if n is None else f"{n!r}\t{abs(n) + 1!r}" if sized else f"{n!r}" for n in numbers)
    found = understand(text, {"of": "c1"}) if sized else understand(text)
    if found.figures is None or found.figures.sized != sized:
        return
    for chart in OFFERED[what]:
        asked = Asked(what=what, chart=chart)
        if refusal(asked, found.figures):
            continue
        drawn = picture(found.figures, asked)
        assert drawn.sentence


def test_a_middle_of_nought_has_no_minus_and_irregular_dates_are_points():
    drawn = picture(figures_of("\n".join(["-0.3", "0.29", "-0.3", "0.3"] * 5)), Asked(what="measure", chart="xmr"))
    assert phase_cells(drawn)[0]["figures"].startswith("middle 0.0 · least -")
    between = figures_of(EVERY["between"])
    assert phase_cells(picture(between, Asked(what="between", chart="t")))[0]["n"] == "23 points"
