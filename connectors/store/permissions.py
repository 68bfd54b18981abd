"""Who may read and write what in the store: deny by default, one sentence where the answer is no."""

from __future__ import annotations

from connectors.store.errors import StoreDenied
from measures.model.principal import Principal

PERSON_FRAMES = ("demands", "activities", "source_needs", "people", "documents", "clocks", "caseload")
PERSON_JUDGEMENTS = ("classification", "want", "outcome", "condition_observation", "need_merge")
WORDS = {"demands": ("verbatim",), "source_needs": ("own_words",)}
_READS_PEOPLE = ("team", "leader", "local")
_READS_WORDS = ("team", "local")
_STEWARDS = ("steward", "local")


def may_read(principal: Principal, frame: str) -> None:
    """Refuse rows about single people to those who may only see aggregates.

    Raises:
        StoreDenied: the role sees no rows of people.
    """
    if frame in (*PERSON_FRAMES, *PERSON_JUDGEMENTS) and principal.role not in _READS_PEOPLE:
        raise StoreDenied(f"The role {principal.role!r} sees no rows about single people ({frame}); ask for a release.")


def hidden_words(principal: Principal, frame: str) -> tuple[str, ...]:
    """The columns of people's own words that this person does not get."""
    return () if principal.role in _READS_WORDS else WORDS.get(frame, ())


def view(principal: Principal) -> tuple[str, ...]:
    """What a derived file depends on besides its parameters: two principals never share one."""
    if principal.role not in _READS_PEOPLE:
        seen = "no rows about people"  # what others built of such rows is not theirs to read
    else:
        seen = "with words" if principal.role in _READS_WORDS else "without words"
    return (seen, *sorted(principal.scope))


def may_keep_house(principal: Principal, action: str) -> None:
    """Refuse imports, quarantine and the like to all but stewards.

    Raises:
        StoreDenied: the role does not look after the sources.
    """
    if principal.role not in _STEWARDS:
        raise StoreDenied(f"The role {principal.role!r} cannot {action}; a data steward can.")


def may_judge(principal: Principal, name: str) -> None:
    """Refuse judgements to roles that make none of this kind.

    Raises:
        StoreDenied: the role judges no such thing.
    """
    allowed = ("team", "local") if name in PERSON_JUDGEMENTS else ("team", "leader", "local")
    if principal.role not in allowed:
        raise StoreDenied(f"The role {principal.role!r} cannot write a {name.replace('_', ' ')}; the team does.")
