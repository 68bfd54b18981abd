"""The measures once more, in DuckDB's SQL, from the store's Parquet parts: the same rule of needs, the same definitions.

Written as somebody at home in SQL would: one query a measure, no table made beforehand. It tells apart what the program
tells apart.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

DAY = 86_400_000_000
LOOKBACK = 365
THREADS = 2


@dataclass(frozen=True)
class Raw:
    """What a contender is given: the parts of each frame, how far each source sees, and what has no parts of its own.

    Attributes:
        parts: the Parquet files of each frame. sources: a row a source (a small frame).
        rest: frames that lie in the database and not in files, and those of which the store holds nothing.
    """

    parts: dict[str, list[str]]
    sources: pl.DataFrame
    rest: dict[str, pl.DataFrame]


def connect(raw: Raw, threads: int = THREADS) -> Any:
    """A database in memory, with a view over the parts of each frame; nothing is read yet."""
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"SET threads = {threads}")
    for frame, rows in (("sources", raw.sources), *raw.rest.items()):
        connection.register(frame, rows.to_arrow())
    gone = raw.parts.get("superseded")
    for frame, files in raw.parts.items():
        living = ""
        if gone and frame in ("demands", "activities", "source_needs", "people"):
            living = f" WHERE row_id NOT IN (SELECT row_id FROM read_parquet({gone!r}))"
        connection.execute(f"CREATE VIEW {frame} AS SELECT * FROM read_parquet({files!r}){living}")
    return connection


def week(day: str) -> str:
    """The day number of the Monday before."""
    return f"(({day} + 3) // 7) * 7 - 3"


def year(day: str) -> str:
    """The day number of the 1 January of its year."""
    return f"(make_date(year(DATE '1970-01-01' + {day}), 1, 1) - DATE '1970-01-01')::INT"


ASKED = """
asked AS (
    SELECT demand_id, source, received_day AS day, received_at AS moment, seq, person_key, need_key,
        coalesce(issue_key, 0) AS issue, coalesce(received_precision IN ('instant', 'minute'), false) AS precise,
        front_door, coalesce(person_key, CASE WHEN proxy = 'place' THEN place_key END) AS unit,
        CASE WHEN issue_key IS NULL OR issue_key = 0 THEN 56 ELSE 180 END AS reopen, hash(demand_id) AS tie
    FROM demands JOIN sources USING (source)
    WHERE received_day IS NOT NULL AND coalesce(received_precision IN ('instant', 'minute', 'day'), true)
)"""
DEMANDS_ALONE = """
spoken AS (
    SELECT row_number() OVER (ORDER BY day, moment NULLS LAST, seq NULLS LAST, tie) AS pos, * FROM asked
)"""
# which need each demand belongs to: measures/needs.py, place_demands
PLACED = """
owners AS (SELECT need_key, max(unit) AS owner FROM spoken WHERE need_key IS NOT NULL GROUP BY need_key),
keyed AS (
    SELECT spoken.* EXCLUDE (unit), coalesce(unit, owner) AS unit,
        CASE WHEN need_key IS NOT NULL THEN 1 WHEN unit IS NOT NULL THEN 2 ELSE 3 END AS found,
        coalesce(need_key, unit, pos) AS first_key,
        CASE WHEN need_key IS NULL AND unit IS NOT NULL THEN issue ELSE 0 END AS second_key
    FROM spoken LEFT JOIN owners USING (need_key)
),
neighbours AS (
    SELECT *, lag(day) OVER strand AS previous_day, lead(day) OVER strand AS next_day
    FROM keyed WINDOW strand AS (PARTITION BY found, first_key, second_key ORDER BY pos)
),
started AS (
    SELECT *, previous_day IS NULL OR (found = 2 AND day - previous_day > reopen) AS starts FROM neighbours
)"""
NEEDED = """
placed AS (
    SELECT *, max(CASE WHEN starts THEN pos END) OVER (
        PARTITION BY found, first_key, second_key ORDER BY pos ROWS UNBOUNDED PRECEDING) AS need
    FROM started
),
firsts AS (SELECT * FROM placed WHERE starts)"""
# everything that opens, closes or reopens a need, in order of time: measures/events.py
EVENTS = f"""
acts AS (
    SELECT CASE WHEN kind = 'reopen' THEN 2 ELSE 1 END AS kind, started_day AS day, started_at AS moment, seq, need_key,
        demand_id AS answers, coalesce(person_key, CASE WHEN proxy = 'place' THEN place_key END) AS unit,
        coalesce(issue_key, 0) AS issue, coalesce(started_precision IN ('instant', 'minute'), false) AS precise,
        CASE outcome WHEN 'screened_out' THEN 'screened_out' WHEN 'refused' THEN 'screened_out' WHEN 'nfa' THEN 'closed_unmet'
            ELSE 'met' END AS result, true AS person_said, hash(activity_id) AS tie
    FROM activities JOIN sources USING (source)
    WHERE started_day IS NOT NULL AND (kind IN ('close', 'reopen') OR (
        kind IN ('screen', 'assess', 'decide') AND outcome IN ('screened_out', 'refused', 'nfa')))
    UNION ALL
    SELECT 3, end_day, end_at, NULL, need_key, NULL, NULL, 0,
        coalesce(end_precision IN ('instant', 'minute'), false), coalesce(end_kind, 'met'),
        coalesce(end_kind, 'met') NOT IN ('met', 'met_in_part')
            OR coalesce(met_basis, CASE WHEN asked THEN 'asked' ELSE 'none' END) = 'asked', hash(need_id)
    FROM source_needs JOIN sources USING (source)
    WHERE end_day IS NOT NULL AND need_key IS NOT NULL AND coalesce(end_kind, 'met') <> 'open'
),
events AS (
    SELECT row_number() OVER (ORDER BY day, moment + CASE WHEN NOT precise AND kind <> 0 AND seq IS NULL THEN {DAY - 1} ELSE 0 END
            NULLS LAST, seq NULLS LAST, kind, tie) AS pos, *
    FROM (
        SELECT 0 AS kind, day, moment, seq, need_key, demand_id AS answers, unit, issue, precise, NULL AS result,
            true AS person_said, tie, source, person_key, reopen FROM asked
        UNION ALL SELECT *, NULL, NULL, NULL FROM acts
    )
),
spoken AS (SELECT * FROM events WHERE kind = 0)"""
# how each need ended: measures/needs.py, end_needs
ENDED = """
named AS (
    SELECT a.pos, a.kind, a.day, a.moment, a.precise, a.result, a.person_said, a.answers, a.unit, a.issue, k.need AS by_key
    FROM events a LEFT JOIN firsts k ON k.found = 1 AND k.need_key = a.need_key WHERE a.kind <> 0
),
linked AS (
    SELECT n.pos, p.need AS by_link FROM named n JOIN placed p ON p.answers = n.answers WHERE n.by_key IS NULL
),
direct AS (
    SELECT n.* EXCLUDE (unit, issue, by_key), coalesce(by_key, by_link) AS direct,
        CASE WHEN f.need IS NULL THEN n.unit ELSE coalesce(f.unit, -1 - f.need) END AS unit,
        CASE WHEN f.need IS NULL THEN n.issue ELSE f.issue END AS issue
    FROM named n LEFT JOIN linked USING (pos) LEFT JOIN firsts f ON f.need = coalesce(by_key, by_link)
),
together AS (
    SELECT pos, kind, day, moment, precise, result, person_said, direct, unit, issue, NULL AS opener, NULL AS asked_day
    FROM direct WHERE unit IS NOT NULL
    UNION ALL
    SELECT p.pos, 0, p.day, NULL, NULL, NULL, NULL, NULL, coalesce(p.unit, -1 - p.need), f.issue,
        CASE WHEN p.found = 2 THEN p.need END, p.day
    FROM placed p JOIN firsts f ON f.need = p.need
),
seen AS (
    SELECT *, max(opener) OVER (PARTITION BY unit, issue ORDER BY pos ROWS UNBOUNDED PRECEDING) AS under_way,
        min(asked_day) OVER (PARTITION BY unit, issue ORDER BY pos ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)
            AS return_day
    FROM together
),
attached AS (
    SELECT s.pos, s.kind, s.day, s.moment, s.precise, s.result, s.person_said, s.return_day, f.need, f.reopen,
        lead(s.day) OVER (PARTITION BY f.need ORDER BY s.pos) AS next_act,
        max(CASE WHEN s.kind = 2 THEN s.pos END) OVER (PARTITION BY f.need) AS reopened_pos
    FROM seen s JOIN firsts f ON f.need = coalesce(s.direct, s.under_way)
    WHERE s.kind <> 0
),
judged AS (
    SELECT *, {'pos': pos, 'day': day, 'moment': moment, 'precise': precise, 'result': result, 'said': person_said} AS it,
        kind = 1 AND (reopened_pos IS NULL OR pos > reopened_pos) AS standing,
        return_day IS NULL OR return_day - day > reopen AS kept,
        result = 'met' AND (return_day IS NULL OR return_day - day > reopen)
            AND (next_act IS NULL OR next_act - day > reopen OR kind = 3) AS held
    FROM attached
),
candidates AS ( -- a closure before anybody asked ends nothing
    SELECT need, arg_max(it, pos) FILTER (kind = 3) AS own, arg_max(it, pos) FILTER (standing AND kept) AS kept,
        arg_max(it, pos) FILTER (standing) AS closed, min(day) FILTER (kind = 3 AND held) AS own_held,
        min(day) FILTER (kind = 1 AND held) AS closure_held
    FROM judged WHERE pos > need OR kind = 3 GROUP BY need
),
sizes AS (SELECT need, max(pos) AS last_pos, max(day) AS last_day FROM placed GROUP BY need),
gone AS (
    SELECT person_key, min(to_day) AS to_day, arg_min(end_kind, to_day) AS gone_kind FROM people
    WHERE end_kind IN ('died', 'moved') AND to_day IS NOT NULL GROUP BY person_key
),
chosen AS (
    SELECT f.need, f.answers AS opened_by, f.source, f.day, f.moment, f.precise, f.person_key, f.unit, f.issue, f.need_key, f.found,
        f.reopen, last_day, coalesce(own, kept, CASE WHEN closed.pos > last_pos THEN closed END) AS it, own IS NULL AS closure,
        own IS NULL AND kept IS NULL AS came_back,
        CASE WHEN own IS NULL THEN closure_held ELSE own_held END AS held_day
    FROM firsts f JOIN sizes USING (need) LEFT JOIN candidates USING (need)
),
told AS (
    SELECT c.* EXCLUDE (it, held_day), it.moment AS end_at, gone_kind, to_day, held_day,
        CASE WHEN came_back AND it.result = 'met' THEN 'closed_unmet' ELSE it.result END AS result,
        it.day AS end_day, it.precise AS end_precise, closure OR NOT coalesce(it.said, true) AS inferred,
        coalesce(to_day >= c.day AND (it.day IS NULL OR (closure AND to_day <= it.day + reopen)), false) AS leaves
    FROM chosen c LEFT JOIN gone USING (person_key)
),
recorded AS (
    SELECT t.need, t.opened_by, t.source, t.day, t.moment, t.precise, t.person_key, t.unit, t.issue, t.need_key, t.found, t.reopen,
        t.last_day, s.seen_at, s.seen_day, lifelong IS NOT NULL AS lifelong,
        CASE WHEN leaves THEN gone_kind ELSE result END AS result,
        CASE WHEN leaves THEN to_day ELSE end_day END AS end_day, end_at, end_precise AND NOT leaves AS end_precise,
        inferred AND NOT leaves AS inferred,
        CASE WHEN NOT (leaves AND coalesce(to_day <= held_day + reopen, false)) THEN held_day END AS held_day
    FROM told t JOIN sources s USING (source)
        LEFT JOIN (SELECT DISTINCT need_key, true AS lifelong FROM source_needs WHERE lifelong) l USING (need_key)
)"""
# what people said when they were asked, in place of what records tell: measures/answers.py
ANSWERED = """
answers AS (
    SELECT need_id, max(asked_on_day) AS asked_on, arg_max({'answer': answer, 'enough': enough, 'met_on': met_on_day},
        (asked_on_day, judgement_id)) AS said
    FROM outcome WHERE NOT coalesce(withdrawn, false) GROUP BY need_id
),
spoken_of AS (
    SELECT r.need, r.opened_by, r.need_key, r.unit, r.issue, r.day, r.last_day, asked_on, said.answer <> 'not' AS over,
        said.answer = 'met' OR (said.answer = 'met_in_part' AND coalesce(said.enough, false)) AS enough, said.met_on AS met_on
    FROM recorded r JOIN demands d ON d.demand_id = r.opened_by
        JOIN answers a ON a.need_id = coalesce(d.need_id, d.demand_id)
),
last_acts AS (
    SELECT need, max(started_day) AS acted_day
    FROM (
        SELECT need, day, asked_on, started_day FROM spoken_of JOIN activities USING (need_key)
        UNION ALL SELECT need, day, asked_on, started_day FROM spoken_of JOIN activities ON demand_id = opened_by
        UNION ALL SELECT need, day, asked_on, started_day FROM spoken_of n
            JOIN activities a ON a.person_key = n.unit AND coalesce(a.issue_key, 0) = n.issue WHERE n.need_key IS NULL
    ) WHERE started_day BETWEEN day AND asked_on GROUP BY need
),
said_over AS (
    SELECT need, unit, issue, coalesce(met_on, least(coalesce(acted_day, last_day), asked_on)) AS over_day
    FROM spoken_of LEFT JOIN last_acts USING (need) WHERE over
),
again AS (
    SELECT o.need, min(p.day) AS again_day FROM said_over o
        JOIN placed p ON p.unit = o.unit AND p.issue = o.issue AND p.day > over_day GROUP BY o.need
),
every_need AS (
    SELECT r.* EXCLUDE (result, end_day, end_precise, inferred, held_day),
        CASE WHEN s.need IS NULL THEN result WHEN s.enough THEN 'met' WHEN s.over THEN 'met_in_part'
            WHEN result IN ('met', 'met_in_part') THEN 'closed_unmet' ELSE result END AS result,
        CASE WHEN s.over THEN over_day ELSE r.end_day END AS end_day, end_precise AND NOT coalesce(s.over, false) AS end_precise,
        inferred AND s.need IS NULL AS inferred,
        CASE WHEN s.need IS NULL THEN held_day
            WHEN s.enough AND (again_day IS NULL OR again_day - over_day > reopen) THEN over_day END AS held_day
    FROM recorded r LEFT JOIN spoken_of s USING (need) LEFT JOIN said_over USING (need) LEFT JOIN again USING (need)
),
needs AS (SELECT * FROM every_need WHERE NOT lifelong)"""
CODED = """
coded AS (
    SELECT demand_id, arg_max(class, rank) AS class, arg_max(1.0 / coalesce(selection_prob, 1.0), rank) AS weight
    FROM (SELECT *, judgement_id + CASE WHEN adjudicated THEN 4611686018427387904 ELSE 0 END AS rank
          FROM classification WHERE class IS NOT NULL)
    GROUP BY demand_id
)"""
DATED = "received_day IS NOT NULL AND coalesce(received_precision IN ('instant', 'minute', 'day'), true)"


def summed(rows: str, ctes: str, start: str) -> str:
    """Sums by period of rows of `day, person_key, mature, numerator, denominator, weight, unknown`."""
    return f"""
