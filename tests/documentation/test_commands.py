"""Every command that the documents name is the one that is run, and every command there is, is in the documents."""

import argparse
import importlib.util
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from measures.limiting import ALSO, OFFERED

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CI = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
REFERENCE = (ROOT / "docs" / "reference" / "command-line.md").read_text(encoding="utf-8")
PROGRAMS = ("connectors", "measures")


def printed(which: str) -> str:
    done = subprocess.run(
        [sys.executable, ROOT / ".ci" / "readme_command.py", which], capture_output=True, text=True, check=True
    )
    return done.stdout.removesuffix("\n")


@pytest.mark.parametrize(("which", "last"), [("run", "streamlit run dashboard.py"), ("test", "pytest")])
def test_the_readme_promises_one_line_that_sets_up_everything(which: str, last: str):
    line = printed(which)
    assert f"\n```sh\n{line}\n```\n" in README
    steps = line.split(" && ")
    assert steps[0] == "python3 -m venv .venv"
    assert steps[1].startswith(".venv/bin/pip install -q -c constraints.txt -e ")
    assert steps[-1] == f".venv/bin/{last}"


def test_ci_runs_the_readmes_test_command_word_for_word():
    assert "test_command=$(python3 .ci/readme_command.py test)" in CI
    assert 'bash -c "$test_command" ||' in CI
    others = [
        line.strip() for line in CI.splitlines() if ".venv/bin/pytest" in line and not line.lstrip().startswith("#")
    ]
    assert [line.split(" ||")[0] for line in others] == [".venv/bin/pytest -m slow"]


def test_a_readme_without_its_command_is_refused():
    spec = importlib.util.spec_from_file_location("readme_command", ROOT / ".ci" / "readme_command.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with pytest.raises(SystemExit, match="should hold one line"):
        module.readme_command("test", README.replace(printed("test"), "make test"))


def parser(program: str) -> argparse.ArgumentParser:
    return importlib.import_module(f"{program}.__main__").parser()


def commands(parser: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """The subcommands of a program: their names and parsers."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.items()


def flags(parser: argparse.ArgumentParser) -> set[str]:
    return {flag for action in parser._actions for flag in action.option_strings if flag.startswith("--")}


def section(text: str, heading: str) -> str:
    """What stands under this heading, up to the next of its rank or above; empty where there is none."""
    rank = heading.split(" ", maxsplit=1)[0]
    found = re.search(rf"^{re.escape(heading)}$(.*?)(?=^#{{1,{len(rank)}}} |\Z)", text, re.MULTILINE | re.DOTALL)
    return found.group(1) if found else ""


def missing(program: str, parser: argparse.ArgumentParser, text: str) -> list[str]:
    """The commands and flags of this program that the reference does not name where a reader would look."""
    common = {flag for flag in re.findall(r"`(--[\w-]+)", text.split("\n## ", maxsplit=1)[0])}
    own = section(text, f"## python -m {program}")
    lost = [] if own else [f"python -m {program}"]
    lost.extend(f"{program} {flag}" for flag in flags(parser) - common if f"`{flag}" not in own)
    for name, command in commands(parser):
        described = section(own, f"### `{name}`")
        if not described:
            lost.append(f"{program} {name}")
        lost.extend(f"{program} {name} {flag}" for flag in flags(command) - common if f"`{flag}" not in described)
    return sorted(lost)


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_command_and_flag_is_in_the_reference(program: str):
    assert missing(program, parser(program), REFERENCE) == []


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_reference_names_no_command_or_flag_that_is_not_there(program: str):
    own = section(REFERENCE, f"## python -m {program}")
    there = dict(commands(parser(program)))
    assert set(re.findall(r"^### `(\w+)`$", own, flags=re.MULTILINE)) == set(there)
    for name, command in there.items():
        cells = [row.split("|")[1] for row in section(own, f"### `{name}`").splitlines() if row.startswith("| `")]
        named = set(re.findall(r"`(--[\w-]+)", " ".join(cells)))
        assert named <= flags(command) | flags(parser(program)), name


@pytest.mark.parametrize("program", PROGRAMS)
def test_help_is_printed(program: str):
    done = subprocess.run(
        [sys.executable, "-m", program, "--help"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert f"python -m {program}" in done.stdout


def test_an_undocumented_command_or_flag_is_found():
    planted = argparse.ArgumentParser("measures")
    below = planted.add_subparsers()
    below.add_parser("list").add_argument("--json", action="store_true")
    read = below.add_parser("read")
    read.add_argument("--by")
    read.add_argument("--secret")
    below.add_parser("forget")
    text = "`--json`, `--help`\n\n## python -m measures\n\n### `list`\n\nlists\n\n### `read`\n\n| `--by PERIOD` | x |\n"
    assert missing("measures", planted, text) == ["measures forget", "measures read --secret"]


def test_the_charts_that_fit_a_measure_are_those_in_the_reference():
    own = section(section(REFERENCE, "## python -m measures"), "### `read`")
    rows = [line.strip("|").split("|") for line in own.splitlines() if line.startswith("| `") and "--" not in line]
    told = {
        kind.strip().strip("`"): (re.findall(r"`(\w+)`", page), re.findall(r"`(\w+)`", also))
        for kind, page, also in rows
    }
    assert told == {kind: (list(charts), list(ALSO.get(kind, ()))) for kind, charts in OFFERED.items()}


def test_exit_codes_are_in_the_reference():
    assert re.findall(r"^\| (\d) \| \S", REFERENCE, flags=re.MULTILINE) == ["0", "1", "2", "3", "4", "5"]
