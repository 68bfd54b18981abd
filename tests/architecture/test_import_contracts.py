"""Who may import whom: the contracts of pyproject.toml hold here, and each one breaks when an import is planted."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from importlinter import cli

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = {contract["name"]: contract for contract in PROJECT["tool"]["importlinter"]["contracts"]}
MEASURES = "Measures know nothing of connectors, databases or pages"
CONNECTORS = "Connectors know the vocabulary of measures and nothing else of them"
SQL = "Only connectors touch SQLAlchemy"
SCREEN = "Only pages touch Streamlit and Altair"
CHARTS = "Charts are drawn without Streamlit, from frames alone"
VOCABULARY = "The vocabulary knows nobody"
CATALOGUE = "Measures in the catalogue know nothing of each other"
# contract, file, the import planted in it
PLANTED = [
    (MEASURES, "measures/needs.py", "import connectors.store"),
    (MEASURES, "measures/planted.py", "import sqlalchemy"),
    (MEASURES, "measures/model/time.py", "import pages.charts"),
    (CONNECTORS, "connectors/batch.py", "import measures.needs"),
    (CONNECTORS, "connectors/__main__.py", "import measures.catalogue"),
    (CONNECTORS, "connectors/store/planted.py", "import pages"),
    (SQL, "pages/review/planted.py", "import sqlalchemy"),
    (SQL, "measures/reading.py", "import psycopg"),
    (SCREEN, "measures/reading.py", "import altair"),
    (SCREEN, "connectors/batch.py", "import streamlit"),
    (CHARTS, "pages/charts/planted.py", "import streamlit"),
    (CHARTS, "pages/charts/planted.py", "import measures.reading"),
    (CHARTS, "pages/charts/planted.py", "import connectors.store"),
    (VOCABULARY, "measures/model/time.py", "import measures.reading"),
    (VOCABULARY, "measures/model/planted.py", "import connectors.batch"),
    (CATALOGUE, "measures/catalogue/planted.py", "import measures.catalogue.end_to_end_time"),
]
LINT = "from importlinter.cli import lint_imports_command as run; run(['--no-cache'])"


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """`lint-imports` over the packages in this folder, without its cache."""
    surroundings = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.run(
        [sys.executable, "-c", LINT], cwd=folder, env=surroundings, capture_output=True, text=True, check=False
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The Python files of the three packages and their contracts, in a folder of their own."""
    for package in ("measures", "connectors", "pages"):
        for path in (ROOT / package).rglob("*.py"):
            target = tmp_path / path.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_contracts_hold():
    assert cli.lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == cli.EXIT_STATUS_SUCCESS


def test_the_contracts_hold_in_an_untouched_copy(copy: Path):
    done = lint(copy)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"Contracts: {len(CONTRACTS)} kept, 0 broken." in done.stdout


@pytest.mark.parametrize(("contract", "file", "line"), PLANTED)
def test_a_planted_import_breaks_its_contract(contract: str, file: str, line: str, copy: Path):
    target = copy / file
    target.write_text((target.read_text(encoding="utf-8") if target.exists() else "") + f"\n{line}\n")
    done = lint(copy)
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"{contract} BROKEN" in done.stdout


def test_every_contract_has_a_planted_violation():
    assert {planted[0] for planted in PLANTED} == set(CONTRACTS)
