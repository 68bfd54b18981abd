"""What a steward says of a file's columns, in answers to plain questions, and the mapping that follows from them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from connectors.mapping import Condition, Field, FileFormat, Group, Mapping, Person, Rule

# Each question a person is asked, and what is said under it.
QUESTIONS: dict[str, tuple[str, str]] = {
    "asked": ("When did they ask?", "The date, and the time if there is one, when somebody asked for something."),
    "closed": ("When was it closed?", "Leave out if the file does not say. Closed is not the same as met."),
    "key": ("What tells one request from another?", "A reference number. The same number again is the same request."),
    "person": ("Who asked?", "A person's number. It is replaced by a code at once; the number is never kept."),
    "service": ("Which service?", "Leave out if the whole file is one service."),
    "front_door": ("Where or how did they ask?", "The front door: an office, a telephone line, a form."),
    "issue": ("What was it about?", "The kind of request."),
    "place": ("Which place?", "A property or a site, never a full address or postcode."),
}
TEXTS = ("service", "front_door", "issue", "place")


@dataclass(frozen=True)
class Answers:
    """What a steward said.

    Attributes:
        title: what the source is called. asked … place: the column that answers each question; None: not in this file.
        service_name: the service, where the file names none.
        log: the column that says when each row was written, where one request has several rows.
        proxy: whether the same place and kind of request stands for a person, where nobody is named.
        timezone: of the file's times. encoding: declared, where it is not UTF-8.
        formats: by time column, how its dates are written.
    """

    title: str
    asked: str | None = None
    closed: str | None = None
    key: str | None = None
    person: str | None = None
    service: str | None = None
    front_door: str | None = None
    issue: str | None = None
    place: str | None = None
    service_name: str = ""
    log: str | None = None
    proxy: bool = False
    timezone: str = "Europe/London"
    encoding: str | None = None
    formats: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def times(self) -> tuple[str, ...]:
        """The columns that hold times."""
        return tuple(dict.fromkeys(column for column in (self.asked, self.closed, self.log) if column))

    @property
    def problem(self) -> str | None:
        """What is still missing, in one sentence."""
        if self.asked is None:
            return "Say which column holds when they asked: without a date a row a file cannot become a chart."
        if self.log is not None and self.key is None:
            return "Say which column tells one request from another: in a log, several rows belong to one request."
        return None


def mapping_of(answers: Answers) -> Mapping:
    """The mapping that these answers describe."""
    grouped = answers.log is not None
    fields: list[tuple[str, Field]] = [("received", Field((str(answers.asked),)))]
    fields += [(name, Field((column,))) for name in TEXTS if (column := getattr(answers, name)) is not None]
    if answers.service is None and answers.service_name.strip():
        fields.append(("service", Field(value=answers.service_name.strip())))
    first = (Condition("", "first"),) if grouped else ()
    rules = [Rule("demands", "demand", tuple(fields), first)]
    if answers.closed is not None:
        ends = (
            ("started", Field((answers.closed,))),
            ("kind", Field(value="close")),
            ("outcome", Field(value="closed")),
        )
        given = Condition(answers.closed, "present")
        rules.append(Rule("activities", "closing", ends, (*first, given), answers.asked))
        if grouped:
            again = (given, Condition(answers.closed, "changed"))
            rules.append(Rule("activities", "closing again", ends, again, answers.asked))
    name = short(answers.title)
    return Mapping(
        name=name,
        title=answers.title.strip() or name,
        timezone=answers.timezone,
        rules=tuple(rules),
        key=() if grouped or answers.key is None else (answers.key,),
        proxy="place" if answers.proxy and answers.person is None and answers.place is not None else None,
        warnings=warnings(answers),
        column_formats=tuple((column, formats) for column, formats in answers.formats if column in answers.times),
        person=Person(answers.person, name) if answers.person else None,
        group=Group(str(answers.key), (str(answers.log),)) if grouped else None,
        file=FileFormat(encoding=answers.encoding),
    )


def short(title: str) -> str:
    """A short stable name: "Housing calls 2026.csv" is `housing_calls_2026_csv`.

    >>> short("Housing calls 2026")
    'housing_calls_2026'
    """
    name = re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")[:60] or "source"
    return name if name[0].isalpha() else f"source_{name}"[:63]


def warnings(answers: Answers) -> tuple[str, ...]:
    """What this source cannot say, in sentences that stand beside its figures."""
    said = []
    if answers.person is None:
        said.append("This source names no person: returning people cannot be told from new ones.")
    if answers.closed is None:
        said.append("This source says nothing of how a request ended.")
    else:
        said.append("This source knows only that a request was closed, not whether the need was met.")
    return tuple(said)
