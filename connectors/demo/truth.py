"""What was planted in the town, as data: measure, service, period, the value it should read, and its standard error.

Values follow from the law itself where a formula does; the others are means of 100 histories told a second time by a
program that shares no rule with the generator (tests/connectors/demo/town_retold.py prints the table `RETOLD` again).
The standard error is that of one town of the default size: its spread over those histories. An estimate from the
default town should lie within three of them.

Periods: `before` is the 52 weeks before the redesign (weeks 105 to 156), `after` the weeks 209 to 260, when the new way
of working has settled and all that can still move has come to rest; `year 1` and `year 2` are the first two.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from math import erf, exp, log, prod, sqrt

import numpy as np

from connectors.demo.law import GAP_MEDIAN, GAP_SIGMA, GIVING_UP, K, Law, Service
from connectors.demo.places import REMITS, door_weights, doors
from connectors.demo.town import FIRST_DAY
from connectors.demo.words import UNDERLYING
from connectors.demo.worked import WORKED

PERIODS = {"before": (105, 156), "after": (209, 260), "year 1": (1, 52), "year 2": (53, 104), "all": (1, 312)}


@dataclass(frozen=True)
class Truth:
    """One planted value.

    Attributes:
        measure: name of the measure, `a need` or `a week` where it has no name of its own.
        service: of the town, or `all`.
        period: a name in PERIODS; weeks of first demand for figures a need, of asking for figures a demand.
        value: what should be read. `standard_error`: of one town of the default size.
        window_days: the measure's own window, where it has one.
        how: `formula` or `retold`.
        front_door: where the value is of one door, or kind of door.
    """

    measure: str
    service: str
    period: str
    value: float
    standard_error: float
    window_days: int | None = None
    how: str = "retold"
    front_door: str | None = None

    @property
    def days(self) -> tuple[str, str]:
        """First and last date of the period, as a measure's `--from` and `--to`."""
        first, last = PERIODS[self.period]
        start = FIRST_DAY + timedelta(weeks=first - 1)
        return start.isoformat(), (FIRST_DAY + timedelta(weeks=last, days=-1)).isoformat()

    def holds(self, estimate: float, errors: float = 3.0) -> bool:
        """Whether an estimate from the default town lies within so many standard errors."""
        return abs(estimate - self.value) <= errors * self.standard_error


def truths(law: Law | None = None) -> tuple[Truth, ...]:
    """Every planted value of the default town."""
    law = law or Law()
    told = tuple(_retold(*row) for row in RETOLD)
    return tuple(_by_formula(truth, law) or truth for truth in told)


def work_truths() -> tuple[Truth, ...]:
    """What the teams of the default town do and what people have to go through, told a second time.

    Of what measures count by calendar year, `before` is 2022 and `after` 2024.
    """
    return tuple(_retold(*row) for row in WORKED)


SCREENED_AFTER = 0.15  # of contacts that do not end a need, in the new way of working (work.py)
# spread of a busy door's share of a year's demand over 30 towns: people who ask again keep their door half the time
DOOR_ERRORS = (0.0040, 0.0030)


def door_truths(law: Law | None = None, busiest: int = 3) -> tuple[Truth, ...]:
    """The share of the year before the redesign that comes to the busiest doors of each service."""
    law = law or Law()
    planted = []
    for number, service in enumerate(law.services):
        shares = front_door_shares(number, _mean_contacts(law, service, "before"))
        doors_by_share = sorted(shares.items(), key=lambda item: -item[1])[:busiest]
        planted += [
            Truth("demand_by_front_door", service.title, "before", share, DOOR_ERRORS[number], None, "formula", door)
            for door, share in doors_by_share
        ]
    return tuple(planted)


