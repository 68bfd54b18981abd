"""The rules of `architecture_checks.py`: this checkout keeps each of them, and each one catches what breaks it."""

import subprocess
from pathlib import Path

import pytest
from architecture_checks import (
    cached_functions_that_hash_a_frame,
    catalogue_modules_that_know_each_other,
    folders_without_init,
    measures_that_look_at_a_clock,
    readers_of_who_is_looking,
    scripts_directly_in_pages,
    strangers_at_the_top,
    vocabulary_that_knows_somebody,
)

ROOT = Path(__file__).parents[2]
RULES = {
    rule.__name__: rule
    for rule in (
        scripts_directly_in_pages,
        folders_without_init,
        cached_functions_that_hash_a_frame,
        readers_of_who_is_looking,
        measures_that_look_at_a_clock,
        catalogue_modules_that_know_each_other,
        vocabulary_that_knows_somebody,
    )
}
CACHED = "import streamlit as st\nimport polars as pl\n{decorator}\ndef f({parameters}):\n    return 1\n"
# rule, file, its text, and words that the offence must hold
PLANTED = [
    ("scripts_directly_in_pages", "pages/review.py", "", "move it one folder deeper"),
    ("folders_without_init", "pages/secret/page.py", "", "pages/secret/ has no __init__.py"),
    *(
        ("cached_functions_that_hash_a_frame", "pages/review/week.py", CACHED.format(decorator=d, parameters=p), words)
        for d, p, words in (
            ("@st.cache_data", "points: pl.DataFrame", "hashed frame: call it _points"),
            ("@st.cache_data(ttl=60)", "x: pl.DataFrame | None = None", "hashed frame"),
            ("@st.cache_resource", "*, reading: 'Reading'", "hashed frame"),
            ("@st.cache_resource(max_entries=3)", "key: str, series: list[pl.Series]", "f(series)"),
            ("@cache_data", "frame: object", "hashed frame"),
            ("@st.cache_data", "anything", "does not say its type"),
            ("@st.cache_data", "*frames", "does not say its type"),
        )
    ),
    ("cached_functions_that_hash_a_frame", "pages/review/week.py", "g = st.cache_data(lambda x: x)\n", "by call"),
    ("readers_of_who_is_looking", "pages/review/week.py", "import streamlit as st\nst.user\n", "reads st.user"),
    ("readers_of_who_is_looking", "dashboard.py", "st.session_state['a'] = 1\n", "reads st.session_state"),
    ("readers_of_who_is_looking", "pages/desk/look.py", "from streamlit import session_state\n", "session_state"),
    ("measures_that_look_at_a_clock", "measures/needs.py", "import datetime as dt\ndt.datetime.now()\n", "now()"),
    ("measures_that_look_at_a_clock", "measures/reading.py", "import time\ntime.time()\n", "take the time"),
    ("measures_that_look_at_a_clock", "measures/reading.py", "date.today()\n", "date.today()"),
    *(
        ("vocabulary_that_knows_somebody", "measures/model/time.py", line, "measures/model/time.py:1 imports")
        for line in (
            "import measures.needs\n",
            "from measures import reading\n",
            "from .. import needs\n",
            "import pages\n",
        )
    ),
    *(
        ("catalogue_modules_that_know_each_other", "measures/catalogue/second.py", line, "imports the measure first")
        for line in (
            "import measures.catalogue.first\n",
            "from measures.catalogue import first\n",
            "from measures.catalogue.first import MEASURE\n",
            "from . import first\n",
            "from .first import MEASURE\n",
        )
    ),
]


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    """A checkout in small that keeps every rule."""
    for folder in ("measures/catalogue", "measures/model", "pages/review", "pages/desk", "connectors"):
        (tmp_path / folder).mkdir(parents=True)
        for above in (tmp_path / folder, (tmp_path / folder).parent):
            if above != tmp_path:
                (above / "__init__.py").write_text("")
    (tmp_path / "measures/catalogue/first.py").write_text("import measures.model\n")
    (tmp_path / "measures/model/time.py").write_text(
        "import polars\nfrom measures.model import records\nfrom . import a\n"
    )
    (tmp_path / "pages/desk/session.py").write_text("import streamlit as st\nst.user\nst.session_state\n")
    (tmp_path / "pages/review/page.py").write_text(
        CACHED.format(decorator="@st.cache_data", parameters="measure: str, _frame: pl.DataFrame")
    )
    return tmp_path


@pytest.mark.parametrize("rule", RULES)
def test_this_checkout_keeps_the_rule(rule: str):
    assert RULES[rule](ROOT) == []


@pytest.mark.parametrize("rule", RULES)
def test_a_clean_checkout_has_no_offence(rule: str, clean: Path):
    assert RULES[rule](clean) == []


@pytest.mark.parametrize(("rule", "file", "text", "words"), PLANTED)
def test_a_planted_violation_is_caught(rule: str, file: str, text: str, words: str, clean: Path):
    (clean / file).parent.mkdir(exist_ok=True)
    (clean / file).write_text(text)
    offences = RULES[rule](clean)
    assert len(offences) >= 1
    assert words in " ".join(offences)


def test_every_rule_has_a_planted_violation():
    assert {planted[0] for planted in PLANTED} == set(RULES)


def test_the_top_level_is_as_fixed():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    tracked = listed.stdout.split("\n")
    assert strangers_at_the_top([name for name in tracked if name]) == []
    assert strangers_at_the_top(["pages/a.py", "utils/b.py"]) == ["utils does not belong at the top level"]