WITH {ctes}{"," if ctes else ""} observed AS ({rows})
SELECT {start} AS start, sum(weight * numerator) FILTER (mature) AS numerator,
    sum(weight * denominator) FILTER (mature) AS denominator,
    count(*) FILTER (mature AND denominator > 0) AS n,
    count(DISTINCT person_key) FILTER (mature AND denominator > 0) AS people,
    count(DISTINCT person_key) FILTER (mature AND denominator > 0 AND numerator > 0) AS people_in,
    count(*) FILTER (mature AND unknown) AS unknown
FROM observed GROUP BY start ORDER BY start"""


def _weekly(rows: str, ctes: str) -> str:
    return summed(rows, ctes, week("day"))


def _classified(numerator: str) -> str:
    rows = f"""
    SELECT received_day AS day, person_key, received_day <= seen_day AS mature, coalesce(weight, 1.0) AS weight,
        CASE WHEN class = '{numerator}' THEN 1.0 ELSE 0.0 END AS numerator,
        CASE WHEN class IN ('value', 'failure') THEN 1.0 ELSE 0.0 END AS denominator,
        coalesce(class NOT IN ('value', 'failure'), true) AS unknown
    FROM demands LEFT JOIN coded USING (demand_id) JOIN sources USING (source) WHERE {DATED}"""
    return _weekly(rows, CODED)


STRUCTURAL = _weekly(
    """SELECT day, person_key, day <= seen_day AS mature, 1.0 AS weight,
        CASE WHEN found <> 3 AND NOT starts THEN 1.0 ELSE 0.0 END AS numerator,
        CASE WHEN found <> 3 THEN 1.0 ELSE 0.0 END AS denominator, found = 3 AS unknown
    FROM started JOIN sources USING (source)""",
    ",".join((ASKED, DEMANDS_ALONE, PLACED)),
)
FIRST_CONTACT = _weekly(
    """SELECT day, person_key, day + reopen <= seen_day AS mature, 1.0 AS weight,
        CASE WHEN found <> 3 AND (next_day IS NULL OR next_day - day > reopen) THEN 1.0 ELSE 0.0 END AS numerator,
        CASE WHEN found <> 3 THEN 1.0 ELSE 0.0 END AS denominator, found = 3 AS unknown
    FROM started JOIN sources USING (source) WHERE starts""",
    ",".join((ASKED, DEMANDS_ALONE, PLACED)),
)
KNOWN = _weekly(
    f"""SELECT day, person_key, day <= seen_day AS mature, 1.0 AS weight,
        CASE WHEN person_key IS NOT NULL AND day - previous_day <= {LOOKBACK} THEN 1.0 ELSE 0.0 END AS numerator,
        CASE WHEN person_key IS NOT NULL THEN 1.0 ELSE 0.0 END AS denominator, person_key IS NULL AS unknown
    FROM dated LEFT JOIN earlier USING (person_key, day) JOIN begun USING (source) JOIN sources USING (source)
    WHERE day >= began + {LOOKBACK}""",
    f"""
