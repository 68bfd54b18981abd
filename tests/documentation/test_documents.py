"""The documents are a contract: their links lead somewhere; every record, word and version they promise is there."""

import re
import subprocess
import tomllib
from dataclasses import fields
from pathlib import Path

import polars as pl
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from measures.model.measure import Measure
from measures.model.records import FRAMES, JUDGED, JUDGEMENTS, PROVENANCE, SOURCES

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def tracked() -> list[Path]:
    """The files of the project, as git knows them; new ones that nobody has added yet are not among them."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def pages() -> list[Path]:
    return [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]


def prose(text: str) -> str:
    """The text without its fenced blocks, in which brackets are code."""
    return re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)


def anchors(text: str) -> set[str]:
    """The addresses of the headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", prose(text), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(page: Path) -> list[str]:
    broken = []
    for link in LINK.findall(prose(page.read_text(encoding="utf-8"))):
        if "://" in link or link.startswith("mailto:"):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists() or (anchor and anchor not in anchors(target.read_text(encoding="utf-8"))):
            broken.append(f"{page.name}: {link}")
    return broken


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path):
    assert broken_links(page) == []


def test_a_broken_link_is_found(tmp_path: Path):
    (tmp_path / "b.md").write_text("# A head, with a comma\n")
    page = tmp_path / "a.md"
    page.write_text("[x](c.md) [y](b.md#a-head-with-a-comma) [z](b.md#no) [w](#no) [v](https://a.example)\n")
    assert broken_links(page) == ["a.md: c.md", "a.md: b.md#no", "a.md: #no"]


def test_every_page_can_be_reached_from_the_readme():
    seen: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen or page.suffix != ".md" or not page.exists():
            continue
        seen.add(page)
        links = LINK.findall(prose(page.read_text(encoding="utf-8")))
        waiting.extend((page.parent / link.partition("#")[0]).resolve() for link in links if "://" not in link)
    assert set(DOCS.rglob("*.md")) - seen == set()


# In pieces, so that this file does not hold what it forbids.
FORBIDDEN = [
    re.compile(pattern)
    for pattern in (
        r"(?<![\w.*}])/" + "work/",
        r"(?<![\w.*}])/" + "root/",
        r"\." + "library",
        r"py" + r"pi\.org",
        r"python" + r"hosted\.org",
        r"registry\." + r"npmjs",
        r"deb\." + r"debian\.org",
        r"find-" + "links",
        r"index-" + "url",
    )
]


def places(text: str) -> list[str]:
    return [found.group() for pattern in FORBIDDEN if (found := pattern.search(text))]


def test_no_file_names_a_registry_or_a_machine():
    offences = {}
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if found := places(text):
            offences[path.relative_to(ROOT).as_posix()] = found
    assert offences == {}


def test_a_registry_or_a_machine_is_found():
    for text in ("see /" + "work/main", "--index-" + "url x", "at py" + "pi.org"):
        assert places(text), text
    assert places("pages/work/listen.py, the network/rooted tree") == []


def schemas() -> dict[str, list[str]]:
    facts = {name: list(frame.columns) for name, frame in FRAMES.items()}
    judged = {name: [column for column in schema if column not in JUDGED] for name, schema in JUDGEMENTS.items()}
    common = {"On every fact": list(PROVENANCE), "On every judgement": list(JUDGED), "sources": list(SOURCES)}
    return {**facts, **judged, **common}


@pytest.mark.parametrize("name", schemas())
def test_every_column_of_the_records_is_explained(name: str):
    text = (DOCS / "reference" / "records.md").read_text(encoding="utf-8")
    sections = re.findall(rf"^##+ {re.escape(name)}$(.*?)(?=^##|\Z)", text, flags=re.MULTILINE | re.DOTALL)
    assert len(sections) == 1
    cells = [row.split("|")[1] for row in sections[0].splitlines() if row.startswith("| `")]
    explained = [column for cell in cells for column in re.findall(r"`(\w+)`", cell)]
    assert explained == schemas()[name]


