"""Which chart a measure is shown on where nobody chose one, and why."""

from __future__ import annotations

from measures.capability.kinds import KINDS

RARE = 2.0  # events a period: below this most periods hold none or one, and limits of a count mean nothing

REASONS = {
    "p_prime": "p′, because it is a share: limits follow each period's denominator and allow for more than chance",
    "c_prime": "c′, because it counts things: limits start from what chance does to counts and allow for more",
    "u_prime": "u′, because it is a count for each unit: limits follow each period's denominator and allow for more than chance",
    "i_prime": "i′, because it is an amount for each unit: limits follow each period's denominator",
    "xmr": "xmr, because each period gives one figure: limits come from the ordinary step between neighbours",
    "xmr_log": "xmr on a log scale, because end-to-end times are skewed: a few are very long",
    "t": "t, because it happens less than {rare:.0f} times a period: the time between one and the next says more than a count",
    "g": "g, because it happens less than {rare:.0f} times a period: the cases between one and the next say more than a count",
}
BY_KIND = {"share": "p_prime", "median": "xmr", "duration": "xmr_log"}


def default_kind(
    kind: str,
    *,
    own: str | None = None,
    average: float | None = None,
    whole: bool = True,
    times: bool = False,
    cases: bool = False,
) -> tuple[str, str]:
    """The chart to show, and one sentence that says why.

    Args:
        kind: of the measure: share, count, rate, median or duration.
        own: the chart its definition names; it overrides everything here.
        average: events a period, where it counts events.
        whole: what is counted comes in whole numbers; otherwise it is an amount.
        times: the moment of each event is known, so the time between two can be charted.
        cases: the cases between two events can be counted.

    Raises:
        ValueError: the kind or the chart named is not known.

    >>> default_kind("share")[0], default_kind("rate", whole=False)[0], default_kind("count", average=0.4, times=True)[0]
    ('p_prime', 'i_prime', 't')
    """
    if own is not None:
        if own not in KINDS:
            raise ValueError(f"chart kind '{own}' is not known; choose one of {', '.join(KINDS)}")
        return own, f"{own.replace('_prime', '′').replace('_', ' ')}, because the measure's definition names it."
    if kind not in (*BY_KIND, "count", "rate"):
        raise ValueError(f"'{kind}' is no kind of measure; choose one of {', '.join([*BY_KIND, 'count', 'rate'])}")
    chosen = BY_KIND.get(kind) or _of_events(kind, average, whole, times, cases)
    return chosen, REASONS[chosen].format(rare=RARE) + "."


def _of_events(kind: str, average: float | None, whole: bool, times: bool, cases: bool) -> str:
    rare = whole and average is not None and average < RARE
    if rare and times:
        return "t"
    if rare and cases:
        return "g"
    if kind == "rate":
        return "u_prime" if whole else "i_prime"
    return "c_prime" if whole else "xmr"
