"""What the report prints of people: read whole, beside its events, and in agreement with the records loaded of it."""

from connectors.demo import cases, published
from measures.story.beside import WAYS


def test_everybody_of_the_report_is_there() -> None:
    told = {case.name: case.events for case in published.published()}
    assert [name for name, events in told.items() if events] == [case.name for case in cases.CASES]
    assert [name for name, events in told.items() if not events] == [
        "eight_people", "eight_people_346", "twenty_one_people", "melvyn",
    ]  # fmt: skip


def test_every_figure_has_a_line_a_name_and_a_known_way_of_computing() -> None:
    for case in published.published():
        keys = [figure.key for figure in case.figures]
        assert len(keys) == len(set(keys)), case.name
        for figure in case.figures:
            assert figure.line, figure.key
            assert figure.name, figure.key
            assert figure.of in WAYS or (not figure.of and figure.printed is not None), figure.key
            assert figure.of not in ("ratio of", "sum of", "product of") or set(figure.parts) <= set(keys), figure.key


def test_the_printed_figures_kept_with_the_records_say_the_same() -> None:
    by_words = {
        (case.title, float(figure.printed))
        for case in published.published()
        for figure in case.figures
        if isinstance(figure.printed, int | float)
    }
    titles = {
        "Child A": "Child A", "Ruth": "Ruth", "eight people (lines 298-300)": "Eight people, records of one to nine years",
        "eight people (line 346)": "Eight people with drug or alcohol dependency",
        "twenty-one people": "Twenty-one people with health needs",
    }  # fmt: skip
    for name, value, _ in cases.PRINTED:
        assert (titles[name.partition(":")[0]], float(value)) in by_words, name


def test_the_grandmother_s_demands_are_those_the_events_say_she_made() -> None:
    told = published.told("jake")
    asked = told.filter(asked_by="grandmother")["seq"].to_list()
    assert [seq for seq in asked if seq < 33] == [1, 8, 17, 21, 23, 31]


def test_the_records_are_there_without_a_store() -> None:
    held = published.records()
    assert held.scan("demands").collect()["person_id"].unique().sort().to_list() == ["Child A", "Jake", "Ruth"]
    assert set(held.scan("activities").collect()["source"]) == {cases.SOURCE}
