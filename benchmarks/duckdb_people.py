"""The measures of people, of what was done and of what it cost, in DuckDB's SQL, beside those of `duckdb_measures.py`.

Each query gives what the measure's first reading adds up: sums by period, or the rows of its breakdown (`key, value, n,
people`). A benchmark's store holds no unit costs or price indexes: costs are read as the activities have them.
"""

from __future__ import annotations

from duckdb_measures import ALL_NEEDS, ASKED, DATED, DAY, DEMANDS_ALONE, NEEDED, PLACED, summed, waiting, week, year

KINDS = (
    "screen", "assess", "do", "refer", "signpost", "close", "reopen", "decide", "visit", "meet", "administer",
    "incident",
)  # fmt: skip
DONE_DAY = "started_day IS NOT NULL AND coalesce(started_precision IN ('instant', 'minute', 'day'), true)"
EVER = 2**31 - 1


def tells_its_year(stem: str) -> str:
    """Dated at least to its year."""
    known = f"coalesce({stem}_precision IN ('instant', 'minute', 'day', 'month', 'year'), true)"
    return f"{stem}_day IS NOT NULL AND {known}"


def first_of(period: str, day: str) -> str:
    """The day number on which the day's month or quarter begins."""
    return f"(date_trunc('{period}', DATE '1970-01-01' + {day})::DATE - DATE '1970-01-01')::INT"


def year_end(first: str) -> str:
    """The day number of 31 December of a year told by its 1 January."""
    return f"({first} + CASE WHEN year(DATE '1970-01-01' + {first}) % 4 = 0 THEN 365 ELSE 364 END)"


def covered_from(began: str) -> str:
    """The 1 January from which years are covered whole, of records that begin on this day."""
    return f"CASE WHEN {began} - {year(began)} >= 7 THEN {year_end(year(began))} + 1 ELSE {year(began)} END"


def worked(link: str) -> str:
    """What was done, each with the need it was done for, as `measures/acts.py` places it.

    Args:
        link: what the column of `placed` is called that holds the id of the demand.
    """
    return f"""
done AS (
    SELECT activity_id, kind, outcome, work, source, team, agency, person_key, started_day AS day, seq, need_key, demand_id,
        CASE WHEN started_precision IN ('instant', 'minute') THEN started_at END AS moment,
        list_position({list(KINDS)!r}, kind) AS turn, coalesce(issue_key, 0) AS issue,
        coalesce(person_key, CASE WHEN proxy = 'place' THEN place_key END) AS unit
    FROM activities JOIN sources USING (source) WHERE {DONE_DAY}
),
done_keyed AS (
    SELECT d.*, f.need AS by_key FROM done d
    LEFT JOIN (SELECT need_key, need FROM firsts WHERE found = 1) f USING (need_key)
),
done_linked AS (
    SELECT d.activity_id, p.need AS by_link FROM done_keyed d JOIN placed p ON p.{link} = d.demand_id WHERE d.by_key IS NULL
),
begun AS (SELECT unit, issue, day, need FROM firsts WHERE found = 2),
worked AS (
    SELECT * EXCLUDE (by_key), by_key AS need FROM done_keyed WHERE by_key IS NOT NULL
    UNION ALL
    SELECT d.* EXCLUDE (by_key), coalesce(by_link, b.need) AS need
    FROM done_keyed d LEFT JOIN done_linked USING (activity_id)
        ASOF LEFT JOIN begun b ON b.unit = d.unit AND b.issue = d.issue AND b.day <= d.day
    WHERE d.by_key IS NULL
)"""


