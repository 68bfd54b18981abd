"""The same charts written a second time as slow, obvious loops, sharing no line with the engine."""

import statistics
from itertools import pairwise
from math import comb, exp, gamma, log, log2, pi, sqrt

RATIO = ("p", "p_prime", "u", "u_prime", "i_prime")
COUNTED_OUT_OF = (*RATIO, "np")
AT_LEAST_0 = ("c", "c_prime", "np", "p", "p_prime", "u", "u_prime", "g", "t", "xmr_log", "s")
CAP = {"p": 1.0, "p_prime": 1.0}
HALF = {"mean": 2.66, "median": 3.145}
RANGE = {"mean": 3.268, "median": 3.865}
SETS = {
    "wheeler": ("outside", "range", ("run", 8), "near"),
    "recurring": ("outside", "range", ("run", 13)),
    "nhs": ("outside", ("run", 7), ("trend", 7), "two_of_three_nhs"),
    "western_electric": ("outside", ("run", 8), "two_of_three", "four_of_five"),
    "nelson": (
        "outside", ("run", 9), ("trend", 6), "alternating", "two_of_three", "four_of_five", "inside", "mixture",
    ),
    "anhoej": ("outside", "anhoej"),
    "none": (),
}  # fmt: skip


def naive_limits(rows, kind, *, rules="wheeler", centre="mean", span="mean", screening=True, run=None, trend=None):
    """Rows are dicts with value, of, series, phase, baseline, excluded, fixed_*; returns dicts in the same order.

    For xbar and s, one dict a subgroup, in order of first appearance.
    """
    if kind in ("xbar", "s"):
        rows = by_subgroup(rows)
    groups = {}
    for place, row in enumerate(rows):
        groups.setdefault((row["series"], row["phase"]), []).append((place, row))
    out = [None] * len(rows)
    for members in groups.values():
        done = one_phase([row for _, row in members], kind, rules, centre, span, screening, run, trend)
        for (place, _), result in zip(members, done, strict=True):
            out[place] = result
    return out


def by_subgroup(rows):
    cells = {}
    for row in rows:
        cells.setdefault((row["series"], row["phase"], row["subgroup"]), []).append(row)
    points = []
    for (series, phase, _), cell in cells.items():
        out = all(row["excluded"] for row in cell)
        values = [row["value"] for row in cell if row["value"] is not None and (out or not row["excluded"])]
        points.append(
            {
                "series": series, "phase": phase, "excluded": out, "baseline": any(row["baseline"] for row in cell),
                "value": statistics.fmean(values) if values else None,
                "spread": statistics.stdev(values) if len(values) > 1 else None,
                "size": len(values),
                "fixed_centre": None, "fixed_lower": None, "fixed_upper": None,
            }
        )  # fmt: skip
    return points


