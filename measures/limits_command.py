"""`python -m measures limits FILE.csv --chart KIND`: limits and signals for anybody's figures, without a store."""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    import polars as pl

    from measures.capability import Chart, Limited
    from measures.model.results import Caveat

DONE, NOTHING_USABLE, BAD_ARGUMENTS, FAILED = 0, 1, 2, 4

# Named here too, so that asking for help loads nothing; a test holds them to the engine's own.
KINDS = ("run", "xmr", "xmr_log", "mr", "xmr_trended", "i_prime", "p", "p_prime", "np", "u", "u_prime", "c", "c_prime",
         "xbar", "s", "g", "t", "funnel")  # fmt: skip
RULES = ("wheeler", "recurring", "nhs", "western_electric", "nelson", "anhoej", "none")
AVERAGES = ("mean", "median")
SEASONS, SEASONAL = ("month", "weekday"), ("run", "xmr", "xmr_log", "mr", "xmr_trended")
RATIOS, METHODS = ("pr", "sr", "rc"), ("shmi", "cqc")


class OneSentence(argparse.ArgumentParser):
    """A parser whose complaints are one sentence, as all errors are, instead of the whole usage."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the arguments, and stop."""
        self.exit(BAD_ARGUMENTS, f"{message}; `{self.prog} --help` lists what there is\n")


def add_to(commands: argparse._SubParsersAction) -> None:
    """Add `limits` to the commands of a program."""
    limits = commands.add_parser("limits", help="limits and signals for the figures in a CSV file; needs no store")
    limits.add_argument("file", metavar="FILE", help="a CSV file with a column `value`; - reads standard input")
    limits.add_argument("--chart", required=True, choices=KINDS, metavar="KIND", help=f"the chart: {', '.join(KINDS)}")
    limits.add_argument("--rules", default="wheeler", choices=RULES, help="the rule set for signals")
    limits.add_argument("--centre", default="mean", choices=AVERAGES, help="the average in the middle")
    limits.add_argument("--range", default="mean", choices=AVERAGES, help="the average of the moving ranges")
    limits.add_argument(
        "--no-screening", action="store_true", help="keep moving ranges above 3.267 times their mean in the limits"
    )
    limits.add_argument(
        "--multiply", type=_number, default=1.0, metavar="N", help="show figures times this, for instance 1000"
    )
    limits.add_argument("--run-length", type=int, metavar="N", help="points on one side that are a signal")
    limits.add_argument("--trend-length", type=int, metavar="N", help="points that only rise or fall that are a signal")
    limits.add_argument("--floor", type=_number, metavar="N", help="the least value that can happen")
    limits.add_argument("--cap", type=_number, metavar="N", help="the greatest value that can happen")
    limits.add_argument("--aggregate", choices=AVERAGES, help="what one point shows of the rows of its subgroup")
    limits.add_argument(
        "--funnel", choices=RATIOS, help="what a funnel compares: proportions, standardised ratios, ratios of counts"
    )
    limits.add_argument("--sr-method", choices=METHODS, help="how a funnel of standardised ratios is adjusted")
    limits.add_argument("--season", choices=SEASONS, help="take the season out, where two full cycles are known")
    limits.add_argument("--format", default="json", choices=("json", "csv"), help="how to print it")


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number")
    return number


def run(arguments: argparse.Namespace) -> int:
    """Read the file, find limits and signals, and print them; errors are one sentence on standard error."""
    try:
        chart = _chart(arguments)
    except ValueError as problem:
        return _say(problem, BAD_ARGUMENTS)
    try:
        data = sys.stdin.buffer.read() if arguments.file == "-" else Path(arguments.file).read_bytes()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return _say(f"there is no file {arguments.file}; check its name, or give - and pipe it in", NOTHING_USABLE)
    except OSError as problem:
        return _say(f"{arguments.file} could not be read: {(problem.strerror or str(problem)).lower()}", FAILED)
    from measures.points_print import print_points

    try:
        points, caveats = limited(data, chart, arguments)
    except ValueError as problem:
        return _say(problem, NOTHING_USABLE)
    except MemoryError:
        return _say(f"{arguments.file} is too large for the memory of this machine; split it by series", FAILED)
    return print_points(points, caveats, as_json=arguments.format == "json")