dated AS (SELECT source, person_key, received_day AS day FROM demands WHERE {DATED}),
begun AS (SELECT source, min(day) AS began FROM dated GROUP BY source),
earlier AS (
    SELECT person_key, day, lag(day) OVER (PARTITION BY person_key ORDER BY day) AS previous_day
    FROM (SELECT DISTINCT person_key, day FROM dated WHERE person_key IS NOT NULL)
)""",
)
ALL_NEEDS = ",".join((ASKED, EVENTS, PLACED, NEEDED, ENDED, ANSWERED))
STAYED = _weekly(
    """SELECT day, person_key, day + 28 + reopen <= seen_day AS mature, 1.0 AS weight,
        CASE WHEN found <> 3 AND held_day - day <= 28 THEN 1.0 ELSE 0.0 END AS numerator,
        CASE WHEN found <> 3 THEN 1.0 ELSE 0.0 END AS denominator, found = 3 AS unknown FROM needs""",
    ALL_NEEDS,
)
WAITED = f"""
waited AS (
    SELECT *, coalesce(result = 'met', false) AS met, greatest(0.0, CASE
        WHEN coalesce(result = 'met', false) THEN
            CASE WHEN precise AND end_precise THEN (end_at - moment) / {DAY} ELSE end_day - day END
        WHEN precise THEN (seen_at - moment) / {DAY} ELSE seen_day - day END) AS days
    FROM needs
),
asking AS (
    SELECT source, bool_or(met AND NOT inferred) AND NOT bool_or(met AND inferred) AS asks FROM waited GROUP BY source
),
observed AS (
    SELECT *, true AS known, {week("day")} AS start, day + 90 + CASE WHEN asks THEN 0 ELSE reopen END <= seen_day AS mature
    FROM waited JOIN asking USING (source)
)"""


def waiting(ctes: str) -> str:
    """Medians and sums by week of `observed`: `start, person_key, days, met, known, mature, result`."""
    return f"""
