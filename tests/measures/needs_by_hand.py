"""The rule of needs once more, slowly: loops over lists, one person at a time, sharing nothing with the program.

Written from design and documentation (docs/explanation/needs.md), to be compared with `measures.needs` on histories
that chance makes. A history is lists of dicts:

    demands   id, day, seq, person, issue, need, tie (what decides between two of one day)
    acts      id, day, seq, person, issue, need, tie, demand, kind (close, reopen), outcome
    owned     need -> (end_day, end_kind) or None
    left      person -> (day, died or moved)
    answers   need -> (asked_on, answer, met_on, enough)
"""

from __future__ import annotations

from dataclasses import dataclass, field

TURNED_AWAY = {"screened_out": "screened_out", "refused": "screened_out", "nfa": "closed_unmet"}


@dataclass
class Need:
    """One need as a reader of the rule would write it down."""

    first: dict
    demands: list[dict] = field(default_factory=list)
    reopen: int = 180
    own: bool = False
    person: str | None = None
    end_kind: str = "open"
    end_day: int | None = None
    inferred: bool = True
    returned: int | None = None

    @property
    def name(self) -> str:
        """The source's name for it, or its first demand's."""
        return self.first["need"] or self.first["id"]


def when(event: dict) -> tuple:
    """Order: by day; a demand known to the day opens it, an end closes it; then `seq`, where a source gives one."""
    numbered = event["seq"] is not None
    kind = ("ask", "close", "reopen", "end").index(event.get("kind", "ask"))
    return (event["day"], kind > 0 and not numbered, event["seq"] if numbered else 10**9, kind, event["tie"])


def patience(issue: str | None, reopen: int | None) -> int:
    if reopen is not None:
        return reopen
    return 56 if issue is None else 180


def form_needs(demands: list[dict], reopen: int | None) -> list[Need]:
    """Which need each demand belongs to."""
    needs: list[Need] = []
    people = {}
    for demand in demands:
        if demand["need"] is not None and demand["person"] is not None:
            people[demand["need"]] = max(demand["person"], people.get(demand["need"], ""))
    for demand in sorted(demands, key=when):
        if demand["need"] is not None:
            mine = [need for need in needs if need.own and need.first["need"] == demand["need"]]
        elif demand["person"] is not None:
            mine = [
                need
                for need in needs
                if not need.own and (need.person, need.first["issue"]) == (demand["person"], demand["issue"])
            ]
            if mine and demand["day"] - mine[-1].demands[-1]["day"] > patience(demand["issue"], reopen):
                mine = []
        else:
            mine = []
        if not mine:
            person = demand["person"] or people.get(demand["need"])
            mine = [Need(demand, [], patience(demand["issue"], reopen), demand["need"] is not None, person)]
            needs.extend(mine)
        mine[-1].demands.append(demand)
    return needs


def need_of(act: dict, needs: list[Need]) -> Need | None:
    """The need an activity belongs to: the one it names, the one whose demand it answers, else the strand's latest."""
    for need in needs:
        if act["need"] is not None and need.own and need.first["need"] == act["need"]:
            return need
    for need in needs:
        if act["demand"] is not None and any(demand["id"] == act["demand"] for demand in need.demands):
            return need
    if act["person"] is None:
        return None
    before = [
        need
        for need in needs
        if not need.own
        and (need.person, need.first["issue"]) == (act["person"], act["issue"])
        and when(need.first) < when(act)
    ]
    return max(before, key=lambda need: when(need.first)) if before else None


def comes_back(need: Need, after: dict, needs: list[Need]) -> int | None:
    """The day of the strand's next demand after an end: the person's about this issue, in whatever need."""
    later = [
        demand["day"]
        for other in needs
        if other is need or (need.person is not None and (other.person, other.first["issue"]) == strand(need))
        for demand in other.demands
        if when(demand) > when(after)
    ]
    return min(later, default=None)


def strand(need: Need) -> tuple:
    return (need.person, need.first["issue"])


def end(need: Need, acts: list[dict], needs: list[Need], owned: dict, left: dict) -> None:
    """How the need ended, from what was recorded."""
    mine = sorted((act for act in acts if need_of(act, needs) is need and when(act) > when(need.first)), key=when)
    reopened = [place for place, act in enumerate(mine) if act["kind"] == "reopen"]
    closures = [act for act in mine[(reopened[-1] + 1 if reopened else 0) :] if act["kind"] == "close"]
    source = owned.get(need.first["need"]) if need.own else None
    if source is not None:
        stop = {"kind": "end", "day": source[0], "seq": None, "tie": 0}
        need.end_day, need.end_kind, need.inferred = source[0], source[1], False
        need.returned = comes_back(need, stop, needs)
        return
    for closure in closures:
        back = comes_back(need, closure, needs)
        kind = TURNED_AWAY.get(closure["outcome"], "met")
        if back is None or back - closure["day"] > need.reopen:
            need.end_day, need.end_kind, need.returned = closure["day"], kind, back
    if need.end_day is None and closures and when(closures[-1]) > when(max(need.demands, key=when)):
        kind = TURNED_AWAY.get(closures[-1]["outcome"], "closed_unmet")
        need.end_day, need.end_kind = closures[-1]["day"], kind
        need.returned = comes_back(need, closures[-1], needs)
    if need.person in left:
        day, how = left[need.person]
        young = need.end_day is not None and day <= need.end_day + need.reopen
        if day >= need.first["day"] and (need.end_day is None or young):
            need.end_day, need.end_kind, need.inferred = day, how, False


def tell(demands: list[dict], acts: list[dict], owned: dict, left: dict, reopen: int | None = None) -> dict[str, dict]:
    """Every need by name: its demands, its end, whether it was met, and the return after it."""
    needs = form_needs(demands, reopen)
    for need in needs:
        end(need, acts, needs, owned, left)
    return {
        need.name: {
            "demands": len(need.demands),
            "day": need.first["day"],
            "end_kind": need.end_kind,
            "end_day": need.end_day,
            "inferred": need.inferred,
            "met": need.end_kind == "met",
            "return_day": need.returned,
        }
        for need in needs
    }