def one_phase(rows, kind, rules, centre_by, span_by, screening, run, trend):
    there, back = scale_of(kind)
    shown = [value_of(row, kind) for row in rows]
    known = [None if row["excluded"] or x is None else there(x) for row, x in zip(rows, shown, strict=True)]
    marked = [i for i, row in enumerate(rows) if row["baseline"] and basis(row, kind, known[i]) is not None]
    setting = marked or [i for i, row in enumerate(rows) if basis(row, kind, known[i]) is not None]
    ranges = [None] * len(rows)
    range_limit = None
    if kind == "mr":
        ranges = steps(known)
        shown, known = ranges, ranges
        middle = typical(ranges, setting, span_by, screening)
        setting = [i for i in range(len(rows)) if ranges[i] is not None and i in setting and i - 1 in setting]
        centre = [middle] * len(rows)
    elif kind == "s":
        setting = [i for i in setting if rows[i]["spread"] is not None]
        centre = [ordinary_spread(rows, setting)] * len(rows)
    else:
        centre = centres(rows, known, setting, kind, centre_by)
    own = [row.get("fixed_centre") for row in rows]
    centre = [c if own[i] is None else there(own[i]) for i, c in enumerate(centre)]

    low, high = [None] * len(rows), [None] * len(rows)
    if kind in ("xmr", "xmr_log", "t", "xmr_trended"):
        ranges = steps(known)
        middle = typical(ranges, setting, span_by, screening)
        if middle is not None:
            range_limit = RANGE[span_by] * middle
            for i, c in enumerate(centre):
                if c is not None:
                    low[i], high[i] = c - HALF[span_by] * middle, c + HALF[span_by] * middle
    elif kind == "mr":
        for i, c in enumerate(centre):
            if c is not None:
                low[i], high[i] = 0.0, RANGE[span_by] * c
    elif kind != "run":
        for i, half in enumerate(halves(rows, known, setting, kind, centre, screening)):
            middle = statistics.fmean(known[j] for j in setting) if kind == "g" and half is not None else centre[i]
            if half is not None and middle is not None:
                low[i], high[i] = middle - half, middle + half
    low = [x if row.get("fixed_lower") is None else there(row["fixed_lower"]) for x, row in zip(low, rows, strict=True)]
    high = [
        x if row.get("fixed_upper") is None else there(row["fixed_upper"]) for x, row in zip(high, rows, strict=True)
    ]

    out = []
    for i in range(len(rows)):
        lower, upper = back(low[i]), back(high[i])
        if lower is not None and kind in AT_LEAST_0:
            lower = max(lower, 0.0)
        if upper is not None and kind in CAP:
            upper = min(upper, CAP[kind])
        out.append(
            {
                "value": shown[i], "centre": back(centre[i]), "lower": lower, "upper": upper,
                "moving_range": ranges[i], "signals": set(), "completes": set(),
            }
        )  # fmt: skip
    look(out, Line(known, centre, low, high, ranges, range_limit), kind, rules, run, trend)
    return out


def scale_of(kind):
    def kept(x):
        return x

    if kind == "t":
        return (lambda x: x ** (1 / 3.6)), (lambda x: None if x is None else (x**3.6 if x > 0 else -((-x) ** 3.6)))
    if kind == "xmr_log":
        return (lambda x: log(x + 1 / 24)), (lambda x: None if x is None else exp(x) - 1 / 24)
    return kept, kept


def value_of(row, kind):
    if kind == "s":
        return row["spread"]
    if kind in COUNTED_OUT_OF and not row["of"]:
        return None
    if kind in RATIO:
        return None if row["value"] is None else row["value"] / row["of"]
    return row["value"]


def basis(row, kind, known):
    """What makes a point count towards the limits; a subgroup counts by its mean."""
    return (None if row["excluded"] else row["value"]) if kind == "s" else known


def centres(rows, known, setting, kind, centre_by):
    if not setting:
        return [None] * len(rows)
    if kind == "xmr_trended":
        half = len(setting) // 2
        if half == 0:
            return [known[setting[0]]] * len(rows)
        first, second = setting[:half], setting[-half:]
        x1, x2 = statistics.fmean(first), statistics.fmean(second)
        y1, y2 = statistics.fmean(known[i] for i in first), statistics.fmean(known[i] for i in second)
        return [y1 + (y2 - y1) / (x2 - x1) * (i - x1) for i in range(len(rows))]
    if kind in COUNTED_OUT_OF:
        share = sum(rows[i]["value"] for i in setting) / sum(rows[i]["of"] for i in setting)
        if kind == "np":
            return [share * row["of"] if row["of"] else None for row in rows]
        return [share] * len(rows)
    if kind == "xbar":
        every = sum(rows[i]["value"] * rows[i]["size"] for i in setting)
        return [every / sum(rows[i]["size"] for i in setting)] * len(rows)
    points = [known[i] for i in setting]
    if kind in ("run", "g") or (kind in ("xmr", "xmr_log", "t") and centre_by == "median"):
        return [statistics.median(points)] * len(rows)
    return [statistics.fmean(points)] * len(rows)


