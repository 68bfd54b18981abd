"""The same charts written a second time as slow, obvious loops, sharing no line with the engine."""

import statistics
from itertools import pairwise
from math import comb, log2, sqrt


def naive_limits(rows, kind, *, rules="wheeler", centre="mean", span="mean", screening=True, run_length=8):
    """Rows are dicts with value, of, series, phase, baseline, excluded; returns dicts in the same order."""
    groups = {}
    for place, row in enumerate(rows):
        groups.setdefault((row["series"], row["phase"]), []).append((place, row))
    out = [None] * len(rows)
    for members in groups.values():
        done = one_phase([row for _, row in members], kind, rules, centre, span, screening, run_length)
        for (place, _), result in zip(members, done, strict=True):
            out[place] = result
    return out


def one_phase(rows, kind, rules, centre_by, span_by, screening, run_length):
    ratio = kind in ("p", "p_prime")
    shown, known = [], []
    for row in rows:
        if ratio:
            value = row["value"] / row["of"] if row["value"] is not None and row["of"] else None
        else:
            value = row["value"]
        shown.append(value)
        known.append(None if row["excluded"] else value)
    marked = [i for i, row in enumerate(rows) if row["baseline"] and known[i] is not None]
    setting = marked or [i for i in range(len(rows)) if known[i] is not None]

    centre = None
    if setting:
        if ratio:
            centre = sum(rows[i]["value"] for i in setting) / sum(rows[i]["of"] for i in setting)
        elif kind == "run" or (kind == "xmr" and centre_by == "median"):
            centre = statistics.median(known[i] for i in setting)
        else:
            centre = statistics.fmean(known[i] for i in setting)

    half = [None] * len(rows)
    ranges = [None] * len(rows)
    range_limit = None
    if centre is not None and kind == "xmr":
        ranges = steps(known)
        middle = typical(ranges, setting, span_by, screening)
        if middle is not None:
            half = [middle * (2.66 if span_by == "mean" else 3.145)] * len(rows)
            range_limit = middle * (3.268 if span_by == "mean" else 3.865)
    elif centre is not None and len(setting) >= 2:
        if kind == "c":
            half = [3 * sqrt(centre)] * len(rows)
        if ratio:
            sigma = [sqrt(centre * (1 - centre) / row["of"]) if row["of"] else None for row in rows]
            wider = 1.0
            if kind == "p_prime":
                z = [
                    None if x is None else ((x - centre) / s if s > 0 else 0.0)
                    for x, s in zip(known, sigma, strict=True)
                ]
                middle = typical(steps(z), setting, "mean", screening)
                wider = None if middle is None else middle / 1.1283791670955126
            half = [None if s is None or wider is None else 3 * s * wider for s in sigma]

    margin = [1e-9 * max(1.0, abs(centre or 0.0), h or 0.0) for h in half]
    out = []
    for i in range(len(rows)):
        low = None if half[i] is None else centre - half[i]
        high = None if half[i] is None else centre + half[i]
        if low is not None and kind in ("c", "p", "p_prime"):
            low = max(low, 0.0)
        if high is not None and ratio:
            high = min(high, 1.0)
        out.append(
            {
                "value": shown[i], "centre": centre, "lower": low, "upper": high, "moving_range": ranges[i],
                "signals": set(), "completes": set(),
            }
        )  # fmt: skip
    if centre is None:
        return out
    away = [None if x is None else x - centre for x in known]
    if kind == "run" or rules == "anhoej":
        if kind != "run":
            for i in range(len(rows)):
                mark_outside(out, i, away[i], half[i], margin[i])
        anhoej(out, away, margin)
        return out
    for i in range(len(rows)):
        mark_outside(out, i, away[i], half[i], margin[i])
        if range_limit is not None and ranges[i] is not None and ranges[i] - range_limit > 1e-9 * max(1.0, range_limit):
            add(out, [i], [i], "range_outside_limit")
    one_side(out, away, margin, run_length)
    three_of_four(out, away, half, margin)
    return out


def steps(values):
    out = [None]
    for before, after in pairwise(values):
        out.append(None if before is None or after is None else abs(after - before))
    return out


def typical(ranges, setting, span_by, screening):
    usable = [r for i, r in enumerate(ranges) if r is not None and i in setting and i - 1 in setting]
    if not usable:
        return None
    if span_by == "median":
        return statistics.median(usable)
    mean = statistics.fmean(usable)
    if not screening:
        return mean
    screened = statistics.fmean([r for r in usable if r <= 3.267 * mean] or [0.0])
    return mean if screened <= 1e-9 * mean else screened


def add(out, members, completing, rule):
    for i in members:
        out[i]["signals"].add(rule)
    for i in completing:
        out[i]["completes"].add(rule)


def mark_outside(out, i, away, half, margin):
    if away is not None and half is not None and abs(away) - half > margin:
        add(out, [i], [i], "outside_limits")


def side_of(away, margin):
    return 1 if away > margin else -1 if away < -margin else 0


def one_side(out, away, margin, length):
    run, side = [], 0
    for i, d in enumerate(away):
        if d is None:
            run, side = [], 0
            continue
        here = side_of(d, margin[i])
        if here == 0:
            continue
        run = [*run, i] if here == side else [i]
        side = here
        if len(run) >= length:
            add(out, run, [i], "run")


def three_of_four(out, away, half, margin):
    for end in range(3, len(away)):
        window = range(end - 3, end + 1)
        if any(away[i] is None or half[i] is None for i in window):
            continue
        for sign in (1, -1):
            hits = [i for i in window if sign * away[i] - half[i] / 2 > margin[i]]
            if len(hits) < 3:
                continue
            first_window = end == 3 or away[end - 4] is None
            add(out, window, [end] if end in hits or first_window else [], "near_limit")


def anhoej(out, away, margin):
    useful = [(i, side_of(d, margin[i])) for i, d in enumerate(away) if d is not None and side_of(d, margin[i]) != 0]
    if not useful:
        return
    n = len(useful)
    allowed = round(log2(n)) + 3
    runs = [[useful[0][0]]]
    for (_, before), (i, after) in pairwise(useful):
        if before == after:
            runs[-1].append(i)
        else:
            runs.append([i])
    for run in runs:
        if len(run) > allowed:
            add(out, run, run[allowed:], "long_run")
    if len(runs) - 1 < fewest(n):
        add(out, [i for i, _ in useful], [useful[-1][0]], "few_crossings")


def fewest(n):
    total = 0
    for k in range(n):
        total += comb(n - 1, k)
        if total * 20 >= 2 ** (n - 1):
            return k
    return 0