BEGUN = ",".join((ASKED, DEMANDS_ALONE, PLACED, NEEDED))
WORKED = f"{BEGUN}, {worked('demand_id')}"
IN_ORDER = "day, seq NULLS LAST, moment NULLS LAST, turn, activity_id"
CYCLES = f"""
team_acts AS (
    SELECT need, coalesce(team, agency) AS party, kind, lag(kind) OVER own AS before, row_number() OVER own AS turn
    FROM worked WHERE need IS NOT NULL WINDOW own AS (PARTITION BY need, coalesce(team, agency) ORDER BY {IN_ORDER})
),
opened AS (
    SELECT *, kind IN ('screen', 'assess') AND NOT (kind = 'assess' AND coalesce(before = 'screen', false)) AS opens
    FROM team_acts
),
numbered AS (
    SELECT need, party, kind, sum(opens::INT) OVER (PARTITION BY need, party ORDER BY turn ROWS UNBOUNDED PRECEDING) AS cycle
    FROM opened
),
cycles AS (
    SELECT need, count(DISTINCT (party, cycle)) FILTER (
        cycle > 0 AND kind IN ('do', 'refer', 'signpost', 'close', 'decide')) AS completed
    FROM numbered GROUP BY need
),
telling AS (SELECT DISTINCT source, true AS tells FROM worked WHERE kind IN ('screen', 'assess')),
taken AS (
    SELECT n.*, completed, end_day IS NOT NULL AS ended, coalesce(tells, false) AS tells,
        ended AND completed IS NOT NULL AND coalesce(tells, false) AS known
    FROM every_need n LEFT JOIN cycles USING (need) LEFT JOIN telling USING (source)
)"""
CYCLES_PER_NEED = summed(
    """SELECT coalesce(end_day, last_day) AS day, person_key, 1.0 AS weight,
        CASE WHEN known THEN completed ELSE 0 END::DOUBLE AS numerator, known::INT::DOUBLE AS denominator,
        (ended AND NOT known) OR NOT tells AS unknown,
        CASE WHEN NOT ended THEN last_day ELSE end_day + CASE WHEN inferred THEN reopen ELSE 0 END END <= seen_day AS mature
    FROM taken""",
    f"{ALL_NEEDS}, {worked('answers')}, {CYCLES}",
    week("day"),
)
ASSESSED = f"""
assessed AS (SELECT person_key, started_day AS day, source, activity_id FROM activities WHERE kind = 'assess' AND {DONE_DAY}),
index_day AS (
    SELECT person_key, min(day) AS day, arg_min(source, (day, activity_id)) AS source FROM assessed
    WHERE person_key IS NOT NULL GROUP BY person_key
),
later AS (
    SELECT i.person_key, min(p.day - i.day) AS back, count(*) FILTER (p.day - i.day <= 365) AS times
    FROM keyed p JOIN index_day i ON p.unit = i.person_key WHERE p.day > i.day GROUP BY i.person_key
),
followed AS (
    SELECT person_key, day, source, back, coalesce(times, 0) AS times FROM index_day LEFT JOIN later USING (person_key)
    UNION ALL SELECT NULL, day, source, NULL, 0 FROM assessed WHERE person_key IS NULL
)"""


def _after_assessment(numerator: str) -> str:
    return summed(
        f"""SELECT day, person_key, day + 365 <= seen_day AS mature, 1.0 AS weight, ({numerator})::DOUBLE AS numerator,
            CASE WHEN person_key IS NULL THEN 0.0 ELSE 1.0 END AS denominator, person_key IS NULL AS unknown
        FROM followed JOIN sources USING (source)""",
        ",".join((ASKED, DEMANDS_ALONE, PLACED, ASSESSED)),
        week("day"),
    )


def _until_first(sure: str, may_be: str) -> str:
    """How long until it first happened to each need; `may_be` is what nobody wrote down well enough to tell."""
    return waiting(f"""{WORKED},
happened AS (
    SELECT w.need, f.source, w.day, w.moment, coalesce({sure}, false) AS sure,
        row_number() OVER (PARTITION BY w.need ORDER BY w.day, w.seq NULLS LAST, w.moment NULLS LAST, turn, activity_id) AS place
    FROM worked w JOIN firsts f USING (need) WHERE w.day >= f.day AND (coalesce({sure}, false) OR coalesce({may_be}, false))
),
came AS (SELECT * EXCLUDE (source, place) FROM happened WHERE place = 1),
telling AS (SELECT DISTINCT source FROM happened WHERE place = 1 AND sure),
told AS (
    SELECT f.*, coalesce(sure, false) AND t.source IS NOT NULL AS met, coalesce(sure, true) AND t.source IS NOT NULL AS known,
        c.day AS came_day, c.moment AS came_at, seen_at, seen_day
    FROM firsts f LEFT JOIN came c USING (need) LEFT JOIN telling t ON t.source = f.source JOIN sources s ON s.source = f.source
),
observed AS (
    SELECT {week("day")} AS start, person_key, met, known, day + 90 <= seen_day AS mature,
        CASE WHEN met OR NOT known THEN 'over' END AS result,
        greatest(0.0, CASE
            WHEN met THEN CASE WHEN precise AND came_at IS NOT NULL THEN (came_at - moment) / {DAY} ELSE came_day - day END
            WHEN precise THEN (seen_at - moment) / {DAY} ELSE seen_day - day END) AS days
    FROM told
)""")