def halves(rows, known, setting, kind, centre, screening):
    """Half the width between the limits at each point, for kinds that do not use plain moving ranges."""
    if kind in ("xbar", "s"):
        spread = ordinary_spread(
            rows, setting if kind == "s" else [i for i in setting if rows[i]["spread"] is not None]
        )
        out = []
        for i, row in enumerate(rows):
            n = row["size"]
            if n < 2 or spread is None:
                out.append(None)
                continue
            c4 = sqrt(2 / (n - 1)) * gamma(n / 2) / gamma((n - 1) / 2)
            if kind == "xbar":
                out.append(3 * spread / (c4 * sqrt(n)))
            else:
                out.append(None if centre[i] is None else 3 * centre[i] * sqrt(1 - c4 * c4) / c4)
        return out
    if kind == "i_prime":
        unit = [None]
        for i in range(1, len(rows)):
            one, other = known[i - 1], known[i]
            if one is None or other is None:
                unit.append(None)
            else:
                unit.append(sqrt(pi / 2) * abs(other - one) / sqrt(1 / rows[i]["of"] + 1 / rows[i - 1]["of"]))
        middle = typical(unit, setting, "mean", screening)
        return [3 * middle / sqrt(row["of"]) if middle is not None and row["of"] else None for row in rows]
    if len(setting) < 2 and not kind.endswith("_prime"):
        return [None] * len(rows)
    if kind == "g":
        m = statistics.fmean(known[i] for i in setting)
        return [3 * sqrt(m * (m + 1))] * len(rows)
    sigma = [None if c is None else chance(kind, c, row) for c, row in zip(centre, rows, strict=True)]
    if not kind.endswith("_prime"):
        return [None if s is None else 3 * s for s in sigma]
    z = []
    for x, c, s in zip(known, centre, sigma, strict=True):
        z.append(None if x is None or s is None else ((x - c) / s if s > 0 else 0.0))
    middle = typical(steps(z), setting, "mean", screening)
    return [None if s is None or middle is None else 3 * s * middle / 1.1283791670955126 for s in sigma]


def chance(kind, centre, row):
    if kind in ("c", "c_prime"):
        return sqrt(centre)
    if not row["of"]:
        return None
    if kind in ("u", "u_prime"):
        return sqrt(centre / row["of"])
    if kind == "np":
        return sqrt(max(0.0, centre * (1 - centre / row["of"])))
    return sqrt(max(0.0, centre * (1 - centre)) / row["of"])


def ordinary_spread(rows, setting):
    if not setting:
        return None
    if len({row["size"] for row in rows if row["size"] and not row["excluded"]}) == 1:
        return statistics.fmean(rows[i]["spread"] for i in setting)
    top = sum((rows[i]["size"] - 1) * rows[i]["spread"] ** 2 for i in setting)
    return sqrt(top / sum(rows[i]["size"] - 1 for i in setting))


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


class Line:
    """One phase as the rules see it: how far each point is from the centre, in parts of the way to each limit."""

    def __init__(self, known, centre, low, high, ranges, range_limit):
        self.known, self.ranges, self.range_limit = known, ranges, range_limit
        self.centre, self.low, self.high = centre, low, high

    def margin(self, i):
        c = self.centre[i]
        widths = [abs(limit - c) for limit in (self.low[i], self.high[i]) if limit is not None and c is not None]
        return 1e-9 * max(1.0, abs(c or 0.0), *widths)

    def away(self, i):
        return None if self.known[i] is None or self.centre[i] is None else self.known[i] - self.centre[i]

    def side(self, i):
        d = self.away(i)
        return 0 if d is None else 1 if d > self.margin(i) else -1 if d < -self.margin(i) else 0

    def beyond(self, i, part, sign):
        limit, d = (self.high if sign > 0 else self.low)[i], self.away(i)
        if limit is None or d is None:
            return False
        return sign * d - part * sign * (limit - self.centre[i]) > self.margin(i)

    def inside(self, i, part):
        d = self.away(i)
        if d is None or self.low[i] is None or self.high[i] is None:
            return False
        up, down = self.high[i] - self.centre[i], self.centre[i] - self.low[i]
        return part * up - d > self.margin(i) and part * down + d > self.margin(i)

    def windows(self, length):
        """Every stretch of so many successive known points."""
        for start in range(len(self.known) - length + 1):
            window = list(range(start, start + length))
            if all(self.known[i] is not None for i in window):
                yield window


