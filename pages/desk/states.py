"""The states every page shares: said, empty, failed, waiting, and the footer with freshness and what was left out.

Words from records or people are escaped and never read as Markdown or HTML.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from html import escape
from zoneinfo import ZoneInfo

import polars as pl
import streamlit as st

LONDON = ZoneInfo("Europe/London")


def day(value: date) -> str:
    """A date as people write it: 4 May 2026."""
    return f"{value.day} {value:%B %Y}"


def moment(microseconds: int, zone: ZoneInfo = LONDON) -> str:
    """A moment as people write it, in local time: 22 November 2026, 06:10."""
    at = datetime.fromtimestamp(microseconds / 1_000_000, tz=UTC).astimezone(zone)
    return f"{day(at.date())}, {at:%H:%M}"


def clock(zones: pl.Series) -> ZoneInfo:
    """The clock a page tells the moments of its records by: that of the sources, where they share one.

    >>> clock(pl.Series(["America/New_York", "America/New_York"])).key, clock(pl.Series(["America/New_York", "UTC"])).key
    ('America/New_York', 'Europe/London')
    """
    shared = zones.unique()
    return ZoneInfo(shared.item()) if shared.len() == 1 else LONDON


def count(number: float) -> str:
    """A whole number with thousands apart: 12,410."""
    return f"{number:,.0f}"


def sentence(text: str) -> None:
    """The one sentence that a page or chart says, large."""
    st.html(f'<p class="sc-sentence">{escape(text)}</p>')


def line(text: str) -> None:
    """A line of ordinary words in a quieter colour."""
    st.html(f'<p class="sc-muted">{escape(text)}</p>')


def lines_of(*texts: str) -> None:
    """Quiet lines under one another."""
    st.html(f'<p class="sc-muted">{"<br>".join(escape(text) for text in texts if text)}</p>')


def lines(texts: Sequence[str]) -> None:
    """Several quiet lines as a list."""
    if texts:
        st.html(f'<ul class="sc-muted">{"".join(f"<li>{escape(text)}</li>" for text in texts)}</ul>')


def as_label(text: str) -> str:
    r"""Text that a heading, a link or a control shows as it is, and never reads as Markdown.

    >>> as_label("![x](y)_z")
    '\\!\\[x\\]\\(y\\)\\_z'
    """
    return re.sub(r"([\\`*_{}\[\]()<>#+!|~$:-])", r"\\\1", text)


def notice(text: str) -> None:
    """Something was done, or needs knowing; read out by a screen reader without moving the focus."""
    st.html(f'<div class="sc-notice" role="status">{escape(text)}</div>')


def problem(text: str) -> None:
    """Something failed: what, and what to do next."""
    st.html(f'<div class="sc-notice sc-notice-worse" role="alert">{escape(text)}</div>')


def unreachable(text: str, attempt: Callable[[], object]) -> None:
    """Say that the store cannot be reached, and look again every few seconds until it can."""
    problem(f"{text} This page looks again every five seconds.")

    @st.fragment(run_every=5)
    def look_again() -> None:
        try:
            attempt()
        except Exception:
            st.html(f'<p class="sc-muted">Last looked at {datetime.now(LONDON):%H:%M:%S}.</p>')
            return
        st.rerun()

    look_again()


def table(
    frame: pl.DataFrame, caption: str, *, numbers: Sequence[str] = (), limit: int = 400, cards: bool = False
) -> None:
    """A plain table that a screen reader, a printer and a phone can all use.

    Args:
        frame: text and numbers already as they should read; null shows as an empty cell.
        caption: what the table holds.
        numbers: columns aligned to the right.
        limit: at most so many rows, and the caption says so.
        cards: on a phone each row is a card that names its cells, where a wide table would have to be pushed about.
    """
    said = caption if frame.height <= limit else f"{caption} The last {limit} of {frame.height} rows."
    roles = _ROLES if cards else dict.fromkeys(_ROLES, "")  # a card is no table to a browser: the roles keep it one
    head = "".join(
        f'<th scope="col"{roles["heading"]}{_right(name, numbers)}>{escape(name)}</th>' for name in frame.columns
    )
    body = "".join(
        f"<tr{roles['row']}>" + "".join(
            f'<th scope="row"{roles["first"]}{_label(name, cards)}>{written(cell)}</th>' if position == 0
            else f"<td{roles['cell']}{_label(name, cards)}{_looks(name, numbers, cell)}>{written(cell)}</td>"
            for position, (name, cell) in enumerate(zip(frame.columns, row, strict=True))
        ) + "</tr>"
        for row in frame.tail(limit).iter_rows()
    )  # fmt: skip
    st.html(
        f'<div class="sc-table-wrap" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f'<table class="sc-table{" sc-cards" if cards else ""}"{roles["table"]}><caption>{escape(said)}</caption>'
        f"<thead{roles['group']}><tr{roles['row']}>{head}</tr></thead><tbody{roles['group']}>{body}</tbody></table></div>"
    )


_ROLES = {
    name: f' role="{role}"'
    for name, role in {
        "table": "table", "group": "rowgroup", "row": "row", "heading": "columnheader", "first": "rowheader", "cell": "cell",
    }.items()
}  # fmt: skip


def _label(name: str, cards: bool) -> str:
    return f' data-label="{escape(name)}"' if cards else ""


def _right(name: str, numbers: Sequence[str]) -> str:
    return ' class="sc-number"' if name in numbers else ""


LONG = 80  # letters: on a phone so long a cell stands under its name, not beside it


def _looks(name: str, numbers: Sequence[str], cell: object) -> str:
    return _right(name, numbers) or (' class="sc-long"' if len(_cell(cell)) > LONG else "")


def written(value: object) -> str:
    """A cell as HTML; a name of a file or a source may go on in the next line.

    >>> written("boston_2015<.csv")
    'boston_<wbr>2015&lt;.csv'
    """
    return escape(_cell(value)).replace("_", "_<wbr>")


def _cell(value: object) -> str:
    if value is None:
        return ""
    return day(value) if isinstance(value, date) else str(value)


@dataclass(frozen=True)
class Standing:
    """How fresh the records are and what was left out of them.

    Attributes:
        newest: UTC microseconds up to which the records see; None where there are none.
        rows_in: source rows accepted. `rows_out`: refused, and kept aside with a reason. `waiting`: imports held.
        last_import: UTC microseconds of the last import.
        sources: titles of the sources. `fictional`: whether one of them is the demonstration town.
        zone: the clock these moments are told by (`clock`).
    """

    newest: int | None
    rows_in: int
    rows_out: int
    waiting: int
    last_import: int | None
    sources: tuple[str, ...] = ()
    fictional: bool = False
    zone: ZoneInfo = LONDON

    @property
    def empty(self) -> bool:
        """Whether nothing has been imported yet."""
        return self.newest is None

    def fresh(self) -> str:
        """Freshness in one line: records to when, how many in, how many kept out."""
        if self.newest is None:
            return "No records yet."
        wait = "import waits" if self.waiting == 1 else "imports wait"
        held = f" · {count(self.waiting)} {wait} for approval" if self.waiting else ""
        fell = f"{count(self.rows_in)} rows in · {count(self.rows_out)} left out"
        return f"Records to {moment(self.newest, self.zone)} · {fell}{held}"


def footer(standing: Standing, data_version: object) -> None:
    """The end of every page: where the figures come from, how fresh they are, what was left out."""
    parts = [standing.fresh()]
    if standing.last_import is not None:
        parts.append(f"Last import {moment(standing.last_import, standing.zone)}")
    if standing.sources:
        parts.append(f"From {', '.join(standing.sources)}")
    parts.append(f"Data version {data_version}")
    fiction = " The demonstration town is fictional: no person in it exists." if standing.fictional else ""
    st.html(
        f'<div class="sc-footer sc-muted">{escape(" · ".join(parts))}.{escape(fiction)} '
        f"Rows left out, and why: Sources.</div>"
    )


def chart(spec: dict, name: str, height: int | None = None) -> None:
    """Draw a chart as wide as its place, with its text alternative as its name.

    Args:
        spec: a Vega-Lite specification with a `description`.
        name: unique on the page.
        height: pixels; None for the usual 420, and 300 on a phone.
    """
    drawn = {key: value for key, value in spec.items() if key != "description"}
    key = f"chart_{name}" if height is None else f"sized_{name}"
    with st.container(key=key, height=height or 420, border=False):
        st.vega_lite_chart(drawn, theme=None, width="stretch", height="stretch", alt=spec["description"])


def paragraph(text: str) -> None:
    """Ordinary words at reading size."""
    st.html(f'<p class="sc-line">{escape(text)}</p>')


def signed(sign: str, text: str) -> None:
    """A few words behind the shape of a signal; the shape is decoration for those who see it."""
    shape = f'<span class="sc-sign" aria-hidden="true">{escape(sign)} </span>' if sign else ""
    st.html(f'<p class="sc-line">{shape}{escape(text)}</p>')


def small_chart(svg: str, below: str = "") -> None:
    """A sparkline with a quiet line under it; nothing where there is no chart. Its place is kept, for the columns of a row.

    Args:
        svg: what `pages.charts.sparkline` drew. `st.html` would clean it away, so this is the one place with Markdown's HTML.
        below: words of ours, never of records.
    """
    under = f'<p class="sc-muted">{escape(below)}</p>' if svg and below else ""
    st.markdown(f'<div class="sc-small">{svg}{under}</div>', unsafe_allow_html=True)


def columns_named(*names: str) -> None:
    """Headings over the rows of the review; hidden on a phone, where each row is a card."""
    st.html(
        f'<div class="sc-heads" aria-hidden="true">{"".join(f"<span>{escape(name)}</span>" for name in names)}</div>'
    )


SHAPES = (
    ("●", "routine"),
    ("◆", "outside a limit"),
    ("■", "run of eight on one side of the middle (of thirteen where the same people ask again)"),
    ("▲", "three of four near a limit"),
    ("⊗", "left out, with a reason"),
    ("○", "hatched: not yet known"),
)


def legend() -> None:
    """What each shape on a capability chart means."""
    items = "".join(f'<span><span aria-hidden="true">{shape}</span> {text}</span>' for shape, text in SHAPES)
    st.html(
        f'<p class="sc-muted sc-legend">{items}</p><p class="sc-muted">Dashed lines are natural process limits: the '
        "range to expect while nothing changes. A signal is a question, not a verdict.</p>"
    )


def tools() -> None:
    """Print the page, or copy its address: both by the browser, with a fixed script and no data of ours in it."""
    st.html(
        '<div class="sc-tools sc-noprint"><button type="button" class="sc-button" data-sc="print">Print</button>'
        '<button type="button" class="sc-button" data-sc="copy">Copy link</button>'
        '<span class="sc-muted" role="status" data-sc="said"></span></div>'
        "<script>window.scPrint=()=>{const page=document.documentElement.classList;page.add('sc-printing');"
        "addEventListener('afterprint',()=>page.remove('sc-printing'),{once:true});const began=Date.now();"
        # a chart is drawn anew a moment after its place changed: printed too early it is small, or cut off
        "const fits=()=>[...document.querySelectorAll('.stVegaLiteChart svg')].every(one=>{"
        "const place=one.closest('.stVegaLiteChart');return 9>Math.abs(one.clientWidth-place.clientWidth)"
        "&&place.clientHeight+9>one.clientHeight});"  # no < before a letter or figure: the script would be cleaned away
        "const wait=()=>Date.now()-began>600&&fits()||Date.now()-began>5000?window.print():setTimeout(wait,150);wait()};"
        "if(!window.scKeys){window.scKeys=true;addEventListener('keydown',e=>{"  # the browser's own key prints as the button
        "if((e.ctrlKey||e.metaKey)&&!e.shiftKey&&!e.altKey&&e.key.toLowerCase()==='p'){e.preventDefault();window.scPrint()}})}"
        "document.querySelectorAll('[data-sc=print]').forEach(b=>b.onclick=window.scPrint);"
        "document.querySelectorAll('[data-sc=copy]').forEach(b=>b.onclick=async()=>{"
        "await navigator.clipboard.writeText(location.href);"
        "b.parentElement.querySelector('[data-sc=said]').textContent='Link copied: it shows what you see.'});</script>",
        unsafe_allow_javascript=True,
    )


def phases(cells: Sequence[dict[str, str]]) -> None:
    """The header above a plot: each phase with its name, centre, range and n."""
    body = "".join(
        f'<div class="sc-phase"><strong>{escape(cell["name"])}</strong><br>{escape(cell["figures"])} · '
        f"{escape(cell['n'])}</div>"
        for cell in cells
    )
    if body:
        st.html(f'<div class="sc-phases">{body}</div>')


def terms(pairs: Sequence[tuple[str, str]]) -> None:
    """Terms and their explanations."""
    body = "".join(f"<dt>{escape(term)}</dt><dd>{escape(text)}</dd>" for term, text in pairs)
    st.html(f'<dl class="sc-terms">{body}</dl>')