TERMS = """
need, demand, contact, value demand, failure demand, front door, first contact, first-contact resolution, known,
activity, closure, screened out, system condition, change, end-to-end time, met, closed and did not come back, stayed
met, early, open, censored, mature, reopen days, strand, as of, capability chart, natural process limits, moving
range, signal, phase, baseline, trial limits, run, caveat, source, mapping, gate, quarantine, held, ledger,
superseded, unlinked, judgement, proxy, pseudonym, data version, principal
"""


def test_the_glossary_explains_the_words_of_the_field_once_each():
    text = (DOCS / "GLOSSARY.md").read_text(encoding="utf-8")
    explained = re.findall(r"^\*\*([^*]+)\*\*: \S", text, flags=re.MULTILINE)
    assert len(explained) == len(set(explained))
    assert {" ".join(term.split()) for term in TERMS.split(",")} <= set(explained)


def test_decisions_are_numbered_and_dated():
    text = (DOCS / "decisions.md").read_text(encoding="utf-8")
    records = re.findall(r"^\*\*(\d+)\. .+?\*\* \(\d{1,2} [A-Z][a-z]+ \d{4}\)", text, flags=re.MULTILINE)
    assert [int(number) for number in records] == list(range(1, len(records) + 1))
    assert len(records) == len(re.findall(r"^\*\*\d+\.", text, flags=re.MULTILINE))


def test_the_changelog_says_what_this_version_brought():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## \[([^\]]+)\]", text, flags=re.MULTILINE)
    assert headings[0] == "Unreleased" or headings[0] == version
    newest = text.split(f"## [{headings[0]}]")[1].split("\n## ")[0]
    assert re.search(r"^### (Added|Changed|Deprecated|Removed|Fixed|Security)\n\n- \S", newest, flags=re.MULTILINE)


def test_the_form_asks_for_every_field_of_a_measure():
    form = (ROOT / ".github" / "ISSUE_TEMPLATE" / "propose-a-measure.yml").read_text(encoding="utf-8")
    asked = set(re.findall(r"^    id: (\w+)$", form, flags=re.MULTILINE))
    # written by the programmer, or asked for in words with another field
    of_code = {
        "name",
        "observe",
        "curve",
        "breakdown",
        "inferred_title",
        "inferred_definition",
        "inferred_phrase",
        "default_window",
        "tags",
        "lines",
        "curve_says",
        "breakdown_says",
        "reached",
        "curve_axis",
        "beside",
        "amounts",
        "rules",
        "of_people",
    }
    assert {field.name for field in fields(Measure)} - of_code <= asked


def test_the_constraints_pin_everything_asked_for_to_a_version_that_is_allowed():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.]+", line)] == []
    pinned = {canonicalize_name(line.split("==")[0]): line.split("==")[1] for line in lines}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [Requirement(text) for text in (*project["dependencies"], *project["optional-dependencies"]["test"])]
    for requirement in asked:
        version = pinned.get(canonicalize_name(requirement.name))
        assert version is not None, f"{requirement.name} is not in constraints.txt"
        assert requirement.specifier.contains(version), f"{requirement} does not allow the pinned {version}"


def test_the_example_measure_of_the_how_to_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The two blocks of Python are run as they stand there, test and measure."""
    text = (DOCS / "how-to" / "add-a-measure.md").read_text(encoding="utf-8")
    test, measure = re.findall(r"^```python\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    written: dict[str, object] = {}
    exec(compile(measure, "surgery_share.py", "exec"), written)
    assert isinstance(written["MEASURE"], Measure)
    tried: dict[str, object] = {"MEASURE": written["MEASURE"], "pl": pl}
    exec(compile(test.replace("from measures.catalogue.surgery_share import MEASURE\n", ""), "test.py", "exec"), tried)
    (name,) = [name for name in tried if name.startswith("test_")]
    tried[name]()
