"""The command line prints what the pages show: the same rows of the same reading, from the same store."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from connectors.store import open_store
from measures.__main__ import main
from measures.catalogue import MEASURES
from measures.model.principal import LOCAL
from measures.reading import Request, flat, read, rows

OFFERED = [(name, shape) for name, measure in MEASURES.items() for shape in measure.readings]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A small town of two services, in a real store."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "pages"))
    from small_town import build

    folder = tmp_path_factory.mktemp("store")
    build(folder, weeks=30, a_week=5)
    return f"sqlite:///{folder / 'town.db'}"


def printed(capsys, *arguments: str) -> str:
    assert main(list(arguments)) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize(("name", "shape"), OFFERED)
def test_json_and_csv_are_the_rows_of_the_reading(store, capsys, name, shape):
    split = next((column for column in ("service", "source") if column in MEASURES[name].splits), None)
    shown = read(open_store(store).records(LOCAL), Request(name, shape=shape, split=split), LOCAL)
    ask = ("read", name, "--as", shape, *(("--split", split) if split else ()), "--store", store)
    told = json.loads(printed(capsys, *ask, "--format", "json"))
    assert told["rows"] == json.loads(json.dumps(rows(shown).to_dicts(), default=str))
    assert (told["sentence"], told["title"], told["rows_in"]) == (shown.sentence, shown.title, shown.rows_in)
    assert [caveat["code"] for caveat in told["caveats"]] == [caveat.code for caveat in shown.caveats]
    assert printed(capsys, *ask) == flat(shown).write_csv()


def test_every_measure_is_listed_with_its_question(capsys):
    listed = json.loads(printed(capsys, "list", "--json"))
    assert [one["name"] for one in listed] == list(MEASURES)
    lines = printed(capsys, "list").splitlines()
    assert all(one["question"] in line for one, line in zip(listed, lines, strict=True))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (("no_such_measure",), "there is no measure"),
        (("known_share", "--as", "curve"), "it offers series, breakdown"),
        (("known_share", "--split", "team"), "cannot be split"),
        (("known_share", "--where", "service"), "column=value"),
        (("known_share", "--as-of", "yesterday"), "is not a time"),
        (("known_share", "--as-of", "9999-12-31"), "'9999-12-31' is not a time"),
        (("known_share", "--chart", "pie"), "'pie'"),
    ],
)
def test_a_wrong_argument_is_one_sentence_and_exit_2(store, capsys, wrong, says):
    assert main(["read", *wrong, "--store", store]) == 2
    said = capsys.readouterr().err.strip()
    assert says in said
    assert "\n" not in said


@pytest.mark.parametrize("nobody", [
    "postgresql+psycopg://nobody:s3cret@127.0.0.1:1/none", "postgresql//nobody:s3cret@host/none",
    "postgresql://nobody:s3cret@host:port/none", "sqlite://tmp/x.db", "sqlite:////proc/nope/x.db",
])  # fmt: skip
def test_a_store_that_cannot_be_reached_is_exit_4(capsys, nobody):
    assert main(["read", "known_share", "--store", nobody]) == 4
    told = capsys.readouterr().err.strip()
    assert "\n" not in told
    assert "s3cret" not in told