def first_truths(law: Law | None = None) -> tuple[Truth, ...]:
    """How needs begin: first heard of at a crisis door, and screened out at the first decision.

    First doors are drawn by popularity, first screenings by the share of the way of working. Of a need that its first contact
    ends, the end tells how it was screened: it was out where it ended so; where a person died or moved, or nobody wrote
    down the end, it may have gone either way. The few who give up before they ask again are left out of account.
    """
    law = law or Law()
    crisis = (doors()["kind"] == "crisis").to_numpy()
    planted = []
    for number, service in enumerate(law.services):
        for period, way, screened in (
            ("before", service.before, service.before.screened_out),
            ("after", service.after, SCREENED_AFTER),
        ):
            once = (1 + (_mean_contacts(law, service, period) - 1) / K) ** -K
            written = 1 - law.never_ended
            ended = way.screened_out + way.died_or_moved * screened
            out = once * (written * ended + law.never_ended * screened) + (1 - once) * screened
            at_crisis = float(door_weights(number)[crisis].sum())
            first, last = PERIODS[period]
            needs = service.new_per_week * (last - first + 1)
            for measure, share in (("crisis_first", at_crisis), ("screened_out", out)):
                error = sqrt(share * (1 - share) / needs)
                planted.append(Truth(measure, service.title, period, share, error, None, "formula"))
    return tuple(planted)


def remit_truths(law: Law | None = None) -> tuple[Truth, ...]:
    """How often something lies behind a need that the door where it was first asked cannot help with, by kind of door.

    What lies behind is found independently, each issue with its own chance: all of it is the door's business only where none
    of the others was found.
    """
    law = law or Law()
    names = doors()["name"].to_numpy()
    planted = []
    for number, service in enumerate(law.services):
        for name, behind in REMITS.items():
            share = 1 - prod(1 - chance for issue, chance in UNDERLYING if issue not in behind)
            first, last = PERIODS["all"]
            needs = service.new_per_week * (last - first + 1) * float(door_weights(number)[names == name].sum())
            if needs:
                error = sqrt(share * (1 - share) / needs)
                planted.append(
                    Truth("presented_and_underlying", service.title, "all", share, error, None, "formula", name)
                )
    return tuple(planted)


def truth(measure: str, service: str, period: str, window_days: int | None = None) -> Truth:
    """The planted value of one figure.

    Raises:
        KeyError: nothing of that name is planted.
    """
    for planted in truths():
        if (planted.measure, planted.service, planted.period, planted.window_days) == (
            measure, service, period, window_days,
        ):  # fmt: skip
            return planted
    raise KeyError(f"nothing is planted for {measure} of {service} {period}, window {window_days}")


def first_contact_resolution(mean_contacts: float, window_days: int) -> float:
    """FCR(w): share of needs whose first demand is the only one within w whole days.

    Nobody comes back (negative binomial), or the first gap (lognormal) is longer than w, or the person gave up first.

    >>> round(first_contact_resolution(5.0, 10_000), 2)
    0.3
    """
    never = (1 + (mean_contacts - 1) / K) ** -K
    share = [_gap_within(day) - _gap_within(day - 1) for day in range(1, window_days + 1)]
    asked = sum(part * exp(-GIVING_UP * day) for day, part in enumerate(share, start=1))
    return 1 - (1 - never) * asked


def front_door_shares(service: int, mean_contacts: float) -> dict[str, float]:
    """Each door's share of demand in a steady state: first by popularity, then half of those who return switch.

    The doors of k-th contacts are the k-th step of a Markov chain, weighed by the chance of so many contacts.

    Args:
        service: its place in the law.
        mean_contacts: of a need.

    Returns:
        A share a door; they sum to 1.
    """
    popular = door_weights(service)
    elsewhere = np.tile(popular, (popular.size, 1))
    np.fill_diagonal(elsewhere, 0.0)
    moves = 0.5 * np.eye(popular.size) + 0.5 * elsewhere / elsewhere.sum(axis=1, keepdims=True)
    tried, total = popular.copy(), np.zeros(popular.size)
    one, stays = (1 + (mean_contacts - 1) / K) ** -K, 1 - 1 / (1 + (mean_contacts - 1) / K)
    at_least = 1.0  # the chance of a k-th contact
    for times in range(400):
        total += at_least * tried
        at_least -= one
        one *= (K + times) / (times + 1) * stays
        tried = tried @ moves
    return dict(zip(doors()["front_door"], (total / total.sum()).tolist(), strict=True))


def _gap_within(days: int) -> float:
    return 0.5 * (1 + erf(log(days / GAP_MEDIAN) / GAP_SIGMA / sqrt(2))) if days > 0 else 0.0


def _mean_contacts(law: Law, service: Service, period: str) -> float:
    """Mean contacts of needs that begin in a period, by the law."""
    if period == "after":
        return service.contacts_after
    first, last = PERIODS[period]
    grown = ((first + last) / 2 - 1) / (law.redesign - 1 if law.redesign else law.weeks)
    return service.contacts[0] + grown * (service.contacts[1] - service.contacts[0])