def _say(problem: object, code: int) -> int:
    text = " ".join(str(problem).split())
    print(text[:1].upper() + text[1:], file=sys.stderr)
    return code


def _chart(arguments: argparse.Namespace) -> Chart:
    """What is asked for; a ValueError of one sentence where its parts do not go together."""
    from measures.capability import Chart
    from measures.capability.points import check_chart

    kind = arguments.chart
    if kind != "funnel" and arguments.funnel:
        raise ValueError(f"--funnel {arguments.funnel} is for --chart funnel, not for {kind}; leave one of them out")
    if arguments.sr_method and arguments.funnel != "sr":
        raise ValueError(
            f"--sr-method {arguments.sr_method} is for --chart funnel --funnel sr; leave it out, or ask for that"
        )
    if arguments.aggregate == "median" and kind in ("xbar", "s"):
        raise ValueError(
            f"--aggregate median does not go with {kind}, which plots the mean or the spread; leave it out"
        )
    if arguments.season and kind not in SEASONAL:
        raise ValueError(
            f"--season {arguments.season} is for charts of single values ({', '.join(SEASONAL)}), not for {kind}, which "
            "reads whole events and what they are out of; leave it out"
        )
    if arguments.floor is not None and arguments.cap is not None and arguments.floor > arguments.cap:
        raise ValueError(f"--floor {arguments.floor:g} is above --cap {arguments.cap:g}; exchange them")
    chart = Chart(
        kind=kind,
        rules=arguments.rules,
        centre=arguments.centre,
        range=arguments.range,
        screening=not arguments.no_screening,
        multiply=arguments.multiply,
        run_length=arguments.run_length,
        trend_length=arguments.trend_length,
        floor=arguments.floor,
        cap=arguments.cap,
    )
    try:
        check_chart(chart if kind != "funnel" else Chart(**{**vars(chart), "kind": "xmr"}))
    except ValueError as problem:  # the engine names the part of a chart; here it is an option
        name = str(problem).split(" ", maxsplit=1)[0]
        raise ValueError(f"--{str(problem).replace(name, name.replace('_', '-'), 1)}") from None
    return chart


def limited(data: bytes, chart: Chart, arguments: argparse.Namespace) -> tuple[pl.DataFrame, list[Caveat]]:
    """The points to print, in the order of the file, and what must be said beside them.

    Raises:
        ValueError: one sentence about the figures.
    """
    import polars as pl

    from measures.points_file import days, read_points, said_of_times

    rows = read_points(data)
    caveats = [] if chart.kind == "funnel" else said_of_times(rows)
    caveats += _said_of_counts(rows, chart)
    points, caveats = _gathered(rows, chart, arguments.aggregate, caveats)
    if arguments.season:
        points, said = _without_season(points, chart, arguments.season)
        caveats = [*caveats, *said]
    at = points["at"] if "at" in points.columns else None
    if at is not None and chart.kind != "funnel":
        # the engine takes days only, and only in order: then it can say "week" where it would say "point"
        days_of = None if any(caveat.code == "unsorted" for caveat in caveats) else days(at)
        points = points.drop("at") if days_of is None else points.with_columns(days_of.alias("at"))
    result = _limits(points, chart, arguments)
    named = points_named(result.points, at, chart)
    if arguments.season:
        own = ("unadjusted", "season", "season_factor", "season_n")
        named = named.hstack(result.points.select(own).with_columns(pl.col("unadjusted") * chart.multiply))
    return named, [*caveats, *result.caveats]


