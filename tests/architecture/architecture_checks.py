"""Rules of this project's architecture, each a small check from a checkout to a list of offences in plain words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

PACKAGES = ("measures", "connectors", "pages")
TOP_LEVEL = {
    "dashboard.py", "pages", "measures", "connectors", "tests", "pyproject.toml", "README.md",
    "docs", "deploy", ".ci", ".streamlit", ".github", "benchmarks", "LICENSE", "CHANGELOG.md", "constraints.txt",
    ".gitignore", ".gitattributes", "alembic.ini",
}  # fmt: skip
FRAME_TYPES = re.compile(r"\b(DataFrame|LazyFrame|Series|Frame|Reading|Limited|Judged|MappedBatch|Batch|Table)\b")
FRAME_NAMES = re.compile(r"(^|_)(df|frame|frames|points|table|observations|needs|rows)$")
PLAIN_TYPES = {"int", "str", "bool", "float", "Path"}
CLOCKS = {"now", "utcnow", "today", "time", "time_ns", "perf_counter", "monotonic"}
CLOCK_OWNERS = {"datetime", "date", "time", "dt"}


def sources(root: Path, *folders: str) -> Iterator[tuple[str, ast.Module]]:
    """Every Python file below these folders of the checkout: its path from the root, and its tree."""
    for folder in folders:
        for path in sorted((root / folder).rglob("*.py")):
            yield path.relative_to(root).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def entry(root: Path) -> Iterator[tuple[str, ast.Module]]:
    """`dashboard.py`, where there is one."""
    path = root / "dashboard.py"
    if path.exists():
        yield path.name, ast.parse(path.read_text(encoding="utf-8"))


def scripts_directly_in_pages(root: Path) -> list[str]:
    """Streamlit would run such a script without `dashboard.py`: no titles, no login."""
    return [
        f"pages/{path.name} lies directly in pages/: move it one folder deeper"
        for path in sorted((root / "pages").glob("*.py"))
        if path.name != "__init__.py"
    ]


def folders_without_init(root: Path) -> list[str]:
    """The import contracts do not see a folder without `__init__.py`, so nothing in it would be held to them."""
    folders = {path.parent for package in PACKAGES for path in (root / package).rglob("*.py")}
    return [
        f"{folder.relative_to(root).as_posix()}/ has no __init__.py: the import contracts cannot see it"
        for folder in sorted(folders)
        if not (folder / "__init__.py").exists() and "migrations" not in folder.parts
    ]


def _is_cache(node: ast.expr) -> bool:
    """Whether this is `st.cache_data`, `st.cache_resource`, either imported by name, or a call of one."""
    if isinstance(node, ast.Call):
        return _is_cache(node.func)
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return name in {"cache_data", "cache_resource"}


def _hashed_parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[tuple[str, str | None]]:
    """The parameters Streamlit hashes, with their annotations as text; it skips those that begin with `_`."""
    arguments = function.args
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg):
        if argument is not None and not argument.arg.startswith("_"):
            yield argument.arg, ast.unparse(argument.annotation) if argument.annotation else None


def cached_functions_that_hash_a_frame(root: Path) -> list[str]:
    """Streamlit hashes a frame by its first and last ten rows: frames that differ in the middle collide."""
    offences = []
    for path, tree in (*entry(root), *sources(root, "pages")):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _is_cache(node.func) and node.args:
                offences.append(f"{path}:{node.lineno} caches by call: use a decorator, so that parameters are checked")
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            if not any(_is_cache(decorator) for decorator in node.decorator_list):
                continue
            for name, annotation in _hashed_parameters(node):
                where = f"{path}:{node.lineno} {node.name}({name})"
                if annotation is None:
                    offences.append(f"{where} is cached and does not say its type")
                elif FRAME_TYPES.search(annotation) or (FRAME_NAMES.search(name) and annotation not in PLAIN_TYPES):
                    offences.append(f"{where} is a hashed frame: call it _{name} and key on what it was made from")
    return offences


def readers_of_who_is_looking(root: Path) -> list[str]:
    """Only the desk knows who is looking; everyone else is given a principal."""
    kept = {"user", "session_state", "experimental_user"}
    offences = []
    for path, tree in (*entry(root), *sources(root, "pages")):
        if path == "pages/desk/session.py":
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in kept and ast.unparse(node.value) in {"st", "streamlit"}:
                offences.append(f"{path}:{node.lineno} reads st.{node.attr}: ask pages.desk.session")
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "streamlit":
                offences.extend(
                    f"{path}:{node.lineno} imports {alias.name} from streamlit: ask pages.desk.session"
                    for alias in node.names
                    if alias.name in kept
                )
    return offences


def measures_that_look_at_a_clock(root: Path) -> list[str]:
    """What is true as of a day does not depend on the day it is read; the day is an argument."""
    return [
        f"{path}:{node.lineno} calls {ast.unparse(node.func)}(): take the time as an argument"
        for path, tree in sources(root, "measures")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCKS
        and ast.unparse(node.func.value).split(".")[-1] in CLOCK_OWNERS
    ]


def vocabulary_that_knows_somebody(root: Path) -> list[str]:
    """Everyone may import the vocabulary because it imports none of us."""
    offences = []
    for path, tree in sources(root, "measures/model"):
        for node in ast.walk(tree):
            modules: list[str] = []
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                modules = ["measures" if node.level > 1 else "measures.model" if node.level else node.module or ""]
            offences.extend(
                f"{path}:{node.lineno} imports {module}"
                for module in modules
                if module.split(".")[0] in PACKAGES and not f"{module}.".startswith("measures.model.")
            )
    return offences


def catalogue_modules_that_know_each_other(root: Path) -> list[str]:
    """To add a measure is one file and one test; to remove one is to delete them."""
    names = {path.stem for path in (root / "measures" / "catalogue").glob("[!_]*.py")}
    offences = []
    for path, tree in sources(root, "measures/catalogue"):
        if path.endswith("__init__.py"):
            continue
        for node in ast.walk(tree):
            targets: list[str] = []
            if isinstance(node, ast.ImportFrom):
                package = ("measures.catalogue" if node.level == 1 else "", node.module or "")
                module = ".".join(part for part in package if part)
                targets = [module, *(f"{module}.{alias.name}" for alias in node.names)]
            elif isinstance(node, ast.Import):
                targets = [alias.name for alias in node.names]
            known = {
                target.split(".")[2]
                for target in targets
                if target.startswith("measures.catalogue.") and target.split(".")[2] in names
            }
            offences.extend(f"{path}:{node.lineno} imports the measure {name}" for name in sorted(known))
    return offences


def strangers_at_the_top(names: list[str]) -> list[str]:
    """The top level is fixed, so that a newcomer finds the same few names every time."""
    return [
        f"{name} does not belong at the top level"
        for name in sorted({name.split("/")[0] for name in names})
        if name not in TOP_LEVEL
    ]