def _by_formula(planted: Truth, law: Law) -> Truth | None:
    services = {service.title: service for service in law.services}
    if planted.service not in services:
        return None
    service = services[planted.service]
    if planted.measure == "first_contact_resolution" and planted.window_days:
        value = first_contact_resolution(_mean_contacts(law, service, planted.period), planted.window_days)
    elif planted.measure == "value_demand":
        value = service.new_per_week
    else:
        return None
    return replace(planted, value=value, how="formula")


def _retold(what: str, service: str, period: str, value: float, standard_error: float) -> Truth:
    """A row of the table; a trailing number in its name is the window."""
    name, _, window = what.rpartition(" ")
    if window.isdigit():
        return Truth(name, service, period, value, standard_error, int(window))
    return Truth(what.removesuffix(" a week"), service, period, value, standard_error)


# what, service, period, mean of 100 retellings, standard deviation of one
RETOLD: tuple[tuple[str, str, str, float, float], ...] = (
    ("failure_demand_share", "health and social care", "before", 0.79344, 0.00512),
    ("value_demand a week", "health and social care", "before", 36.04577, 0.96451),
    ("failure_demand a week", "health and social care", "before", 138.50904, 3.93602),
    ("structural_failure_share", "health and social care", "before", 0.7936, 0.00469),
    ("contacts a need", "health and social care", "before", 3.44592, 0.06125),
    ("known_share", "health and social care", "before", 0.86494, 0.00411),
    ("first_contact_resolution 7", "health and social care", "before", 0.87266, 0.00736),
    ("first_contact_resolution 28", "health and social care", "before", 0.57605, 0.01009),
    ("first_contact_resolution 90", "health and social care", "before", 0.36765, 0.01062),
    ("first_contact_resolution 180", "health and social care", "before", 0.31389, 0.01006),
    ("met by 7", "health and social care", "before", 0.0189, 0.0028),
    ("met by 28", "health and social care", "before", 0.06412, 0.00649),
    ("met by 90", "health and social care", "before", 0.14608, 0.00845),
    ("met by 180", "health and social care", "before", 0.23199, 0.01026),
    ("stayed_met 7", "health and social care", "before", 0.01833, 0.00269),
    ("stayed_met 28", "health and social care", "before", 0.06206, 0.00631),
    ("stayed_met 90", "health and social care", "before", 0.14162, 0.00818),
    ("screened out of ended", "health and social care", "before", 0.55686, 0.01205),
    ("failure_demand_share", "health and social care", "after", 0.2242, 0.01059),
    ("value_demand a week", "health and social care", "after", 36.02183, 0.96916),
    ("failure_demand a week", "health and social care", "after", 10.41567, 0.64806),
    ("structural_failure_share", "health and social care", "after", 0.22447, 0.00972),
    ("contacts a need", "health and social care", "after", 1.26707, 0.01387),
    ("known_share", "health and social care", "after", 0.46047, 0.01059),
    ("first_contact_resolution 7", "health and social care", "after", 0.96408, 0.00436),
    ("first_contact_resolution 28", "health and social care", "after", 0.88226, 0.0077),
    ("first_contact_resolution 90", "health and social care", "after", 0.8236, 0.00936),
    ("first_contact_resolution 180", "health and social care", "after", 0.80867, 0.00927),
    ("met by 7", "health and social care", "after", 0.56758, 0.01331),
    ("met by 28", "health and social care", "after", 0.68824, 0.01098),
    ("met by 90", "health and social care", "after", 0.74843, 0.01041),
    ("met by 180", "health and social care", "after", 0.76744, 0.01065),
    ("median days to met", "health and social care", "after", 5.05, 0.35887),
    ("stayed_met 7", "health and social care", "after", 0.55608, 0.01337),
    ("stayed_met 28", "health and social care", "after", 0.67439, 0.01114),
    ("stayed_met 90", "health and social care", "after", 0.73352, 0.01038),
    ("screened out of ended", "health and social care", "after", 0.15033, 0.00922),
    ("failure_demand_share", "health and social care", "year 1", 0.77056, 0.00573),
    ("value_demand a week", "health and social care", "year 1", 36.05269, 0.98178),
    ("failure_demand a week", "health and social care", "year 1", 121.12519, 3.66306),
    ("failure_demand_share", "health and social care", "year 2", 0.78123, 0.00541),
    ("value_demand a week", "health and social care", "year 2", 35.94721, 0.87),
    ("failure_demand a week", "health and social care", "year 2", 128.42663, 3.96047),
    ("structural_failure_share", "health and social care", "year 2", 0.78095, 0.00481),
    ("contacts a need", "health and social care", "year 2", 4.41591, 0.09306),
    ("failure_demand_share", "housing", "before", 0.79604, 0.00664),
    ("value_demand a week", "housing", "before", 24.06404, 0.74058),
    ("failure_demand a week", "housing", "before", 93.97692, 3.26508),
    ("structural_failure_share", "housing", "before", 0.79618, 0.00596),
    ("contacts a need", "housing", "before", 3.33614, 0.07341),
    ("known_share", "housing", "before", 0.86658, 0.005),
    ("first_contact_resolution 7", "housing", "before", 0.87264, 0.00991),
    ("first_contact_resolution 28", "housing", "before", 0.5832, 0.01354),
    ("first_contact_resolution 90", "housing", "before", 0.37897, 0.01236),
    ("first_contact_resolution 180", "housing", "before", 0.32653, 0.01212),
    ("met by 7", "housing", "before", 0.05081, 0.00643),
    ("met by 28", "housing", "before", 0.15317, 0.00946),
    ("met by 90", "housing", "before", 0.28942, 0.015),
    ("met by 180", "housing", "before", 0.40332, 0.01497),
    ("stayed_met 7", "housing", "before", 0.04965, 0.00635),
    ("stayed_met 28", "housing", "before", 0.14954, 0.00943),
    ("stayed_met 90", "housing", "before", 0.28286, 0.01488),
    ("screened out of ended", "housing", "before", 0.36461, 0.01343),
    ("failure_demand_share", "housing", "after", 0.22384, 0.01387),
    ("value_demand a week", "housing", "after", 23.95558, 0.67209),
    ("failure_demand a week", "housing", "after", 6.91558, 0.54302),
    ("structural_failure_share", "housing", "after", 0.22319, 0.01312),
    ("contacts a need", "housing", "after", 1.2648, 0.01834),
    ("known_share", "housing", "after", 0.45949, 0.01372),
    ("first_contact_resolution 7", "housing", "after", 0.96466, 0.00482),
    ("first_contact_resolution 28", "housing", "after", 0.88295, 0.00927),
    ("first_contact_resolution 90", "housing", "after", 0.82509, 0.01081),
    ("first_contact_resolution 180", "housing", "after", 0.80975, 0.01128),
    ("met by 7", "housing", "after", 0.6026, 0.01341),
    ("met by 28", "housing", "after", 0.73079, 0.01175),
    ("met by 90", "housing", "after", 0.7943, 0.01102),
    ("met by 180", "housing", "after", 0.81483, 0.01053),
    ("median days to met", "housing", "after", 4.43, 0.49757),
    ("stayed_met 7", "housing", "after", 0.59449, 0.01385),
    ("stayed_met 28", "housing", "after", 0.72104, 0.01244),
    ("stayed_met 90", "housing", "after", 0.7837, 0.01169),
    ("screened out of ended", "housing", "after", 0.10015, 0.00876),
    ("failure_demand_share", "housing", "year 1", 0.79568, 0.0065),
    ("value_demand a week", "housing", "year 1", 24.01087, 0.79118),
    ("failure_demand a week", "housing", "year 1", 93.55375, 3.23162),
    ("failure_demand_share", "housing", "year 2", 0.79663, 0.00634),
    ("value_demand a week", "housing", "year 2", 23.9125, 0.79307),
    ("failure_demand a week", "housing", "year 2", 93.72519, 3.48069),
    ("structural_failure_share", "housing", "year 2", 0.79634, 0.00508),
    ("contacts a need", "housing", "year 2", 4.44654, 0.1206),
    ("known_share", "all", "before", 0.86564, 0.00302),
    ("known_share", "all", "after", 0.46013, 0.00812),
    ("needs started a week, change over six years", "all", "all", -0.1085, 1.74226),
)
