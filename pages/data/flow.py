"""Bringing a file: send it, say what its columns mean, see what would be kept and refused, and let it in."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import polars as pl
import streamlit as st

from connectors.mapping import FileFormat, Mapping, loads
from connectors.refusal import ImportRefused
from connectors.store import Store
from pages.data import ask, asked, look, previewed, running, uploads
from pages.desk import session, states

KINDS = ["csv", "tsv", "txt", "gz", "xlsx", "parquet"]
FOLDER = "SYSTEM_CONDITIONS_FOLDER"  # a folder of this machine from which files may be chosen


def draw(store: Store) -> None:
    """Where a steward stands with a file: none yet, looking at one, importing it, or reading how it fell."""
    if session.held("job") is not None:
        running.draw(store)
    elif session.held("upload") is not None:
        _look_at(store, session.held("upload"))  # type: ignore[arg-type]
    else:
        _bring(store)


def looking() -> bool:
    """Whether somebody is looking at a file of which nothing is in yet; then the books stand back."""
    return session.held("upload") is not None and session.held("job") is None


def _bring(store: Store) -> None:
    st.header("Bring a file", anchor=False)
    states.paragraph(
        "A row for each time somebody asked for something, with a date: CSV, Excel or Parquet. Nothing is kept until "
        "you have seen what would be accepted and refused."
    )
    number = session.held("sent") or 0
    sent = st.file_uploader("Your file", type=KINDS, key=f"file_{number}")
    if sent is not None:
        try:
            waiting = uploads.take(sent, sent.name, sent.size, store.home)
        except uploads.NoRoomError as error:
            states.problem(str(error))
            return
        session.hold("sent", number + 1)  # type: ignore[operator] - a new uploader, so that the bytes are let go
        session.hold("upload", waiting)
        st.rerun()
    if (folder := os.environ.get(FOLDER)) and Path(folder).is_dir():
        _from_folder(Path(folder))


def _from_folder(folder: Path) -> None:
    """A choice of the files that lie in the folder this installation names."""
    files = {
        path.name: path for path in sorted(folder.iterdir()) if path.is_file() and path.suffix[1:].lower() in KINDS
    }
    if not files:
        states.line("The folder for sources holds no file of a kind that can be read.")
        return
    chosen = st.selectbox(
        "Or a file that lies on this machine", ["", *files], format_func=lambda name: name or "Choose…"
    )
    if chosen and st.button("Look at it"):
        path = files[chosen]
        session.hold("upload", uploads.Waiting(path, path.name, path.stat().st_size, ours=False))
        st.rerun()


def _look_at(store: Store, waiting: uploads.Waiting) -> None:
    if not waiting.path.exists():
        session.let_go("upload")
        states.notice("The file is no longer here; send it again.")
        _bring(store)
        return
    title, away = st.columns([4, 1], vertical_alignment="bottom")
    with title:
        st.header(states.as_label(waiting.name), anchor=False)
        states.line(f"{size(waiting.size)}. Nothing of it has been kept yet.")
    if away.button("Put it away", width="stretch"):
        put_away()
        st.rerun()
    file = ask.encoding(waiting)
    if file is None:
        return
    try:
        with st.spinner("Looking at the file…"):
            seen = look.seen(waiting, file)
    except ImportRefused as error:
        states.problem(f"{sentence(error)} Nothing was kept.")
        return
    states.lines(seen.remarks)
    top = st.container()
    mapping = _mapping(store, waiting, file, seen)
    if mapping is None:
        return
    try:
        with st.spinner("Reading the dates of the whole file…"):
            extracted_at = ask.extract(waiting, mapping)
        with st.spinner("Reading the file as it would be imported…"):
            preview = previewed.preview(store, waiting, mapping, extracted_at)
    except ImportRefused as error:
        states.problem(f"{sentence(error)} Nothing was kept.")
        return
    with top:
        states.sentence(previewed.sentence(preview))
        if met := store.sources(session.principal()).filter(pl.col("name") == mapping.name).to_dicts():
            states.notice(known_already(met[0]["title"], met[0]["rows"] or 0))
        go, keep, _ = st.columns([1.2, 1.2, 1.6])
        label = f"Import {preview.accepted:,} rows" if preview.whole else "Import the file"
        nothing = not preview.accepted
        if go.button(label, type="primary", width="stretch", disabled=nothing, key=f"import_{waiting.path}"):
            running.start(store, waiting, mapping, extracted_at)
            st.rerun()
        keep.download_button("Download the mapping", lambda: mapping.to_toml().encode(), f"{mapping.name}.toml",
                             "application/toml", on_click="ignore", width="stretch")  # fmt: skip
        states.line("Look below at what its columns are taken to mean, what would be kept, and what would be refused.")
    previewed.draw(preview)


def _mapping(store: Store, waiting: uploads.Waiting, file: FileFormat, seen: look.Seen) -> Mapping | None:
    """The mapping to read it with: shipped, saved, given as a file, or made of the steward's answers."""
    known = look.shipped(seen.columns, store.home / "mappings")
    titles = {path: f"{mapping.title} ({'shipped' if look.PRESETS in Path(path).parents else 'used before'})"
              for path, mapping in known.items()}  # fmt: skip
    choices = [*titles, look.OWN, "file"]
    words = titles | {look.OWN: "I say what the columns mean", "file": "A mapping file (TOML)"}
    chosen = st.selectbox("How to read it", choices, format_func=lambda name: words[name], key=f"how_{waiting.path}")
    if chosen in known:
        mapping = known[chosen]
        states.lines(mapping.warnings)
        zone = ask.zone(waiting, mapping.timezone)
        letters = replace(mapping.file, encoding=file.encoding or mapping.file.encoding)
        return replace(mapping, file=letters, timezone=zone)
    if chosen == "file":
        return _given()
    return asked.draw(waiting, file, seen)


def _given() -> Mapping | None:
    sent = st.file_uploader("The mapping", type=["toml"], key="mapping_file")
    if sent is None:
        states.line("Choose a mapping that was downloaded here, or written by hand.")
        return None
    try:
        return loads(sent.getvalue().decode("utf-8"), sent.name)
    except (ImportRefused, UnicodeDecodeError) as error:
        states.problem(sentence(error) if isinstance(error, ImportRefused) else f"{sent.name} is not UTF-8 text.")
        return None


def known_already(title: str, rows: int) -> str:
    """That this is more of a source which is there; two services' exports often have one name, and must not replace each other."""
    here = "1 row is" if rows == 1 else f"{rows:,} rows are"
    return (
        f"This goes into the source “{title}”, of which {here} here. A row with the same reference replaces the one that is here; "
        "if this file is of another source, say what its columns mean and call it something else."
    )


def put_away() -> None:
    """Remove what waits, and begin again."""
    waiting = session.held("upload")
    if isinstance(waiting, uploads.Waiting):
        uploads.drop(waiting)
    for name in ("upload", "job"):
        session.let_go(name)


def sentence(error: Exception) -> str:
    """An error as a sentence of its own."""
    text = str(error).strip()
    return f"{text[:1].upper()}{text[1:]}" + ("" if text.endswith((".", "!", "?")) else ".")


def size(number: int) -> str:
    """A file's size as people say it.

    >>> size(47_210), size(8_199_708)
    ('47 kB', '8.2 MB')
    """
    return f"{number / 1e6:,.1f} MB" if number >= 1e6 else f"{max(number / 1e3, 1):,.0f} kB"