DECIDED = f"""
decisive AS (
    SELECT *, coalesce((kind IN ('screen', 'assess', 'decide') AND outcome IN ('screened_out', 'refused', 'nfa', 'closed'))
        OR (kind = 'close' AND NOT coalesce(outcome IN ('done', 'advice_only', 'upheld', 'overturned'), false)), false) AS out
    FROM worked WHERE kind IN ('close', 'do') OR (kind IN ('screen', 'assess', 'decide') AND outcome <> 'other')
),
first_decisions AS (
    SELECT need, out, day AS decided_day, unit AS decided_unit, person_key AS decided_person,
        row_number() OVER (PARTITION BY need ORDER BY {IN_ORDER}) AS place
    FROM decisive WHERE need IS NOT NULL
),
decided AS (
    SELECT f.need, f.source, f.person_key, f.day, d.out, d.decided_day, decided_person,
        coalesce(CASE WHEN f.person_key IS NOT NULL OR proxy = 'place' THEN f.unit END, decided_unit) AS unit
    FROM firsts f JOIN sources USING (source) LEFT JOIN first_decisions d ON d.need = f.need AND d.place = 1
)"""
SCREENED_OUT = summed(
    """SELECT day, person_key, day <= seen_day AS mature, 1.0 AS weight, coalesce(out, false)::INT::DOUBLE AS numerator,
        (out IS NOT NULL)::INT::DOUBLE AS denominator, out IS NULL AS unknown
    FROM (
        SELECT coalesce(decided_day, day) AS day, person_key, out, source FROM decided
        UNION ALL SELECT day, person_key, NULL, source FROM decisive WHERE need IS NULL AND kind <> 'do'
    ) JOIN sources USING (source)""",
    f"{WORKED}, {DECIDED}",
    week("day"),
)
RETURNED = summed(
    """SELECT d.decided_day AS day, coalesce(d.person_key, decided_person) AS person_key, 1.0 AS weight,
        d.decided_day + 365 <= seen_day AS mature,
        CASE WHEN b.day - d.decided_day <= 365 THEN 1.0 ELSE 0.0 END AS numerator,
        CASE WHEN d.unit IS NULL THEN 0.0 ELSE 1.0 END AS denominator, d.unit IS NULL AS unknown
    FROM turned_away d JOIN sources USING (source) LEFT JOIN back b USING (need)""",
    f"""{WORKED}, {DECIDED},
turned_away AS MATERIALIZED (SELECT * FROM decided WHERE out),
back AS (
    SELECT d.need, min(p.day) AS day FROM turned_away d JOIN keyed p ON p.unit = d.unit AND p.day > d.decided_day
    GROUP BY d.need
)""",
    week("day"),
)
ASSESS_WITHOUT_DO = summed(
    f"""SELECT day, person_key, day + 90 <= seen_day AS mature, 1.0 AS weight, need IS NULL AS unknown,
        CASE WHEN need IS NOT NULL AND (done_day IS NULL OR done_day - day > 90) THEN 1.0 ELSE 0.0 END AS numerator,
        CASE WHEN need IS NULL THEN 0.0 ELSE 1.0 END AS denominator
    FROM (SELECT *, min(CASE WHEN kind = 'do' THEN day END) OVER (
            PARTITION BY need ORDER BY {IN_ORDER} ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS done_day
        FROM worked WHERE kind IN ('assess', 'do'))
    JOIN sources USING (source) WHERE kind = 'assess'""",
    WORKED,
    week("day"),
)
FRONT_DOORS = f"""
WITH used AS (
    SELECT {year("received_day")} AS start, front_door, person_key, min(received_day) AS day, any_value(source) AS source
    FROM demands WHERE {DATED} GROUP BY ALL
)
SELECT start, count(DISTINCT front_door)::DOUBLE AS numerator, count(front_door) AS n,
    count(DISTINCT person_key) FILTER (front_door IS NOT NULL) AS people, count(*) FILTER (front_door IS NULL) AS unknown
FROM used JOIN sources USING (source) WHERE day <= seen_day GROUP BY start ORDER BY start"""
AGENCIES = summed(
    f"""SELECT start AS day, person_key, {year_end("start")} <= seen_day AS mature, 1.0 AS weight, numerator::DOUBLE AS numerator,
        CASE WHEN person_key IS NULL THEN 0.0 ELSE 1.0 END AS denominator, person_key IS NULL AS unknown
    FROM (
        SELECT person_key, start, count(DISTINCT agency) AS numerator, any_value(source) AS source
        FROM happened WHERE person_key IS NOT NULL GROUP BY person_key, start
        UNION ALL SELECT NULL, start, 0, source FROM happened WHERE person_key IS NULL
    ) JOIN sources USING (source)""",
    f"""
happened AS (
    SELECT person_key, source, start, CASE WHEN lower(agency) NOT IN ('', 'all', 'unstated') THEN agency END AS agency
    FROM (
        SELECT person_key, source, {year("received_day")} AS start, agency FROM demands WHERE received_day IS NOT NULL
        UNION ALL
        SELECT person_key, source, {year("started_day")}, CASE WHEN kind = 'refer' THEN coalesce(to_agency, agency) ELSE agency END
        FROM activities WHERE started_day IS NOT NULL
    )
)""",
    "day",
)
CASE_COST = f"""
SELECT coalesce(agency, 'agency not recorded') || ', ' || year(DATE '1970-01-01' + started_day) AS key,
    sum(cost_pence) / 100 AS value, count(cost_pence) AS n,
    count(DISTINCT person_key) FILTER (cost_pence IS NOT NULL) AS people
FROM activities WHERE {DONE_DAY} GROUP BY key ORDER BY key"""
CONCENTRATION = f"""
WITH began AS (SELECT source, {covered_from("min(received_day)")} AS since FROM demands WHERE {DATED} GROUP BY source),
asked AS (
    SELECT {year("received_day")} AS start, person_key, source FROM demands JOIN began USING (source)
    WHERE {DATED} AND {year("received_day")} >= since
),
totals AS (
    SELECT start, person_key, count(*) AS amount, any_value(source) AS source FROM asked WHERE person_key IS NOT NULL
    GROUP BY start, person_key
),
counts AS (
    SELECT start, area, arg_max(people, (period_day, people)) AS people
    FROM (SELECT DISTINCT start FROM asked) JOIN population ON period_day <= {year_end("start")}
    WHERE people IS NOT NULL GROUP BY start, area
),
residents AS (
    SELECT start, sum(people) AS residents FROM counts GROUP BY start
    HAVING count(*) = (SELECT count(DISTINCT area) FROM population WHERE people IS NOT NULL)
),
ranked AS (
    SELECT *, sum(tied) OVER (PARTITION BY start ORDER BY amount DESC ROWS UNBOUNDED PRECEDING) - tied AS above
    FROM (SELECT start, amount, count(*) AS tied FROM totals GROUP BY start, amount)
),
observed AS (
    SELECT start, person_key, amount::DOUBLE AS denominator, source,
        amount * greatest(0.0, least(1.0, (0.01 * residents - above) / tied)) AS numerator
    FROM totals JOIN ranked USING (start, amount) JOIN residents USING (start)
    UNION ALL SELECT start, NULL, 0.0, source, 0.0 FROM asked WHERE person_key IS NULL
)
SELECT start, sum(numerator) AS numerator, sum(denominator) AS denominator, count(*) FILTER (denominator > 0) AS n,
    count(DISTINCT person_key) AS people, count(*) FILTER (denominator = 0) AS unknown
FROM observed JOIN sources USING (source) WHERE {year_end("start")} <= seen_day GROUP BY start ORDER BY start"""
HOUSEHOLDS = f"""
WITH spans AS (
    SELECT d.source, {covered_from("min(received_day)")} AS since, {year("any_value(seen_day)")} AS until,
        any_value(seen_day) AS seen_day
    FROM demands d JOIN sources USING (source) WHERE {DATED} GROUP BY d.source
),
covered AS (
    SELECT household_id, agency, source, {year("received_day")} AS start FROM demands JOIN spans USING (source)
    WHERE {DATED} AND {year("received_day")} >= since
),
asking AS (
    SELECT household_id, start, count(DISTINCT agency) AS agencies, min(source) AS source FROM covered
    WHERE household_id IS NOT NULL GROUP BY household_id, start
),
years AS (
    SELECT source, unnest(range(year(DATE '1970-01-01' + since), year(DATE '1970-01-01' + until) + 1)) AS y FROM spans
    WHERE since <= until
),
listed AS (
    SELECT DISTINCT household_id, source, (make_date(y, 1, 1) - DATE '1970-01-01')::INT AS start
    FROM people JOIN years USING (source)
    WHERE household_id IS NOT NULL AND coalesce(from_day <= make_date(y, 12, 31) - DATE '1970-01-01', true)
        AND coalesce(to_day >= make_date(y, 1, 1) - DATE '1970-01-01', true)
),
homes AS (
    SELECT household_id, start, min(source) AS source
    FROM (SELECT household_id, start, source FROM asking UNION ALL SELECT household_id, start, source FROM listed)
    GROUP BY household_id, start
)
SELECT start, count(*) FILTER (agencies >= 2)::DOUBLE AS numerator, count(*)::DOUBLE AS denominator, count(*) AS n,
    any_value(untold) AS unknown
FROM homes h LEFT JOIN asking a USING (household_id, start) JOIN spans s ON s.source = h.source
    LEFT JOIN (SELECT start, count(*) AS untold FROM covered WHERE household_id IS NULL GROUP BY start) USING (start)
WHERE {year_end("start")} <= seen_day GROUP BY start ORDER BY start"""
CODES = "list_filter(list_transform(string_split(lower({0}), ';'), lambda x: trim(x)), lambda x: x <> '')"
UNDERLYING = f"""
WITH {BEGUN},
studied AS (
    SELECT need_key, any_value({CODES.format("issues")}) AS behind FROM source_needs WHERE issues IS NOT NULL GROUP BY need_key
),
doors AS (
    SELECT front_door, any_value({CODES.format("remit")}) AS remit FROM front_doors WHERE remit IS NOT NULL GROUP BY front_door
),
rows AS (
    SELECT f.front_door, f.person_key, len(list_filter(behind, lambda x: NOT list_contains(remit, x))) > 0 AS outside
    FROM firsts f JOIN studied USING (need_key) JOIN doors USING (front_door) JOIN sources USING (source)
    WHERE f.day <= seen_day AND len(behind) > 0 AND len(remit) > 0
)
SELECT front_door AS key, count(*) FILTER (outside) / count(*) AS value, count(*) AS n, count(DISTINCT person_key) AS people
FROM rows GROUP BY front_door ORDER BY front_door"""
DEMANDS_PER_PERSON = f"""
SELECT {year("received_day")} AS start, count(*) FILTER (person_key IS NOT NULL)::DOUBLE AS numerator,
    count(DISTINCT person_key)::DOUBLE AS denominator, count(DISTINCT person_key) AS n, count(DISTINCT person_key) AS people,
    count(*) FILTER (person_key IS NULL) AS unknown
FROM demands JOIN sources USING (source) WHERE {DATED} AND received_day <= seen_day GROUP BY start ORDER BY start"""
OWN_NAMES = """
called AS (
    SELECT n.*, coalesce(d.need_id, d.demand_id) AS need_id FROM {needs} n JOIN demands d ON d.demand_id = n.{demand}
),
rated AS (
    SELECT need_id, rating, asked_on_day, (asked_on_day, judgement_id) AS rank FROM outcome
    WHERE NOT coalesce(withdrawn, false) AND rating IS NOT NULL AND asked_on_day IS NOT NULL
        AND coalesce(rated_by IN ('self', 'person'), true)
)"""
CONDITION = f"""
WITH {BEGUN}, {OWN_NAMES.format(needs="firsts", demand="demand_id")},
owned AS (
    SELECT need_id, person_key, coalesce(person_key, -1 - need) AS whose FROM called JOIN sources USING (source)
    WHERE day <= seen_day
),
told AS (
    SELECT whose, arg_max(rating, rank) - arg_min(rating, rank) AS change, count(DISTINCT asked_on_day) AS times
    FROM rated JOIN owned USING (need_id) GROUP BY whose
),
judged AS (
    SELECT CASE WHEN coalesce(times, 0) < 2 THEN 'not asked, or only once' WHEN change > 0 THEN 'better'
            WHEN change < 0 THEN 'worse' ELSE 'the same' END AS key
    FROM (SELECT DISTINCT whose FROM owned) LEFT JOIN told USING (whose)
)
SELECT key, count(*) / sum(count(*)) OVER () AS value, (sum(count(*)) OVER ())::BIGINT AS n,
    (SELECT count(DISTINCT person_key) FROM owned) AS people
FROM judged GROUP BY key"""
HARDEST = f"""
WITH {ALL_NEEDS}, {OWN_NAMES.format(needs="needs", demand="opened_by")},
first_rated AS (
    SELECT need_id, arg_min(rating, rank) AS rating, min(asked_on_day) AS rated_day FROM rated GROUP BY need_id
),
known AS (
    SELECT n.*, rating, coalesce(result = 'met' AND end_day - day BETWEEN 0 AND 90, false) AS helped
    FROM called n JOIN first_rated USING (need_id)
    WHERE day <= seen_day AND NOT coalesce(result = 'met' AND rated_day > end_day, false)
),
ranked AS (
    SELECT *, (rank() OVER (ORDER BY rating) + (count(*) OVER (PARTITION BY rating) - 1) / 2 - 0.5) / count(*) OVER () AS place
    FROM known
),
thirds AS (
    SELECT year(DATE '1970-01-01' + day) AS year, helped, person_key,
        CASE WHEN place < 1 / 3 THEN 'hardest' WHEN place > 2 / 3 THEN 'easiest' ELSE 'middle' END AS difficulty
    FROM ranked
    WHERE day + 90 + CASE WHEN inferred AND end_day IS NOT NULL THEN reopen ELSE 0 END <= seen_day
)
SELECT year || ': ' || difficulty || ' third' AS key, count(*) FILTER (helped) / count(*) AS value, count(*) AS n,
    count(DISTINCT person_key) AS people
FROM thirds GROUP BY key ORDER BY key"""
DOCUMENTS = f"""
WITH written AS (
    SELECT document_id, person_key, source, {year("created_day")} AS start, created_day AS day,
        coalesce(content_hash, 'only ' || document_id) AS content
    FROM documents WHERE {tells_its_year("created")}
),
once AS (
    SELECT person_key, source, start FROM written WHERE person_key IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY person_key, content ORDER BY day, document_id) = 1
),
counted AS (
    SELECT start, person_key, count(*) AS documents, any_value(source) AS source, false AS unknown FROM once
    GROUP BY start, person_key
    UNION ALL SELECT start, NULL, 0, source, true FROM written WHERE person_key IS NULL
)
SELECT start, sum(documents)::DOUBLE AS numerator, count(*) FILTER (NOT unknown)::DOUBLE AS denominator,
    count(*) FILTER (NOT unknown) AS n, count(DISTINCT person_key) AS people, count(*) FILTER (unknown) AS unknown
FROM counted JOIN sources USING (source) WHERE {year_end("start")} <= seen_day GROUP BY start ORDER BY start"""
WANTED = summed(
    """SELECT day, person_key, day <= seen_day AS mature, 1.0 AS weight, got::INT::DOUBLE AS numerator, 1.0 AS denominator,
        false AS unknown
    FROM things JOIN sources USING (source)""",
    f"""{WORKED}, {OWN_NAMES.format(needs="firsts", demand="demand_id")},
lists AS (SELECT want_id, need_id FROM want WHERE NOT coalesce(withdrawn, false) AND need_id IS NOT NULL),
listed AS (SELECT * FROM called WHERE need_id IN (SELECT need_id FROM lists)),
asked_for AS (
    SELECT a.activity_id, a.started_day AS day, l.need_id FROM activities a JOIN lists l USING (want_id)
    WHERE a.started_day IS NOT NULL
),
done_for AS (SELECT w.activity_id, w.day, l.need_id FROM worked w JOIN listed l USING (need) WHERE w.kind = 'do'),
things AS (
    SELECT t.day, l.person_key, l.source, got
    FROM (
        SELECT *, true AS got FROM asked_for
        UNION ALL SELECT *, false FROM done_for WHERE activity_id NOT IN (SELECT activity_id FROM asked_for)
    ) t JOIN listed l USING (need_id)
)""",
    first_of("quarter", "day"),
)
CONTINUITY = summed(
    f"""SELECT start AS day, person_key, {year_end("start")} <= seen_day AS mature, 1.0 AS weight, unknown,
        CASE WHEN contacts >= 2 THEN most ELSE 0 END::DOUBLE AS numerator,
        CASE WHEN contacts >= 2 THEN contacts ELSE 0 END::DOUBLE AS denominator
    FROM (
        SELECT start, person_key, max(seen) AS most, sum(seen) AS contacts, any_value(source) AS source, false AS unknown
        FROM (SELECT start, person_key, worker_id, count(*) AS seen, any_value(source) AS source FROM contacts
            WHERE person_key IS NOT NULL AND worker_id IS NOT NULL GROUP BY start, person_key, worker_id)
        GROUP BY start, person_key
        UNION ALL
        SELECT start, person_key, 0, 0, source, true FROM contacts WHERE person_key IS NULL OR worker_id IS NULL
    ) JOIN sources USING (source)""",
    f"""
contacts AS (
    SELECT {year("started_day")} AS start, person_key, worker_id, source FROM activities
    WHERE {tells_its_year("started")} AND kind IN ('screen', 'assess', 'do', 'visit', 'meet')
)""",
    "day",
)
REPEATED = summed(
    """SELECT day, person_key, day <= seen_day AS mature, 1.0 AS weight, NOT known AS unknown,
        known::INT::DOUBLE AS numerator, known::INT::DOUBLE AS denominator
    FROM again JOIN sources USING (source)
    WHERE NOT known OR DATE '1970-01-01' + day < DATE '1970-01-01' + previous + INTERVAL 24 MONTHS""",
    f"""
works AS (
    SELECT person_key, need_key, CASE WHEN need_key IS NULL THEN issue_key END AS issue_key, type, started_day AS day, source,
        person_key IS NOT NULL AND type IS NOT NULL AS known
    FROM activities WHERE {DONE_DAY} AND coalesce(kind NOT IN ('close', 'reopen', 'incident'), true)
),
again AS (
    SELECT *, lag(day) OVER (PARTITION BY person_key, need_key, issue_key, type ORDER BY day) AS previous FROM works WHERE known
    UNION ALL SELECT *, NULL FROM works WHERE NOT known
)""",
    week("day"),
)
AFTER_REDESIGN = f"""
WITH dated AS (SELECT person_key, source, service, received_day AS day FROM demands WHERE {DATED}),
began AS (SELECT service, min(day) AS began FROM dated GROUP BY service),
changes AS (
    SELECT change_id, service AS changed, from_day FROM change WHERE NOT coalesce(withdrawn, false) AND from_day IS NOT NULL
),
cohorts AS (
    SELECT *, 'after the change' AS cohort, from_day AS cut FROM changes
    UNION ALL SELECT *, 'the year before', from_day - 365 FROM changes
    WHERE (SELECT min(began) FROM began WHERE changed IS NULL OR service = changed) <= from_day - 730
    UNION ALL SELECT *, 'other services', from_day FROM changes
    WHERE changed IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM changes o WHERE o.changed IS NULL AND abs(o.from_day - changes.from_day) < 365)
),
near AS (
    SELECT change_id, changed, from_day, cohort, cut, person_key, day, source FROM cohorts JOIN dated
        ON day >= cut - 365 AND day < cut + 365 AND CASE
            WHEN cohort <> 'other services' THEN coalesce(service = changed, changed IS NULL)
            ELSE service IS NOT NULL AND service NOT IN (
                SELECT o.changed FROM changes o WHERE o.changed IS NOT NULL AND abs(o.from_day - cohorts.from_day) < 365) END
),
asked AS (
    SELECT change_id, changed, from_day, cohort, cut, person_key, min(day) AS first, max(day) AS last, min(source) AS source
    FROM near WHERE person_key IS NOT NULL GROUP BY ALL HAVING min(day) < cut
),
left_us AS (
    SELECT person_key, min(to_day) AS gone_day, bool_and(to_day IS NULL) AS unsure FROM people
    WHERE end_kind IN ('died', 'moved') AND person_key IS NOT NULL GROUP BY person_key
)
SELECT coalesce(changed, 'all services') || strftime(DATE '1970-01-01' + from_day, ', %-d %B %Y: ') || cohort AS key,
    count(*) FILTER (last < cut) / count(*) AS value, count(*) AS n, count(*) AS people
FROM asked LEFT JOIN left_us USING (person_key) JOIN sources USING (source)
WHERE cut + 364 <= seen_day AND NOT (last < cut AND coalesce(unsure OR gone_day < cut + 365, false))
GROUP BY key ORDER BY key"""
STOPPED = f"""
WITH {ALL_NEEDS},
left_us AS (
    SELECT person_key, min(to_day) AS gone_day, bool_and(to_day IS NULL) AS unsure FROM people
    WHERE end_kind IN ('died', 'moved') AND person_key IS NOT NULL GROUP BY person_key
),
source_began AS (SELECT source, min(day) AS began FROM every_need GROUP BY source),
unmet AS (
    SELECT n.*, began, n.person_key IS NULL OR coalesce(unsure, false) AS unknown,
        least(coalesce(CASE WHEN result IN ('met', 'died', 'moved') THEN end_day END, {EVER}), coalesce(gone_day, {EVER})) AS over
    FROM needs n LEFT JOIN left_us USING (person_key) JOIN source_began USING (source) WHERE day <= seen_day
),
spells AS (
    SELECT p.unit, f.issue, p.day, lead(p.day) OVER (PARTITION BY p.unit, f.issue ORDER BY p.day) AS next_day
    FROM placed p JOIN firsts f USING (need) WHERE p.unit IS NOT NULL
),
fell AS (
    SELECT u.need, min(s.day + 365) AS silent_day FROM unmet u JOIN spells s
        ON s.unit = u.unit AND s.issue = u.issue AND s.day >= u.day AND s.day + 365 < u.over
    WHERE (s.next_day IS NULL OR s.next_day - s.day > 365) AND s.day + 365 <= u.seen_day GROUP BY u.need
),
stood AS (
    SELECT u.*, silent_day,
        CASE WHEN unknown THEN day ELSE greatest(day, least(over, coalesce(silent_day, {EVER}), seen_day)) END AS last
    FROM unmet u LEFT JOIN fell USING (need)
),
years AS (
    SELECT *, unnest(range(year(DATE '1970-01-01' + day), year(DATE '1970-01-01' + last::INT) + 1)) AS y FROM stood
),
observed AS (
    SELECT make_date(y, 1, 1) - DATE '1970-01-01' AS start, person_key, unknown,
        NOT unknown AND coalesce(year(DATE '1970-01-01' + silent_day) = y, false) AS silent,
        greatest(make_date(y, 12, 31) - DATE '1970-01-01',
            CASE WHEN result = 'met' AND inferred AND end_day <= make_date(y, 12, 31) - DATE '1970-01-01' THEN end_day + reopen END
        ) <= seen_day AS mature
    FROM years WHERE make_date(y, 1, 1) - DATE '1970-01-01' >= began + 334
)
SELECT start, count(*) FILTER (silent)::DOUBLE AS numerator, count(*) FILTER (NOT unknown)::DOUBLE AS denominator,
    count(*) FILTER (NOT unknown) AS n, count(DISTINCT person_key) FILTER (NOT unknown) AS people,
    count(DISTINCT person_key) FILTER (silent) AS people_in, count(*) FILTER (unknown) AS unknown
FROM observed WHERE mature GROUP BY start ORDER BY start"""
MET_PER_FTE = summed(
    """SELECT day, person_key, mature, 1.0 AS weight, numerator, denominator, unknown FROM met_needs
    UNION ALL SELECT day, NULL, week_day + 6 <= seen_day, 1.0, 0.0, greatest(coalesce(full_time_equivalents, 0.0), 0.0),
        full_time_equivalents IS NULL OR full_time_equivalents < 0 FROM staffed""",
    f"""{ALL_NEEDS},
staffed AS (
    SELECT team, {week("week_day")} AS day, week_day, full_time_equivalents, seen_day FROM staffing JOIN sources USING (source)
    WHERE week_day IS NOT NULL AND week_day <= seen_day
),
team_weeks AS (SELECT DISTINCT team, day FROM staffed WHERE full_time_equivalents > 0),
teams AS (
    SELECT need_key, arg_min(team, (started_at, coalesce(seq, {EVER}), activity_id)) AS team FROM activities
    WHERE team IS NOT NULL AND need_key IS NOT NULL GROUP BY need_key
),
answering AS (
    SELECT demand_id AS opened_by, arg_min(team, (started_at, coalesce(seq, {EVER}), activity_id)) AS answering_team FROM activities
    WHERE team IS NOT NULL AND need_key IS NULL AND demand_id IS NOT NULL GROUP BY demand_id
),
met_needs AS (
    SELECT {week("end_day")} AS day, person_key, t.team IS NOT NULL AND end_day >= n.day AS known,
        known::INT::DOUBLE AS numerator, 0.0 AS denominator, NOT known AS unknown,
        end_day + CASE WHEN inferred THEN reopen ELSE 0 END <= seen_day AS mature
    FROM (
        SELECT e.*, coalesce(teams.team, answering_team) AS team FROM every_need e
            LEFT JOIN teams USING (need_key) LEFT JOIN answering USING (opened_by) WHERE result = 'met' AND end_day <= seen_day
    ) n LEFT JOIN team_weeks t ON t.team = n.team AND t.day = {week("n.end_day")}
)""",
    week("day"),
)
TOTAL_COST = summed(
    f"""SELECT started_day AS day, person_key, started_day <= seen_day AS mature, 1.0 AS weight,
        coalesce(cost_pence / 100, 0.0) AS numerator, (cost_pence IS NOT NULL)::INT::DOUBLE AS denominator,
        cost_pence IS NULL AS unknown
    FROM activities JOIN sources USING (source) WHERE {DONE_DAY}""",
    "",
    first_of("month", "day"),
)
CARE_USED = summed(
    f"""SELECT started_day AS day, person_key, 1.0 AS weight, coalesce(CASE WHEN quantity >= 0 THEN quantity END, 0.0) AS numerator,
        CASE WHEN quantity >= 0 THEN entitled_quantity ELSE 0.0 END AS denominator, NOT coalesce(quantity >= 0, false) AS unknown,
        greatest(started_day, CASE WHEN ended_day BETWEEN started_day AND seen_day AND NOT coalesce(end_doubtful, false)
            THEN ended_day END) <= seen_day AS mature
    FROM activities JOIN sources USING (source) WHERE {DONE_DAY} AND entitled_quantity > 0""",
    "",
    first_of("month", "day"),
)
CRISIS = summed(
    """SELECT day, person_key, day <= seen_day AS mature, 1.0 AS weight, found = 3 OR crisis IS NULL AS unknown,
        CASE WHEN found <> 3 AND crisis THEN 1.0 ELSE 0.0 END AS numerator,
        CASE WHEN found <> 3 AND crisis IS NOT NULL THEN 1.0 ELSE 0.0 END AS denominator
    FROM (
        SELECT f.*, seen_day, coalesce(o.crisis, a.crisis) AS crisis FROM firsts f JOIN sources USING (source)
            LEFT JOIN own_doors o ON o.source = f.source AND o.front_door = f.front_door
            LEFT JOIN agreed_doors a ON a.front_door = f.front_door
    )""",
    f"""{BEGUN},
own_doors AS (SELECT source, front_door, bool_or(kind = 'crisis') AS crisis FROM front_doors WHERE kind IS NOT NULL GROUP BY ALL),
agreed_doors AS (
    SELECT front_door, bool_or(kind = 'crisis') AS crisis FROM front_doors WHERE kind IS NOT NULL GROUP BY front_door
    HAVING count(DISTINCT kind = 'crisis') = 1
)""",
    week("day"),
)
OVERTURNED = summed(
    f"""SELECT started_day AS day, person_key, started_day <= seen_day AS mature, 1.0 AS weight, 1.0 AS denominator,
        false AS unknown, (outcome = 'overturned')::INT::DOUBLE AS numerator
    FROM activities JOIN sources USING (source) WHERE {DONE_DAY} AND kind = 'decide' AND outcome IN ('upheld', 'overturned')""",
    "",
    week("day"),
)
QUERIES = {
    "agencies_per_person": AGENCIES, "assess_without_do": ASSESS_WITHOUT_DO, "care_used": CARE_USED, "case_cost": CASE_COST,
    "concentration": CONCENTRATION, "condition": CONDITION, "continuity": CONTINUITY, "crisis_first": CRISIS,
    "cycles_per_need": CYCLES_PER_NEED, "demand_after_redesign": AFTER_REDESIGN,
    "demands_after_assessment": _after_assessment("times"), "demands_per_person": DEMANDS_PER_PERSON,
    "documents_per_person": DOCUMENTS, "front_doors": FRONT_DOORS, "hardest_served": HARDEST,
    "multi_service_households": HOUSEHOLDS, "needs_met_per_fte": MET_PER_FTE, "overturned": OVERTURNED,
    "presented_and_underlying": UNDERLYING, "re_presentation": _after_assessment("coalesce(back <= 365, false)::INT"),
    "repeated_work": REPEATED, "screened_out": SCREENED_OUT, "screened_out_returned": RETURNED, "stopped_asking": STOPPED,
    "time_to_first_value_work": _until_first(
        "kind = 'do' AND work = 'value'", "kind = 'do' AND (work IS NULL OR work = 'unclassified')"
    ),
    "time_to_screened_in": _until_first("outcome = 'screened_in'", "false"), "unit_and_total_cost": TOTAL_COST,
    "wanted_and_received": WANTED,
}  # fmt: skip