def _without_season(points: pl.DataFrame, chart: Chart, every: str) -> tuple[pl.DataFrame, tuple[Caveat, ...]]:
    """The points with the season taken out of their figures, and what must be said of it; `at` stays as it was written."""
    from measures.capability.seasons import without_season
    from measures.points_file import days

    dates = days(points["at"]) if "at" in points.columns else None
    if dates is None:
        raise ValueError(f"--season {every} needs a column 'at' in which every cell is a date as 2026-05-04")
    found = without_season(points.with_columns(dates.alias("at")), every, divide_only=chart.kind == "xmr_log")  # type: ignore[arg-type]
    return found.points.with_columns(points["at"]), found.caveats


def points_named(points: pl.DataFrame, at: pl.Series | None, chart: Chart) -> pl.DataFrame:
    """The columns that are printed, in their order."""
    import polars as pl

    from measures.capability.funnel import FUNNEL_LIMITS

    if at is not None and at.len() == points.height:
        points = points.with_columns(at.alias("at"))
    elif "at" not in points.columns and "subgroup" in points.columns:
        points = points.with_columns(pl.col("subgroup").alias("at"))
    figures = ("value", "centre", "lower", "upper", "moving_range", "range_centre", "range_upper")
    funnel = FUNNEL_LIMITS if chart.kind == "funnel" else ()
    wanted = ("series", "at", *figures, "phase", *funnel, "signals")
    return points.select(
        pl.col(name) if name in points.columns else pl.lit(None, pl.String).alias(name) for name in wanted
    )


def _limits(points: pl.DataFrame, chart: Chart, arguments: argparse.Namespace) -> Limited:
    if chart.kind != "funnel":
        from measures.capability import limits

        return limits(points, chart)
    from measures.capability.funnel import Funnel, funnel

    return funnel(points, chart, Funnel(arguments.funnel or "pr", arguments.sr_method or "shmi"))


def _gathered(
    rows: pl.DataFrame, chart: Chart, how: str | None, caveats: list[Caveat]
) -> tuple[pl.DataFrame, list[Caveat]]:
    """One row a point: the rows of a subgroup together, unless the chart itself wants them apart."""
    from measures.capability.aggregate import aggregate
    from measures.capability.kinds import KINDS as ENGINE
    from measures.capability.points import check_points
    from measures.model.results import Caveat

    if "subgroup" not in rows.columns:
        if how is not None:
            raise ValueError(f"--aggregate {how} needs a column 'subgroup' that says which rows make one point")
        return rows, caveats
    if rows["subgroup"].null_count():
        row = (rows["subgroup"].is_null().arg_max() or 0) + 1
        raise ValueError(f"'subgroup' is empty in row {row}; name the subgroup of each row")
    if chart.kind in ("xbar", "s"):
        return rows, caveats
    if chart.kind != "funnel":
        check_points(rows, chart, ENGINE[chart.kind])  # while a row is a row of the file, so that a refusal names it
    counts = chart.kind == "funnel" or ENGINE[chart.kind].counts or ENGINE[chart.kind].needs_of
    if counts and how is not None:
        text = f"--aggregate {how}: the {how} of a subgroup's counts is plotted; without it they are added up"
        caveats = [*caveats, Caveat("counts_averaged", text)]
    return aggregate(rows, "median" if how == "median" else "mean", adds_up=counts and how is None), caveats


def _said_of_counts(rows: pl.DataFrame, chart: Chart) -> list[Caveat]:
    """A count with a fraction is read as it is, and said: it may be a share or a rate that was meant."""
    import polars as pl

    from measures.capability.kinds import KINDS as ENGINE
    from measures.model.results import Caveat

    if chart.kind != "funnel" and not ENGINE[chart.kind].counts:
        return []
    broken = rows.select((pl.col("value") != pl.col("value").round(0)).fill_null(value=False))["value"]
    if not broken.any():
        return []
    row = broken.arg_max() or 0
    count = int(broken.sum())
    are = "value is not a whole number" if count == 1 else "values are not whole numbers"
    text = (
        f"{count:,} {are}, the first {rows['value'][row]:g} in row {row + 1}, and a {chart.kind} chart counts: its limits "
        "hold for counts, not for shares or rates"
    )
    return [Caveat("not_whole", text)]
