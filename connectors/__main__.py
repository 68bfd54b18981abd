"""`python -m connectors`: bring records in, and look after what is kept."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from measures.model.principal import LOCAL

if TYPE_CHECKING:
    from connectors.batch import ImportReport
    from connectors.store import Store

DONE, NOTHING_USABLE, BAD_ARGUMENTS, ALREADY_RUNNING, FAILED, HELD = range(6)


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
    from connectors.refusal import ImportRefused, MappingError
    from connectors.store import StoreBusy, StoreError, open_store

    commands: dict[str, Callable[[argparse.Namespace, Store], int]] = {
        "import": _import, "pull": _pull, "demo": _demo, "verify": _verify,
    }  # fmt: skip
    try:
        return commands[arguments.command](arguments, open_store(arguments.store))
    except MappingError as problem:
        return _say(problem, BAD_ARGUMENTS)
    except ImportRefused as problem:
        return _say(problem, NOTHING_USABLE)
    except StoreBusy as problem:
        return _say(problem, ALREADY_RUNNING)
    except StoreError as problem:
        return _say(problem, FAILED)
    except OSError as problem:
        what = f"{problem.filename} could not be used" if problem.filename else "a file could not be used"
        return _say(ImportRefused(f"{what}: {(problem.strerror or str(problem)).lower()}."), FAILED)
    except KeyboardInterrupt:
        return _say(ImportRefused("stopped; nothing of it was kept."), FAILED)


def _say(problem: Exception, code: int) -> int:
    text = str(problem)
    print(text[:1].upper() + text[1:], file=sys.stderr)
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


def _tell(reports: list[ImportReport], *, as_json: bool) -> int:
    """What each import made of its rows, and the exit code of the worst."""
    if as_json:
        print(json.dumps([asdict(report) for report in reports], indent=1))
    code = DONE
    for report in reports:
        if not as_json:
            _tell_one(report)
        if report.held:
            code = HELD
        elif report.read and report.rejected == report.read and code == DONE:
            code = NOTHING_USABLE
    return code


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
