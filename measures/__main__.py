"""`python -m measures`: the same figures as the pages, on the command line."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date, datetime
from typing import Any

from measures import limits_command
from measures.model.time import PERIODS, end_of_day, instant

DONE, BAD_ARGUMENTS, STORE_FAILED = 0, 2, 4


def parser() -> argparse.ArgumentParser:
    """The command line: `list`, `read` and `limits`."""
    top = limits_command.OneSentence(prog="python -m measures", description="Read purpose measures from the store.")
    commands = top.add_subparsers(dest="command", required=True)
    listing = commands.add_parser("list", help="every measure, with the question it answers")
    listing.add_argument("--json", action="store_true", help="as JSON, for programs")
    read = commands.add_parser("read", help="one measure as a table")
    read.add_argument("name", help="the measure, as `list` names it")
    read.add_argument("--as", dest="shape", choices=("series", "breakdown", "curve"), help="which result shape")
    read.add_argument("--by", default="week", choices=PERIODS, help="the period of a series")
    read.add_argument("--split", help="one series (or row) a value of this column")
    read.add_argument(
        "--where", action="append", default=[], metavar="COLUMN=VALUE", help="only these records; repeatable"
    )
    read.add_argument("--from", dest="since", type=_date, metavar="DATE", help="first day, as 2026-05-04")
    read.add_argument("--to", dest="until", type=_date, metavar="DATE", help="last day")
    read.add_argument("--as-of", metavar="TIME", help="what was known by then: a date (its end) or a time")
    read.add_argument(
        "--window", type=int, metavar="DAYS", help="the measure's window, for instance met within 28 days"
    )
    read.add_argument("--reopen-days", type=int, metavar="DAYS", help="the gap after which a demand is a new need")
    read.add_argument("--lookback", type=int, default=365, metavar="DAYS", help="how far back `known` looks")
    read.add_argument("--line", help="another line of the measure, for instance early")
    read.add_argument(
        "--quantile", type=float, default=0.5, help="of a duration: 0.5 is the median, 0.75 three in four"
    )
    read.add_argument("--chart", help="another kind of chart than the measure's own")
    read.add_argument("--rules", help="the rule set for signals; default the measure's own")
    read.add_argument(
        "--season", action="store_true", help="take the season out: by the month of the year, or the day of the week"
    )
    read.add_argument("--format", default="csv", choices=("json", "csv"), help="how to print it")
    read.add_argument("--store", metavar="URL", help="the store; default SYSTEM_CONDITIONS_STORE or data/")
    limits_command.add_to(commands)
    return top


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date; write it as 2026-05-04") from None


def moment(text: str, zone: str) -> int:
    """UTC microseconds of a time as typed; a date means its last moment in this zone.

    Raises:
        ValueError: the text is neither a date nor a time.
    """
    try:
        if len(text) == len("2026-05-04"):
            return end_of_day(date.fromisoformat(text), zone)
        return instant(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        raise ValueError(f"{text!r} is not a time; write 2026-05-04 or 2026-05-04T17:30:00+00:00") from None


def main(argv: list[str] | None = None) -> int:
    """Run one command; errors are one sentence on standard error."""
    arguments = parser().parse_args(argv)
    if arguments.command == "list":
        return _list(arguments)
    if arguments.command == "limits":
        return limits_command.run(arguments)
    from connectors.store import StoreError
    from measures.reading import ReadingError

    try:
        return _read(arguments)
    except ReadingError as error:
        print(error, file=sys.stderr)
        return BAD_ARGUMENTS
    except ValueError as error:
        print(error, file=sys.stderr)
        return BAD_ARGUMENTS
    except StoreError as error:
        print(error, file=sys.stderr)
        return STORE_FAILED


def _list(arguments: argparse.Namespace) -> int:
    from measures.catalogue import MEASURES

    shown = ("name", "title", "question", "purpose", "why_it_matters", "definition", "unit", "kind", "better",
             "readings", "chart", "report_lines", "tags", "windows", "lines", "splits")  # fmt: skip
    if arguments.json:
        print(json.dumps([{field: getattr(one, field) for field in shown} for one in MEASURES.values()], indent=1))
    else:
        width = max(len(name) for name in MEASURES)
        for one in MEASURES.values():
            print(f"{one.name:<{width}}  {one.question}")
    return DONE


def _read(arguments: argparse.Namespace) -> int:
    # the one place where measures meet the store: the person at the terminal is the local principal
    from connectors.store import open_store
    from measures.model.principal import LOCAL
    from measures.reading import Request, flat, read, rows

    records = open_store(arguments.store).records(LOCAL)
    zones = records.scan("sources").select("timezone").collect()["timezone"].unique().to_list()
    as_of = moment(arguments.as_of, zones[0] if len(zones) == 1 else "UTC") if arguments.as_of else None
    pairs = tuple(_pair(text) for text in arguments.where)
    request = Request(
        measure=arguments.name, shape=arguments.shape, period=arguments.by, split=arguments.split, where=pairs,
        since=arguments.since, until=arguments.until, as_of=as_of, window_days=arguments.window,
        reopen_days=arguments.reopen_days, lookback_days=arguments.lookback, line=arguments.line,
        quantile=arguments.quantile, chart=arguments.chart, rules=arguments.rules, season=arguments.season,
    )  # fmt: skip
    reading = read(records, request, LOCAL)
    if arguments.format == "csv":
        print(flat(reading).write_csv(), end="")
        return DONE
    whole: dict[str, Any] = {
        "measure": reading.measure.name,
        "shape": reading.shape,
        "title": reading.title,
        "sentence": reading.sentence,
        "chart": reading.chart,
        "as_of": reading.as_of,
        "data_version": str(reading.data_version),
        "rows_in": reading.rows_in,
        "rows_out": reading.rows_out,
        "caveats": [{"code": caveat.code, "text": caveat.text} for caveat in reading.caveats],
        "rows": rows(reading).to_dicts(),
    }
    print(json.dumps(whole, default=str, indent=1, ensure_ascii=False))
    return DONE


def _pair(text: str) -> tuple[str, str]:
    column, equals, value = text.partition("=")
    if not equals:
        raise ValueError(f"{text!r} is not a filter; write it as column=value, for instance service=housing")
    return column, value


if __name__ == "__main__":
    sys.exit(main())
