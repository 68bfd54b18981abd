"""The page on mappings is true: its examples are read as they stand, and it names every word a mapping may hold."""

import re
from pathlib import Path

import pytest

from connectors import mapping, sources, times

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "reference" / "mapping.md").read_text("utf-8")
HOW_TO = (DOCS / "how-to" / "import-a-file.md").read_text("utf-8")


def examples(page: str) -> list[str]:
    return re.findall(r"```toml\n(.*?)```", page, re.DOTALL)


@pytest.mark.parametrize("text", [*examples(PAGE), examples(HOW_TO)[0]])
def test_each_example_is_a_mapping_and_comes_back_from_its_own_toml(text: str) -> None:
    read = mapping.loads(text)
    assert mapping.loads(read.to_toml()) == read


def test_the_examples_together_use_every_word() -> None:
    used = "\n".join(examples(PAGE))
    fields = [word for word in ("column", "columns", "value", *_words_of_a_field())]
    whole = {*mapping._TOP, "formats", "by", "order", "id_type", "domain", "sheet", "rule", "when", "recorded", *fields}
    named = set(re.findall(r"[a-z_]+", PAGE))
    assert sorted(whole - named) == []
    assert len(examples(PAGE)) > 6
    assert all(word in used for word in ("otherwise", "patterns", "unit", "pseudonym", "not_before", "infer"))


def _words_of_a_field() -> tuple[str, ...]:
    return tuple(mapping.Field.__dataclass_fields__)


def test_every_date_directive_is_explained() -> None:
    table = PAGE[PAGE.index("| Directive |") : PAGE.index("A format without a day")]
    assert sorted(set(times._TOKENS) - {"%%"} - set(re.findall(r"`(%[^`]+)`", table))) == []


def test_every_key_of_a_declared_source_is_explained_and_the_example_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sorted(sources.KNOWN - set(re.findall(r"`([a-z_]+)`", HOW_TO))) == []
    monkeypatch.setenv("CALLS_DATABASE", "sqlite:///calls.db")
    declared = tmp_path / "sources.toml"
    declared.write_text(next(text for text in examples(HOW_TO) if "[[source]]" in text))
    repairs, calls = sources.declared(declared)
    assert (repairs.file, calls.cursor, calls.overlap) == ("/exports/repairs.csv", "changed", "2 days")
