"""From a pasted text to dated numbers: what was understood, what was left out and why, and what a person must be asked."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from pages.own import amounts, cells, dates_alone, days, gaps

NONE = "none"
SAMPLE = 2_000  # rows looked at to find out which column is what; every row is read after that
WAY_WORDS = {
    "tab": "columns with tabs between them", "semicolon": "columns with semicolons between them",
    "bar": "columns with bars between them", "comma": "columns with a comma between them",
    "first_comma": "a date, then one number with a decimal comma", "spaces": "columns with spaces between them",
    "whole": "one number on each line",
}  # fmt: skip


@dataclass(frozen=True)
class Question:
    """Something that could be two things, asked in plain words.

    Attributes:
        name: of the answer. text: the question. options: each answer and its words.
    """

    name: str
    text: str
    options: dict[str, str]


@dataclass(frozen=True)
class Figures:
    """Dated numbers in the order they are charted.

    Attributes:
        points: `day` (Date; all null where there are no dates), `value` and `of` (Float64; a gap is null; `of` is all
            null where there is no second number), `line` (of the text).
        dated: whether there are dates. sized: whether there is a second number to divide by.
        percent: the numbers were written in per cent, and stand here as parts of one. currency: its sign, or empty.
        events: there were dates alone; a value is the days since the date before.
        heading: what the column of numbers was called.
    """

    points: pl.DataFrame
    dated: bool
    sized: bool = False
    percent: bool = False
    currency: str = ""
    events: bool = False
    heading: str = ""


@dataclass(frozen=True)
class Understood:
    """What a text was taken to mean.

    Attributes:
        figures: None where a question is open or nothing can be charted.
        questions: what must be answered first. columns: choices of columns, offered where there are more than needed.
        left_out: `line`, `text`, `why`. remarks: what was done, in sentences.
        read: lines with something on them, without the headings. problem: why there is nothing to chart.
    """

    figures: Figures | None = None
    questions: tuple[Question, ...] = ()
    columns: tuple[Question, ...] = ()
    left_out: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(schema={"line": pl.UInt32, "text": pl.String, "why": pl.String})
    )
    remarks: tuple[str, ...] = ()
    read: int = 0
    problem: str = ""


def understand(text: str, answers: dict[str, str] | None = None) -> Understood:
    """Read a pasted text, or the text of a file.

    Args:
        text: lines of dates and numbers, with or without headings.
        answers: to the questions of an earlier reading, by their names: way, order, decimals, day, value, of.
    """
    said = answers or {}
    lines = cells.lines_of(text)
    if lines.is_empty():
        return Understood(
            problem="There is nothing in it yet: paste a column of numbers, with dates beside them if you can."
        )
    ways = cells.ways_of(lines)
    asked: list[Question] = []
    if len(ways) > 1:
        example = lines["text"][-1].strip()[:40]
        options = {way: f"{WAY_WORDS[way]}: {_cells(lines[-1:], way)}" for way in ways}
        asked.append(Question("way", f"What is “{example}”?", options))
        if said.get("way") not in ways:
            return Understood(questions=tuple(asked))
    return _of_table(cells.cut(lines, said["way"] if len(ways) > 1 else ways[0]), said, asked)


def _cells(line: pl.DataFrame, way: str) -> str:
    """The cells of a line, as they are read that way."""
    held = [cell for cell in cells.cut(line, way).drop("line").row(0) if cell]
    return " and ".join(f"“{cell[:20]}”" for cell in held)


@dataclass(frozen=True)
class _Roles:
    day: str | None
    value: str | None
    of: str | None


def _of_table(table: pl.DataFrame, said: dict[str, str], asked: list[Question]) -> Understood:
    names = [name for name in table.columns if name != "line"]
    headed = _headed(table, names)
    heads = {name: (table[name][0] or "") if headed else "" for name in names}
    body = table[1:] if headed else table
    filled = body.filter(pl.any_horizontal(pl.col(names).is_not_null()))
    if filled.is_empty():
        return Understood(
            questions=tuple(asked), problem="There are headings and nothing below them: paste the rows as well."
        )
    some = filled.gather_every(max(1, filled.height // SAMPLE))
    dates = [name for name in names if _mostly(_reads_as_day(some[name]), some[name])]
    day = dates[0] if dates else None
    numbers = [name for name in names if name not in dates and _mostly(_reads_as_number(some[name]), some[name])]
    labels = {
        name: f"“{heads[name][:40]}”" if heads[name] else f"column {place}" for place, name in enumerate(names, 1)
    }
    roles, choices, asked_roles = _roles(day, dates, numbers, heads, labels, said)
    asked = [*asked, *asked_roles]
    if roles.day is None and roles.value is None:
        first = filled.row(0, named=True)
        seen = " ".join(first[name] for name in names if first[name])[:60]
        return Understood(
            questions=tuple(asked),
            read=filled.height,
            problem=f"No column of numbers was found: line {first['line']} reads “{seen}”. Numbers look like 41, 1,204.5 or 12%.",
        )
    blank = [labels[name] for name in names if filled[name].null_count() == filled.height]
    if roles.value is None and blank:
        return Understood(
            problem=f"Every number is blank in {blank[0]}: there is nothing to chart.", read=filled.height
        )
    month_first = False
    if roles.day is not None:
        order, example = days.order_of(filled[roles.day])
        if order is None:
            asked.append(_order_question(example))
            order = said.get("order")
        month_first = order == "month"
    mark: str | None = amounts.POINT
    columns = [filled[name] for name in (roles.value, roles.of) if name is not None]
    if columns:
        mark, example = amounts.mark_of(columns)
        if mark is None:
            asked.append(_decimal_question(example))
            mark = said.get("decimals")
    if any(question.name not in said or said[question.name] not in question.options for question in asked):
        return Understood(questions=tuple(asked), columns=choices, read=filled.height)
    built = _built(body, roles, month_first, mark or amounts.POINT, heads, said.get("each", ""))
    choices = (*choices, *built.columns)
    return Understood(built.figures, tuple(asked), choices, built.left_out, built.remarks, filled.height, built.problem)


def _headed(table: pl.DataFrame, names: list[str]) -> bool:
    """Whether the first line is headings: nothing in it reads as a date or a number, and something below does."""
    if table.height < 2:
        return False
    first = pl.Series([table[name][0] for name in names], dtype=pl.String).drop_nulls()
    return not _reads_as_day(first).any() and not _reads_as_number(first).any()


def _reads_as_day(texts: pl.Series) -> pl.Series:
    return days.read(texts)["day"].is_not_null() | days.read(texts, month_first=True)["day"].is_not_null()


def _reads_as_number(texts: pl.Series) -> pl.Series:
    return amounts.read(texts, amounts.POINT).is_not_null() | amounts.read(texts, amounts.COMMA).is_not_null()


def _mostly(found: pl.Series, texts: pl.Series) -> bool:
    """Whether at least half of the cells with something in them read so."""
    given = texts.is_not_null().sum()
    return bool(given) and int(found.sum()) * 2 >= given


def _roles(
    day: str | None, dates: list[str], numbers: list[str], heads: dict[str, str], labels: dict[str, str],
    said: dict[str, str],
) -> tuple[_Roles, tuple[Question, ...], list[Question]]:  # fmt: skip
    """Which column is what; choices where there are more than are needed, a question where it could be two things."""
    named = {heads[name].strip().lower(): name for name in numbers}
    value, of = (numbers or [None])[0], None
    if "value" in named:  # a file of figures that was downloaded here, or written for `measures limits`
        value, of = named["value"], named.get("of")
    elif len(numbers) == 2:
        of = numbers[1]
    choices, asked = [], []
    if len(dates) > 1:
        choices.append(Question("day", "Which column holds the dates?", {name: labels[name] for name in dates}))
        day = said.get("day") if said.get("day") in dates else day
    if len(numbers) > 1:
        choices.append(Question("value", "Which column holds the numbers?", {name: labels[name] for name in numbers}))
        value = said["value"] if said.get("value") in numbers else value
        rest = [name for name in numbers if name != value]
        alone = {NONE: f"No: chart {labels[value]} alone"}
        beside = {name: f"Yes, out of (or for each of) {labels[name]}" for name in rest}
        question = Question("of", f"Is {labels[value]} counted out of another column?", beside | alone)
        if "value" in named or (dates and len(numbers) == 2):
            choices.append(question)
            of = said["of"] if said.get("of") in rest else None if said.get("of") == NONE or of == value else of
        else:
            asked.append(question)
            of = said["of"] if said.get("of") in rest else None
    return _Roles(day, value, of), tuple(choices), asked


def _order_question(example: str) -> Question:
    def words(month_first: bool) -> str:
        day = days.read(pl.Series([example]), month_first=month_first)["day"][0]
        return f"{day.day} {day:%B %Y}" if day is not None else "not a date"

    first = {"day": f"{words(False)} (the day comes first)", "month": f"{words(True)} (the month comes first)"}
    return Question("order", f"Which date is {example}?", first)


def _decimal_question(example: str) -> Question:
    def words(mark: str) -> str:
        value = amounts.read(pl.Series([example]), mark)[0]
        return f"{value:,.12g}" if value is not None else "no number"

    point, comma = words(amounts.POINT), words(amounts.COMMA)
    options = {
        amounts.POINT: f"{point} (decimals stand after a point)",
        amounts.COMMA: f"{comma} (decimals stand after a comma)",
    }
    return Question("decimals", f"Which number is {example}? Written out in English it is", options)


def _built(
    body: pl.DataFrame, roles: _Roles, month_first: bool, mark: str, heads: dict[str, str], each: str
) -> Understood:
    """The dated numbers of rows whose columns are known."""
    wanted = [name for name in (roles.day, roles.value, roles.of) if name is not None]
    if roles.day is not None:
        body = body.filter(pl.any_horizontal(pl.col(wanted).is_not_null()))  # without a date a blank line is a gap
    blank = pl.Series([None] * body.height, dtype=pl.Float64)
    when = days.read(body[roles.day], month_first) if roles.day else None
    frame = pl.DataFrame(
        {
            "line": body["line"],
            "day": when["day"] if when is not None else pl.Series([None] * body.height, dtype=pl.Date),
            "minute": when["minute"] if when is not None else blank.cast(pl.Int32),
            "value": amounts.read(body[roles.value], mark) if roles.value else blank,
            "of": amounts.read(body[roles.of], mark) if roles.of else blank,
            "day_text": body[roles.day] if roles.day else blank.cast(pl.String),
            "value_text": body[roles.value] if roles.value else blank.cast(pl.String),
            "of_text": body[roles.of] if roles.of else blank.cast(pl.String),
        }
    )
    left_out = _left_out(frame, dated=roles.day is not None)
    if roles.day is not None:
        frame = frame.filter(pl.col("day").is_not_null())
    if roles.of is not None:  # half a pair is a gap
        whole = pl.col("value").is_not_null() & pl.col("of").is_not_null()
        frame = frame.with_columns(pl.when(whole).then(name).alias(name) for name in ("value", "of"))
    remarks = _order_remarks(frame, events=roles.value is None) if roles.day is not None else []
    frame = frame.sort("day", "minute", maintain_order=True) if roles.day is not None else frame
    percent = roles.value is not None and roles.of is None and amounts.in_percent(body[roles.value])
    if percent:
        frame = frame.with_columns(pl.col("value") / 100)
    events = roles.value is None
    choices: tuple[Question, ...] = ()
    if events:
        each = each if each in dates_alone.EACH else dates_alone.usual(frame)
        frame, more = dates_alone.made(frame, each)
        remarks.append(more)
        choices = (Question("each", "What to make of the dates?", dates_alone.ordered(each)),)
    elif roles.day is not None:
        frame, missing = gaps.filled(frame)
        remarks += missing
    figures = Figures(
        frame.select("day", "value", "of", "line"),
        dated=roles.day is not None,
        sized=roles.of is not None,
        percent=percent,
        currency=amounts.currency(body[roles.value]) if roles.value else "",
        events=events and each == dates_alone.BETWEEN,
        heading=heads.get(roles.value or "", ""),
    )
    if not figures.points["value"].is_not_null().any():
        why = "There are too few dates to make a point of." if events else "No line has a number that can be charted."
        return Understood(None, (), choices, left_out, tuple(remarks), problem=why)
    return Understood(figures, (), choices, left_out, tuple(remarks))


def _left_out(frame: pl.DataFrame, *, dated: bool) -> pl.DataFrame:
    """Rows, or cells of them, that could not be read: line, text, and why."""
    parts = []
    if dated:
        no_day = frame.filter(pl.col("day").is_null())
        text = pl.coalesce("day_text", "value_text")
        why = pl.when(pl.col("day_text").is_null()).then(pl.lit("there is a number without a date"))
        parts.append(no_day.select("line", text=text, why=why.otherwise(pl.lit("this is not a date"))))
        frame = frame.filter(pl.col("day").is_not_null())
    gap = " at this date" if dated else ""
    for name in ("value", "of"):
        wrong = frame.filter(pl.col(f"{name}_text").is_not_null() & pl.col(name).is_null())
        why = pl.lit(f"this is not a number, so there is a gap{gap}")
        parts.append(wrong.select("line", text=f"{name}_text", why=why))
    return pl.concat(parts).sort("line", maintain_order=True)


def _order_remarks(frame: pl.DataFrame, *, events: bool) -> list[str]:
    remarks = []
    back = frame.filter((pl.col("day") < pl.col("day").shift()).fill_null(value=False))
    if back.height:
        one = "line stands" if back.height == 1 else "lines stand"
        remarks.append(
            f"The lines were sorted by date: {back.height:,} {one} after a later date, the first on line {back['line'][0]}."
        )
    ordered = frame.sort("day", "minute", maintain_order=True)
    same = ordered.filter((pl.col("day") == pl.col("day").shift()).fill_null(value=False))
    if same.height and not events:
        one = "line has" if same.height == 1 else "lines have"
        remarks.append(
            f"{same.height:,} {one} the date of another ({_said(same['day'][0])} first): every line is kept, as a point of its "
            "own, and the points stand one after another instead of on a calendar."
        )
    return remarks


def _said(day: object) -> str:
    return f"{day.day} {day:%B %Y}"  # type: ignore[attr-defined]
