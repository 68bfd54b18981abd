"""`python -m connectors`: bring records in, and look after what is kept."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from measures.model.principal import LOCAL

if TYPE_CHECKING:
    from connectors.batch import ImportReport
    from connectors.sources import Failed
    from connectors.store import Store

DONE, NOTHING_USABLE, BAD_ARGUMENTS, ALREADY_RUNNING, FAILED, HELD = range(6)
WORSE = (DONE, NOTHING_USABLE, HELD, ALREADY_RUNNING, BAD_ARGUMENTS, FAILED)  # of several sources the worst is told


def parser() -> argparse.ArgumentParser:
    """The command line: `import`, `pull`, `demo`, `verify`."""
    top = argparse.ArgumentParser(
        prog="python -m connectors", description="Bring records in, and look after the store."
    )
    commands = top.add_subparsers(dest="command", required=True)
    bring = commands.add_parser("import", help="let a file in through all gates")
    bring.add_argument("file", type=Path, help="CSV, TSV, .gz, XLSX or Parquet")
    bring.add_argument("--map", required=True, metavar="MAPPING", help="a mapping's TOML file, or preset:NAME")
    bring.add_argument(
        "--extracted-at", metavar="TIME", help="how far the extract sees, in the source's zone; default now"
    )
    bring.add_argument("--approve", action="store_true", help="let in what the batch gate held")
    pull = commands.add_parser("pull", help="fetch what is new from the sources declared in sources.toml")
    pull.add_argument("source", nargs="*", help="only these; default all")
    pull.add_argument(
        "--sources", type=Path, default=Path("sources.toml"), metavar="FILE", help="where they are declared"
    )
    pull.add_argument("--approve", action="store_true", help="let in what the batch gate held")
    demo = commands.add_parser("demo", help="load the demonstration town and the published cases")
    demo.add_argument(
        "--events", type=int, metavar="N", help="a town of about N demands and activities, for benchmarks"
    )
    verify = commands.add_parser("verify", help="check the store: parts, ledger, audit")
    for command in (bring, pull, demo, verify):
        command.add_argument("--store", metavar="URL", help="the store; default SYSTEM_CONDITIONS_STORE or data/")
        command.add_argument("--json", action="store_true", help="as JSON, for programs")
    return top


def main(argv: list[str] | None = None) -> int:
    """Run one command; errors are one sentence on standard error."""
    arguments = parser().parse_args(argv)
    from connectors.refusal import ImportRefused
    from connectors.store import StoreError, open_store

    commands: dict[str, Callable[[argparse.Namespace, Store], int]] = {
        "import": _import, "pull": _pull, "demo": _demo, "verify": _verify,
    }  # fmt: skip
    try:
        return commands[arguments.command](arguments, open_store(arguments.store))
    except (ImportRefused, StoreError, OSError) as problem:
        return _say(_sentence(problem), _code(problem))
    except KeyboardInterrupt:
        return _say("stopped; nothing of it was kept.", FAILED)


def _code(problem: Exception) -> int:
    """With which code a command ends that this kept from its end."""
    from connectors.refusal import ImportRefused, MappingError, SourceFailed
    from connectors.store import StoreBusy

    match problem:
        case MappingError():
            return BAD_ARGUMENTS
        case SourceFailed():
            return FAILED
        case ImportRefused():
            return NOTHING_USABLE
        case StoreBusy():
            return ALREADY_RUNNING
    return FAILED


def _sentence(problem: Exception) -> str:
    if not isinstance(problem, OSError):
        return str(problem)
    what = f"{problem.filename} could not be used" if problem.filename else "a file could not be used"
    return f"{what}: {(problem.strerror or str(problem)).lower()}."


def _say(text: str, code: int) -> int:
    # a file's name or a key that begins the sentence stays as it is written
    name = any(mark in text.partition(" ")[0] for mark in "./_")
    print(text if name else text[:1].upper() + text[1:], file=sys.stderr)
    return code


def _import(arguments: argparse.Namespace, store: Store) -> int:
    from connectors.intake import import_file

    report = import_file(
        store, LOCAL, arguments.file, arguments.map, extracted_at=arguments.extracted_at, approve=arguments.approve
    )
    return _tell([report], as_json=arguments.json)


def _pull(arguments: argparse.Namespace, store: Store) -> int:
    from connectors.sources import pull

    return _tell(
        pull(store, LOCAL, arguments.sources, arguments.source, approve=arguments.approve), as_json=arguments.json
    )


def _demo(arguments: argparse.Namespace, store: Store) -> int:
    from connectors.demo import load

    if arguments.events is not None and arguments.events < 1:
        print(f"A town of {arguments.events} events is no town; give 1 or more.", file=sys.stderr)
        return BAD_ARGUMENTS
    reports = load(store, LOCAL, events=arguments.events)
    if not reports and not arguments.json:
        print("The demonstration town is already here; nothing changed.")
        return DONE
    return _tell(reports, as_json=arguments.json)


def _verify(arguments: argparse.Namespace, store: Store) -> int:
    problems = store.verify(LOCAL)
    if arguments.json:
        print(json.dumps({"problems": problems}, indent=1))
    else:
        print("\n".join(problems) or "Sound: every part, every sum in the ledger and the audit chain.")
    return FAILED if problems else DONE


def _tell(fell: Sequence[ImportReport | Failed], *, as_json: bool) -> int:
    """What each import made of its rows, or why it could not be made, and the exit code of the worst."""
    from connectors.sources import Failed

    if as_json:
        told = [
            {"source": one.source, "problem": _sentence(one.problem)} if isinstance(one, Failed) else asdict(one)
            for one in fell
        ]
        print(json.dumps(told, indent=1))
    codes = [DONE]
    for one in fell:
        if isinstance(one, Failed):
            print(f"{one.source}: {_sentence(one.problem)}", file=sys.stderr)
            codes.append(_code(one.problem))
            continue
        if not as_json:
            _tell_one(one)
        if one.held:
            codes.append(HELD)
        elif one.read and one.rejected == one.read:
            codes.append(NOTHING_USABLE)
    return max(codes, key=WORSE.index)


def _tell_one(report: ImportReport) -> None:
    from connectors.reasons import FLAGS, sentence

    print(
        f"{report.source}: read={report.read} accepted={report.accepted} unchanged={report.unchanged} "
        f"superseded={report.superseded} rejected={report.rejected}"
    )
    for reason, count in sorted(report.reasons.items(), key=lambda item: -item[1]):
        print(f"  {count} refused: {sentence(reason)}")
    for flag, count in report.flags.items():
        print(f"  {count} accepted with a remark: {FLAGS.get(flag, flag.replace('_', ' '))}.")
    if report.held:
        print(f"  Held, nothing changed: {report.reason} To let it in all the same, add --approve.", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