WITH {ctes},
ordered AS (
    SELECT start, days, met, count(*) OVER (PARTITION BY start)
        - row_number() OVER (PARTITION BY start ORDER BY days, met DESC) + 1 AS at_risk FROM observed WHERE known
),
staying AS (
    SELECT start, days, exp(sum(CASE WHEN NOT met THEN 0.0 WHEN at_risk = 1 THEN -1e9 ELSE ln(1 - 1 / at_risk) END) OVER (
        PARTITION BY start ORDER BY at_risk DESC ROWS UNBOUNDED PRECEDING)) AS survival
    FROM ordered
),
medians AS (SELECT start, min(days) AS value FROM staying WHERE survival <= 0.5 + 1e-9 GROUP BY start)
SELECT start, sum(met::DOUBLE) FILTER (mature AND known) AS numerator, count(*) FILTER (mature AND known) AS n,
    count(DISTINCT person_key) FILTER (mature AND known) AS people,
    count(DISTINCT person_key) FILTER (mature AND known AND met) AS people_in,
    count(*) FILTER (mature AND NOT known) AS unknown, count(*) FILTER (result IS NULL) AS open, any_value(value) AS value
FROM observed LEFT JOIN medians USING (start) GROUP BY start ORDER BY start"""


END_TO_END = waiting(f"{ALL_NEEDS}, {WAITED}")
AGE_OF_OPEN = f"""
WITH {ALL_NEEDS}, {WAITED}
SELECT CASE WHEN days <= 7 THEN 0 WHEN days <= 28 THEN 1 WHEN days <= 90 THEN 2 WHEN days <= 180 THEN 3
        WHEN days <= 365 THEN 4 ELSE 5 END AS band, count(*) AS n, count(DISTINCT person_key) AS people
FROM waited WHERE result IS NULL AND seen_day >= day GROUP BY band ORDER BY band"""
FRONT_DOORS = f"""
SELECT front_door, count(*) AS n, count(DISTINCT person_key) AS people
FROM demands JOIN sources USING (source) WHERE {DATED} AND received_day <= seen_day
GROUP BY front_door ORDER BY front_door"""
QUERIES = {
    "age_of_open": AGE_OF_OPEN, "demand_by_front_door": FRONT_DOORS, "end_to_end_time": END_TO_END,
    "failure_demand": _classified("failure"), "failure_demand_share": _classified("failure"),
    "first_contact_resolution": FIRST_CONTACT, "known_share": KNOWN, "stayed_met": STAYED,
    "structural_failure_share": STRUCTURAL, "value_demand": _classified("value"),
}  # fmt: skip


def reader(raw: Raw, query: str) -> Callable[[], pl.DataFrame]:
    """What asks this query, on a connection of its own."""
    connection = connect(raw)
    return lambda: connection.sql(query).pl()


def files_of(folder: Path, names: list[str]) -> list[str]:
    """Part files as DuckDB takes them."""
    return [str(folder / name) for name in names]
