"""What the numbers are, which chart that makes, and what else is on offer: each default with the reason for it."""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

from measures.capability import Chart
from measures.capability.choice import REASONS, default_kind
from pages.own.pasted import Figures

WHAT = {
    "count": "Counts: how many things happened each time",
    "share": "A share: so many out of so many",
    "rate": "A rate: so many, or so much, for each unit",
    "measure": "Measurements: one figure each time",
    "duration": "How long something took",
    "between": "Days between one rare event and the next",
    "cases": "Cases between one rare event and the next",
}
CHARTS = {
    "p_prime": "p′ (shares)", "u_prime": "u′ (rates of counts)", "i_prime": "i′ (amounts for each unit)",
    "c_prime": "c′ (counts)", "xmr": "xmr (single figures)", "xmr_log": "xmr on a log scale (skewed times)",
    "t": "t (time between rare events)", "g": "g (cases between rare events)", "run": "run (a middle, no limits)",
}  # fmt: skip
OFFERED = {
    "count": ("c_prime", "xmr", "run"), "share": ("p_prime", "i_prime", "xmr", "run"),
    "rate": ("u_prime", "i_prime", "xmr", "run"), "measure": ("xmr", "xmr_log", "run"),
    "duration": ("xmr_log", "xmr", "run"), "between": ("t", "xmr", "run"), "cases": ("g", "t", "run"),
}  # fmt: skip
SIZED = ("share", "rate")  # need a second number
NEEDS_OF = ("p_prime", "u_prime", "i_prime")
SPARSE = 2.0  # counts averaging less get no xmr on pages: most limits would have no width (capability.md)
BETWEEN = re.compile(r"\b(days?|time|weeks?) (between|since)\b", re.IGNORECASE)
TOOK = re.compile(r"\b(days?|hours?|minutes?|weeks?|wait(ed|ing|s)?|duration|took|length of stay)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Asked:
    """What a person wants to see of their figures; with the figures, all that a link carries.

    Attributes:
        what: of `WHAT`. chart: of `CHARTS`. rules: the rule set. better: which way is better: lower, higher, neither.
        per: a rate is shown for so many units. title, unit: in the person's own words, length-limited.
    """

    what: str = "count"
    chart: str = "c_prime"
    rules: str = "wheeler"
    better: str = "neither"
    per: int = 1
    title: str = ""
    unit: str = ""


def default_what(figures: Figures) -> tuple[str, str]:
    """What the numbers most likely are, and why that is thought."""
    points, heading = figures.points, figures.heading.strip()
    value = points["value"].drop_nulls()
    whole, negative = bool((value == value.round(0)).all()), bool((value < 0).any())
    if figures.events:
        return "between", "there are dates alone, and each is taken for one event"
    if figures.sized:
        both = points.drop_nulls(["value", "of"])
        within = bool((both["value"] <= both["of"]).all())
        if within and whole and not negative and bool((both["of"] == both["of"].round(0)).all()):
            return "share", "there are two whole numbers on each line, and the first is never above the second"
        return "rate", "there are two numbers on each line, and the first is not always a part of the second"
    if BETWEEN.search(heading) and not negative:
        return "between", f"the heading says “{heading[:40]}”"
    if TOOK.search(heading) and not negative:
        return "duration", f"the heading says “{heading[:40]}”"
    if figures.percent:
        return (
            "measure",
            "these are percentages without how many each is out of; with both numbers the limits could follow each size",
        )
    if figures.currency:
        return "measure", f"these are amounts in {figures.currency}"
    if negative:
        return "measure", "some numbers are below zero, and nothing counted is"
    if not whole:
        return "measure", "some numbers are not whole, and things counted are"
    return "count", "these are whole numbers, none below zero"


def offered(figures: Figures) -> dict[str, str]:
    """What the numbers may be said to be."""
    return {name: words for name, words in WHAT.items() if (name in SIZED) == figures.sized}


def charts_for(what: str, figures: Figures) -> dict[str, str]:
    """The charts on offer for these numbers; xmr is not, where counts average under two."""
    sparse = what == "count" and (average(figures) or 0.0) < SPARSE
    return {name: CHARTS[name] for name in OFFERED[what] if not (sparse and name == "xmr")}


def default_chart(what: str, figures: Figures) -> tuple[str, str]:
    """The chart by the same table as for every measure, and the sentence that says why."""
    value = figures.points["value"].drop_nulls()
    whole = bool((value == value.round(0)).all())
    if what in ("between", "cases"):
        return default_kind("count", average=0.0, times=what == "between", cases=what == "cases")
    if what == "measure":
        return "xmr", "xmr, because each time gives one figure: limits come from the ordinary step between neighbours."
    if what == "rate" and bool((value < 0).any()):
        return "i_prime", REASONS["i_prime"] + "."
    return default_kind(what, average=average(figures), whole=whole)


def average(figures: Figures) -> float | None:
    """The mean of the numbers that are known."""
    mean = figures.points["value"].drop_nulls().mean()
    return None if mean is None else float(mean)  # type: ignore[arg-type]


def engine_chart(asked: Asked, figures: Figures) -> Chart:
    """What the engine is asked for; floors where nothing can lie below."""
    chart = asked.chart
    value = figures.points["value"].drop_nulls()
    never_below = chart in ("xmr", "i_prime") and bool((value >= 0).all())
    share = asked.what == "share" or figures.percent
    within = figures.percent and bool((value <= 1).all())
    cap = 1.0 if chart in ("xmr", "i_prime") and (asked.what == "share" or within) else None
    return Chart(
        kind=chart, rules=asked.rules, multiply=1.0 if share else float(asked.per),
        floor=0.0 if never_below else None, cap=cap,
    )  # fmt: skip


def for_engine(asked: Asked, figures: Figures) -> pl.DataFrame:
    """The points as the engine reads them: the quotient where the chart takes one figure a point."""
    points = figures.points
    kept = ["at"] if figures.dated else []
    columns = points.rename({"day": "at"}).select(*kept, "value", "of")
    if figures.sized and asked.chart not in NEEDS_OF:
        ratio = pl.when(pl.col("of") > 0).then(pl.col("value") / pl.col("of"))
        return columns.with_columns(value=ratio).drop("of")
    return columns if figures.sized else columns.drop("of")


def reads_as(asked: Asked, figures: Figures) -> str:
    """How figures read in sentences and on the axis: as a share, a count, days, a rate or a bare measurement."""
    if asked.what == "share" or figures.percent:
        return "share"
    if asked.what in ("duration", "between") and asked.unit in ("", "days"):
        return "duration"
    return {"count": "count", "cases": "count", "rate": "rate"}.get(asked.what, "measure")


def refusal(asked: Asked, figures: Figures) -> str:
    """Why these figures have no place on this chart, in one sentence that names the first line; empty where they do."""
    points = figures.points
    value, of = pl.col("value"), pl.col("of")
    wrongs = []
    if asked.chart in ("c_prime", "g", "p_prime", "u_prime"):
        wrongs.append(
            (value < 0, "{value} is below zero, and nothing counted is: say that these are measurements, or mend it")
        )
    if figures.sized:
        wrongs.append((of < 0, "the second number is {of}, and nothing is counted out of less than none: mend it"))
    if asked.what == "share":
        wrongs.append(
            (value > of * (1 + 1e-9), "{value} out of {of} is more than all: exchange the columns, or call it a rate")
        )
    if asked.chart == "t":
        wrongs.append(
            (
                value <= 0,
                "{value} is no time between two events: write hours or a fraction of a day, or choose the run chart",
            )
        )
    if asked.chart == "xmr_log":
        wrongs.append((value < 0, "{value} is below zero, and no time is: choose xmr, or mend it"))
    for wrong, words in wrongs:
        found = points.filter(wrong.fill_null(value=False))
        if found.height:
            row = found.row(0, named=True)
            said = words.format(value=_plain(row["value"]), of=_plain(row["of"]))
            more = f" ({found.height - 1:,} more like it)" if found.height > 1 else ""
            return f"On line {row['line']}{more}, {said}."
    return ""


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:,.6g}"
