"""The Sources page through `dashboard.py`: empty, with its books, with something held, and without its store."""

from pathlib import Path

import own_files
from town_fixture import html, opened

from connectors.intake import import_file
from connectors.store import open_store
from measures.model.principal import LOCAL
from pages.data.answers import Answers, mapping_of

PAGE = "pages/data/sources.py"
MAPPING = mapping_of(
    Answers("Calls", "Received", "Closed", "Reference", "Tenant number", None, "How they asked", "Category",
            formats=(("Received", ("%d/%m/%Y",)), ("Closed", ("%d/%m/%Y",))))
)  # fmt: skip


def filled(tmp_path: Path, monkeypatch, **spoiled: int) -> None:
    """A store into which one file came, or before which one was held."""
    url = f"sqlite:///{tmp_path / 'store.db'}"
    monkeypatch.setenv("SYSTEM_CONDITIONS_STORE", url)
    path = own_files.calls(tmp_path / "calls.csv", 300, **spoiled)
    import_file(open_store(url), LOCAL, path, MAPPING)


def test_an_empty_store_asks_for_a_file(tmp_path, monkeypatch):
    monkeypatch.setenv("SYSTEM_CONDITIONS_STORE", f"sqlite:///{tmp_path / 'empty.db'}")
    at = opened(PAGE)
    assert not at.exception
    assert "bring a file" in html(at)
    assert [header.value for header in at.header] == ["Bring a file"]


def test_the_books_say_what_came_in_and_what_was_refused(tmp_path, monkeypatch):
    filled(tmp_path, monkeypatch, spoiled=2)
    at = opened(PAGE)
    assert not at.exception
    said = html(at)
    assert "2 rows were refused, and wait here with their reasons" in said
    assert "There is no such date" in said
    assert 'role="rowheader" data-says="Line">2</th>' in said  # the line of the first spoiled row
    assert "31/02/2026" not in said
    assert "not whether the need was met" in said


def test_a_held_import_waits_and_says_why(tmp_path, monkeypatch):
    filled(tmp_path, monkeypatch, spoiled=40)
    at = opened(PAGE)
    assert not at.exception
    assert "1 import waits for approval" in html(at)
    assert "40 of 300 rows were refused" in html(at)


def test_which_import_is_shown_stands_in_the_address(tmp_path, monkeypatch):
    filled(tmp_path, monkeypatch, spoiled=2)
    store = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    more = own_files.calls(tmp_path / "more.csv", 310, spoiled=3)
    import_file(store, LOCAL, more, MAPPING)
    latest = opened(PAGE)
    assert ">4</th>" in html(latest)
    first = opened(PAGE, **{"import": "1"})
    assert ">4</th>" not in html(first)
    assert ">3</th>" in html(first)


def test_a_folder_of_this_machine_offers_its_files(tmp_path, monkeypatch):
    monkeypatch.setenv("SYSTEM_CONDITIONS_STORE", f"sqlite:///{tmp_path / 'empty.db'}")
    folder = tmp_path / "in"
    folder.mkdir()
    own_files.calls(folder / "calls.csv", 120, spoiled=1)
    (folder / "notes.docx").write_text("no table")
    monkeypatch.setenv("SYSTEM_CONDITIONS_FOLDER", str(folder))
    at = opened(PAGE)
    box = next(box for box in at.selectbox if box.label.startswith("Or a file"))
    assert box.options == ["Choose…", "calls.csv"]
    box.select("calls.csv").run()
    next(button for button in at.button if button.label == "Look at it").click().run()
    assert not at.exception
    assert "Of 120 rows 119 would be accepted and 1 refused." in html(at)
    next(button for button in at.button if button.label == "Put it away").click().run()
    assert (folder / "calls.csv").exists()
    assert "Bring a file" in [header.value for header in at.header]


def test_a_guess_can_be_corrected_and_the_preview_follows(tmp_path, monkeypatch):
    monkeypatch.setenv("SYSTEM_CONDITIONS_STORE", f"sqlite:///{tmp_path / 'empty.db'}")
    folder = tmp_path / "in"
    folder.mkdir()
    own_files.calls(folder / "calls.csv", 120, spoiled=0)
    monkeypatch.setenv("SYSTEM_CONDITIONS_FOLDER", str(folder))
    at = opened(PAGE)
    next(box for box in at.selectbox if box.label.startswith("Or a file")).select("calls.csv").run()
    next(button for button in at.button if button.label == "Look at it").click().run()
    assert "named, kept as a code" in html(at)
    next(box for box in at.selectbox if box.label == "Who asked?").select("(not in this file)").run()
    assert "not named" in html(at)
    next(box for box in at.selectbox if box.label == "When did they ask?").select("(not in this file)").run()
    assert "which column holds when they asked" in html(at)
    next(box for box in at.selectbox if box.label == "When did they ask?").select("Category").run()
    assert "Category holds no dates" in html(at)
    assert not at.exception


def test_a_store_that_cannot_be_reached_says_so(monkeypatch):
    monkeypatch.setenv("SYSTEM_CONDITIONS_STORE", "postgresql+psycopg://nobody@127.0.0.1:1/none?connect_timeout=1")
    at = opened(PAGE)
    assert not at.exception
    assert "looks again every five seconds" in html(at)


def test_another_file_of_one_name_is_said_to_replace_what_is_there(tmp_path, monkeypatch):
    filled(tmp_path, monkeypatch)
    folder = tmp_path / "in"
    folder.mkdir()
    own_files.calls(folder / "calls.csv", 120, spoiled=0)
    monkeypatch.setenv("SYSTEM_CONDITIONS_FOLDER", str(folder))
    at = opened(PAGE)
    next(box for box in at.selectbox if box.label.startswith("Or a file")).select("calls.csv").run()
    next(button for button in at.button if button.label == "Look at it").click().run()
    assert not at.exception
    assert "This goes into the source “Calls”, of which 298 rows are here." in html(at)
    next(box for box in at.text_input if box.label == "What to call this source").set_value("Care calls").run()
    assert "This goes into the source" not in html(at)
