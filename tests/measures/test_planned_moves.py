"""A move written down ahead of its day: it ends the need when its day has come, though nothing more is written of the person."""

from pathlib import Path

from connectors.intake import import_file
from connectors.mapping import loads
from connectors.store import open_store
from measures.facts import needs
from measures.model.measure import Options
from measures.model.principal import LOCAL

MAPPING = """
name = "desk"
timezone = "UTC"
key = ["id"]
[times]
formats = ["iso"]
[person]
column = "person"
pseudonym = false
[[demand]]
id = "id"
received = "asked"
service = "service"
[[person_record]]
when = ["left present"]
id = "person"
to = "left"
end_kind = { value = "moved" }
"""


def test_a_planned_move_ends_the_need_once_a_later_import_reaches_its_day(tmp_path: Path) -> None:
    store, mapping = open_store(f"sqlite:///{tmp_path}/store.db"), loads(MAPPING)
    ends = []
    for row, day in (
        ("r1,p1,housing,2025-01-01,2025-12-24", "2025-02-01"),
        ("r2,p2,housing,2025-12-01,", "2025-12-31"),
    ):
        path = tmp_path / "asked.csv"
        path.write_text(f"id,person,service,asked,left\n{row}\n")
        import_file(store, LOCAL, path, mapping, extracted_at=day)
        rows = needs(store.records(LOCAL), Options()).collect()
        ends.append({person: kind for person, kind in rows.select("need_id", "end_kind").iter_rows()})
    assert ends == [{"desk:r1": "open"}, {"desk:r1": "moved", "desk:r2": "open"}]
