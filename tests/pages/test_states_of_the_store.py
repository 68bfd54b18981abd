"""An empty store, one that cannot be reached and comes back, records too short for weeks, and two people at once."""

import polars as pl
import small_town
from town_fixture import html, opened

from measures.model.principal import Principal
from pages.desk import session


def test_an_empty_store_offers_the_town_and_a_file_of_ones_own(tmp_path, monkeypatch):
    monkeypatch.setenv("SYSTEM_CONDITIONS_STORE", f"sqlite:///{tmp_path / 'new.db'}")
    at = opened()
    assert not at.exception
    assert "There are no records yet" in html(at)
    assert [button.label for button in at.button] == ["Load the demonstration town"]


def test_a_store_that_cannot_be_reached_is_said_and_found_again(tmp_path, monkeypatch):
    blocked = tmp_path / "folder"
    blocked.write_text("a file stands where the folder should be")
    monkeypatch.setenv("SYSTEM_CONDITIONS_STORE", f"sqlite:///{blocked / 'new.db'}")
    at = opened()
    assert not at.exception
    assert "sc-notice-worse" in html(at)
    assert "cannot be" in html(at)
    assert "looks again every five seconds" in html(at)
    blocked.unlink()
    blocked.mkdir()
    at.run()
    assert "There are no records yet" in html(at)


def test_records_too_short_for_weeks_are_read_as_curves_and_breakdowns(tmp_path, monkeypatch):
    small_town.build(tmp_path, weeks=3, classed=False)
    monkeypatch.setenv("SYSTEM_CONDITIONS_STORE", f"sqlite:///{tmp_path / 'town.db'}")
    at = opened()
    assert not at.exception
    assert "too few weeks for weekly charts" in html(at)
    assert len(at.get("vega_lite_chart") or at.get("arrow_vega_lite_chart")) >= 3


def test_a_failure_of_ours_is_a_sentence_with_a_reference_and_no_details(town, monkeypatch):
    def fail(*_args):
        raise RuntimeError("a secret of person P17")

    logged = []
    monkeypatch.setattr(session, "kept_on_disk", fail)
    monkeypatch.setattr(session.log, "exception", lambda message, *parts: logged.append(message % parts))
    at = opened()
    assert "give the data steward this reference" in html(at)
    assert "P17" not in html(at)
    assert not at.exception
    assert logged[0].startswith("page failed, reference ")
    assert logged[0].split()[-1] in html(at)


def test_a_new_server_finds_what_is_kept_on_disk_and_nobody_finds_what_another_may_see(town, monkeypatch):
    asked = []

    def build():
        asked.append(session.principal())
        return pl.DataFrame({"asked": [len(asked)]})

    def found(part="a"):
        session._kept.clear()  # as a new server begins
        return session.kept_on_disk("tried", build, part)["asked"].item()

    assert (found(), found(), found("b"), found()) == (1, 1, 2, 1)
    for place, who in enumerate((Principal("ann", "leader"), Principal("bob", "team", ("housing",))), start=3):
        monkeypatch.setattr(session, "principal", lambda who=who: who)
        assert (found(), found()) == (place, place)
    monkeypatch.setattr(session, "release", lambda: "other programs")
    assert found() == 5


def test_two_principals_never_share_what_is_kept(town, monkeypatch):
    asked = []

    def build():
        asked.append(session.principal().scope)
        return len(asked)

    monkeypatch.setattr(session, "principal", lambda: Principal("ann", "team", ("housing",)))
    first = session.kept("a thing", build, "x")
    monkeypatch.setattr(session, "principal", lambda: Principal("bob", "team", ("health and social care",)))
    assert session.kept("a thing", build, "x") != first
    monkeypatch.setattr(session, "principal", lambda: Principal("cat", "team", ("housing",)))
    assert session.kept("a thing", build, "x") == first
    assert asked == [("housing",), ("health and social care",)]
