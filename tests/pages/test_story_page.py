"""A person's story through `dashboard.py`: every published figure, every contradiction, and who stands in no address."""

import html
import json
import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from connectors.demo import published
from connectors.store import open_store
from measures.model.principal import LOCAL
from measures.story.told import published_story

ROOT = Path(__file__).parents[2]
EXPECTED = ROOT.parent / "shared" / "cases" / "expected.json"
GROUPS = {"printed_346": "eight_people_346", "activities_per_person": "eight_people_346",
          "helping_activities": "eight_people_346"}  # fmt: skip
# what must be flagged, and words by which the page says it
FLAGGED = {
    "printed 'four years after' but 1997->2002 is 5 by year": "from 1997 to 2002 is five by year",
    "6 home visits printed, 4 itemised": "six home visits and itemises four",
    "yearly costs not printed (graph image lost)": "Yearly costs are not printed",
    "different person from the 'A' of line 368 (aged 8 in 2006)": "a different person from the “A” of line 368",
    "'and/or' stair lift: with the move only, wanted cost is 15760": "With the move only, what Ruth wanted cost £15,760",
    "cost window starts 2008, interactions window 1996-2012": "The printed cost begins in 2008, the printed interactions run",
    "yearly costs not printed": "Yearly costs are not printed",
    "first contact printed January 1998 but stated gaps sum to under 9 months to 4 June 2009": "add up to under nine months",
    "aged 15 within months of first contact": "15 within months of the first contact",
    "J20 contradicts J22 on parental responsibility": "advice at event J20 (the grandmother has none) contradicts event J22",
    "124 is 'exited and re-entered' at line 298 and 'presented to GPs' at line 346": "Two records: never merged, never summed",
}


def visit(patch: pytest.MonkeyPatch, url: str, **address: str) -> AppTest:
    """The page over a store, with an address."""
    patch.setenv("SYSTEM_CONDITIONS_STORE", url)
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60)
    app.query_params.update(address)
    return app.switch_page("pages/story/story.py").run()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, AppTest]:
    """Every published page, over a store into which nothing was imported."""
    empty = f"sqlite:///{tmp_path_factory.mktemp('empty') / 'empty.db'}"
    with pytest.MonkeyPatch.context() as patch:
        return {name: visit(patch, empty, case=name) for name in ("child_a", "ruth", "jake", "figures")}


def text(app: AppTest) -> str:
    return html.unescape(" ".join(element.proto.body for element in app.get("html")))


def cells(app: AppTest, title: str, name: str) -> list[float]:
    """The numbers that stand as printed or as computed in one row of the table with this title."""
    (table,) = [part for part in text(app).split("<table") if f"<caption>{title}: " in part]
    (row,) = re.findall(rf"<th scope=\"row\"[^>]*>{re.escape(name)}</th>(.*?)</tr>", table)
    told = re.findall(r'<td[^>]*data-label="(?:As printed|Computed|Worked out from them)"[^>]*>(.*?)</td>', row)
    return [float(number) for number in re.findall(r"\d+(?:\.\d+)?", " ".join(told).replace(",", ""))]


def figures(expected: object, path: str = "") -> dict[str, float]:
    """The numbers of a case, each by its path."""
    if isinstance(expected, dict):
        parts = [figures(value, f"{path}.{key}" if path else key) for key, value in expected.items()]
    elif isinstance(expected, list):
        parts = [figures(value, f"{path}.{at}") for at, value in enumerate(expected)]
    else:
        numeric = isinstance(expected, int | float) and not isinstance(expected, bool)
        return {path: expected} if numeric else {}
    return {key: value for part in parts for key, value in part.items()}


@pytest.mark.shared
@pytest.mark.skipif(not EXPECTED.exists(), reason="the shared cases are not beside the project")
def test_every_expected_figure_is_on_the_pages_and_every_contradiction_is_flagged(
    pages: dict[str, AppTest],
) -> None:
    expected = json.loads(EXPECTED.read_text("utf-8"))
    known = {case.name: case for case in published.published()}
    seen = 0
    for case, told in expected.items():
        app = pages.get(case, pages["figures"])
        said = text(app)
        for flag in told.get("must_flag", ()):
            assert FLAGGED[flag] in said, flag
        wanted = figures({key: value for key, value in told.items() if key not in ("must_flag", "agencies_cumulative")})
        for path, value in wanted.items():
            group = next((name for part, name in GROUPS.items() if part in path), case)
            figure = next(one for one in known[group].figures if one.key == path)
            as_read = value * 100 if figure.unit == "share" else value
            shown = cells(app, known[group].title, figure.name)
            assert any(abs(number - as_read) < 0.06 for number in shown), (path, shown)
            seen += 1
    assert seen >= 70
    assert expected["melvyn"]["story_present"] is False
    assert "the report tells no story of him" in text(pages["figures"])


@pytest.mark.shared
@pytest.mark.skipif(not EXPECTED.exists(), reason="the shared cases are not beside the project")
def test_printed_and_computed_agree_with_the_hand_counts() -> None:
    expected = json.loads(EXPECTED.read_text("utf-8"))
    for name in ("child_a", "ruth", "jake"):
        case = next(one for one in published.published() if one.name == name)
        story = published_story(published.records(), published.person_key(name), case, published.told(name))
        ours = {one.figure.key: one for one in story.beside}
        told = expected[name]
        for path, value in figures({key: told[key] for key in ("hand_count", "derived") if key in told}).items():
            assert round(ours[path].computed, 3) == value, path
        for path, value in figures({"printed": told.get("printed", {})}).items():
            assert ours[path].figure.printed == value, path
        if name == "child_a":
            by_year = {str(row["from"].year): row["ever"] for row in story.agencies.iter_rows(named=True)}
            assert by_year == told["agencies_cumulative"]


def test_the_published_cases_open_before_anything_is_imported(pages: dict[str, AppTest]) -> None:
    assert not any(app.exception for app in pages.values())
    assert "96 records at 20 agencies from 1997 to 2013" in text(pages["child_a"])
    assert "A person in these records" not in pages["child_a"].selectbox(key="address_case").options
    assert "£15,760 to £20,760. That is £86,017 to £91,017 more" in text(pages["ruth"])
    assert "48 records at 8 agencies" in text(pages["jake"])


def test_a_person_of_the_records_is_opened_on_the_page_noted_and_never_in_the_address(
    monkeypatch: pytest.MonkeyPatch, town: str
) -> None:
    app = visit(monkeypatch, town, case="records")
    assert "Choose a person" in text(app)
    app.button[0].click().run()
    assert not app.exception
    assert "records at 1 agency" in text(app)
    assert dict(app.query_params) == {"case": "records"}
    trail = open_store(town).audit_trail(LOCAL).filter(action="story opened")
    assert trail.height == 1
    detail = json.loads(trail["detail"][0])
    assert set(detail) == {"purpose", "records", "data_version"}
    assert "PN" not in text(app)  # the ids of this town begin so