def look(out, line, kind, rules, run, trend):
    for rule in SETS["anhoej" if kind == "run" and rules != "none" else rules]:
        name, length = rule if isinstance(rule, tuple) else (rule, None)
        if kind == "mr" and name not in ("outside", "anhoej"):
            continue
        if name == "run":
            one_side(out, line, run or length)
        elif name == "trend":
            only_one_way(out, line, trend or length)
        else:
            LOOKS[name](out, line)


def add(out, members, completing, rule):
    for i in members:
        out[i]["signals"].add(rule)
    for i in completing:
        out[i]["completes"].add(rule)


def outside(out, line):
    for i in range(len(out)):
        if line.beyond(i, 1, 1) or line.beyond(i, 1, -1):
            add(out, [i], [i], "outside_limits")


def large_steps(out, line):
    limit = line.range_limit
    for i, size in enumerate(line.ranges):
        if limit is not None and size is not None and size - limit > 1e-9 * max(1.0, limit):
            add(out, [i], [i], "range_outside_limit")


def one_side(out, line, length):
    run, side = [], 0
    for i in range(len(out)):
        if line.known[i] is None:
            run, side = [], 0
            continue
        here = line.side(i)
        if here == 0:
            continue
        run = [*run, i] if here == side else [i]
        side = here
        if len(run) >= length:
            add(out, run, [i], "run")


def three_of_four(out, line):
    for window in line.windows(4):
        for sign in (1, -1):
            hits = [i for i in window if line.beyond(i, 0.5, sign)]
            if len(hits) < 3:
                continue
            first_window = window[0] == 0 or line.known[window[0] - 1] is None
            add(out, window, [window[-1]] if window[-1] in hits or first_window else [], "near_limit")


def some_of(out, line, name, least, length, part):
    for window in line.windows(length):
        for sign in (1, -1):
            hits = [i for i in window if line.beyond(i, part, sign)]
            if len(hits) >= least:
                add(out, hits, [max(hits)], name)


def two_of_three_nhs(out, line):
    for window in line.windows(3):
        for sign in (1, -1):
            hits = [i for i in window if line.beyond(i, 2 / 3, sign) and not line.beyond(i, 1, sign)]
            if len(hits) >= 2 and all(line.side(i) == sign for i in window):
                add(out, hits, [max(hits)], "two_in_three")


def ways(line, window):
    """+1 for each step up, −1 for each step down, 0 for none."""
    out = []
    for one, other in pairwise(window):
        step = line.known[other] - line.known[one]
        out.append(0 if abs(step) <= line.margin(other) else 1 if step > 0 else -1)
    return out


def only_one_way(out, line, length):
    for window in line.windows(length):
        if ways(line, window) in ([1] * (length - 1), [-1] * (length - 1)):
            add(out, window, [window[-1]], "trend")


def up_and_down(out, line):
    for window in line.windows(14):
        if all(a * b == -1 for a, b in pairwise(ways(line, window))):
            add(out, window, [window[-1]], "alternating")


def all_inside(out, line):
    for window in line.windows(15):
        if all(line.inside(i, 1 / 3) for i in window):
            add(out, window, [window[-1]], "fifteen_inside")


def mixture(out, line):
    for window in line.windows(8):
        high = [line.beyond(i, 1 / 3, 1) for i in window]
        low = [line.beyond(i, 1 / 3, -1) for i in window]
        if all(h or w for h, w in zip(high, low, strict=True)) and any(high) and any(low):
            add(out, window, [window[-1]], "eight_outside")


def anhoej(out, line):
    useful = [(i, line.side(i)) for i in range(len(out)) if line.side(i) != 0]
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


LOOKS = {
    "outside": outside,
    "range": large_steps,
    "near": three_of_four,
    "two_of_three": lambda out, line: some_of(out, line, "two_in_three", 2, 3, 2 / 3),
    "four_of_five": lambda out, line: some_of(out, line, "four_in_five", 4, 5, 1 / 3),
    "two_of_three_nhs": two_of_three_nhs,
    "alternating": up_and_down,
    "inside": all_inside,
    "mixture": mixture,
    "anhoej": anhoej,
}
