"""Records, judgements and the books kept on them.

Frozen as it was first written: a later change of the records is a revision of its own.
`name:kind`, with `!` where a value is required.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

RECORDS = {
    "demands": """
        demand_id:text person_id:text household_id:text need_id:text issue:text seq:int agency:text
        service:text front_door:text channel:text place:text made_by:text received_at:big received_day:int
        received_precision:text presented_as:text verbatim:text contact_key:text expected_by_at:big
        expected_by_day:int expected_by_precision:text person_key:big need_key:big issue_key:big
        place_key:big source_key:text! import_id:big! record_version:int! recorded_at:big! row_id:big!
    """,
    "activities": """
        activity_id:text person_id:text need_id:text demand_id:text seq:int agency:text service:text
        team:text worker_id:text worker_role:text kind:text type:text started_at:big started_day:int
        started_precision:text ended_at:big ended_day:int ended_precision:text end_doubtful:bool
        minutes:real cost_pence:big price_year:int outcome:text to_agency:text want_id:text place:text
        issue:text work:text quantity:real entitled_quantity:real person_key:big need_key:big issue_key:big
        place_key:big source_key:text! import_id:big! record_version:int! recorded_at:big! row_id:big!
    """,
    "source_needs": """
        need_id:text person_id:text household_id:text own_words:text issues:text lifelong:bool
        first_demand_at:big first_demand_day:int first_demand_precision:text end_at:big end_day:int
        end_precision:text end_kind:text met_basis:text reopened_of:text person_key:big need_key:big
        source_key:text! import_id:big! record_version:int! recorded_at:big! row_id:big!
    """,
    "people": """
        person_id:text household_id:text birth_year:int area:text from_at:big from_day:int
        from_precision:text to_at:big to_day:int to_precision:text end_kind:text link_quality:real
        flags:text age_band:text sex:text ethnicity:text disability:text person_key:big source_key:text!
        import_id:big! record_version:int! recorded_at:big! row_id:big!
    """,
    "front_doors": """
        front_door:text agency:text kind:text place:text remit:text open_from_at:big open_from_day:int
        open_from_precision:text open_to_at:big open_to_day:int open_to_precision:text source_key:text!
        import_id:big! record_version:int! recorded_at:big! row_id:big!
    """,
    "documents": """
        document_id:text person_id:text activity_id:text agency:text created_at:big created_day:int
        created_precision:text kind:text content_hash:text person_key:big source_key:text! import_id:big!
        record_version:int! recorded_at:big! row_id:big!
    """,
    "clocks": """
        clock_id:text need_id:text demand_id:text activity_id:text name:text started_at:big started_day:int
        started_precision:text stopped_at:big stopped_day:int stopped_precision:text paused:text
        deadline_at:big deadline_day:int deadline_precision:text need_key:big source_key:text!
        import_id:big! record_version:int! recorded_at:big! row_id:big!
    """,
    "population": """
        area_period:text area:text period_at:big period_day:int period_precision:text people:big
        source_key:text! import_id:big! record_version:int! recorded_at:big! row_id:big!
    """,
    "staffing": """
        team_week:text team:text week_at:big week_day:int week_precision:text full_time_equivalents:real
        source_key:text! import_id:big! record_version:int! recorded_at:big! row_id:big!
    """,
    "caseload": """
        caseload_id:text person_id:text team:text from_at:big from_day:int from_precision:text to_at:big
        to_day:int to_precision:text person_key:big source_key:text! import_id:big! record_version:int!
        recorded_at:big! row_id:big!
    """,
    "unit_costs": """
        item:text pence:big price_year:int cost_source:text source_key:text! import_id:big!
        record_version:int! recorded_at:big! row_id:big!
    """,
    "contracts": """
        contract_id:text agency:text year:int pence:big source_key:text! import_id:big! record_version:int!
        recorded_at:big! row_id:big!
    """,
    "price_index": """
        index_year:text year:int index:real source_key:text! import_id:big! record_version:int!
        recorded_at:big! row_id:big!
    """,
    "assumptions": """
        name:text value:real value_source:text source_key:text! import_id:big! record_version:int!
        recorded_at:big! row_id:big!
    """,
}
JUDGED = {
    "judged_classification": """
        demand_id:text coder:text class:text failure_type:text caused_by_agency:text sample_id:text
        selection_prob:real adjudicated:bool author:text! judged_at:big! version:int!
    """,
    "judged_want": """
        want_id:text need_id:text item:text cost_pence:big met:bool author:text! judged_at:big! version:int!
    """,
    "judged_outcome": """
        need_id:text asked_on_day:int answer:text met_on_day:int enough:bool rating:int dependency:int
        rated_by:text author:text! judged_at:big! version:int!
    """,
    "judged_condition_observation": """
        condition:text about:text note:text minutes_lost:real author:text! judged_at:big! version:int!
    """,
    "judged_need_merge": """
        need_id:text into_need_id:text author:text! judged_at:big! version:int!
    """,
    "judged_change": """
        change_id:text service:text what:text where:text from_day:int hypothesis:text expected:text
        decision:text reason:text confirmed:bool withdrawn:bool author:text! judged_at:big! version:int!
    """,
    "judged_question": """
        question_id:text measure:text service:text point_day:int asked:text who_will_look:text by_day:int
        answer:text withdrawn:bool author:text! judged_at:big! version:int!
    """,
    "judged_note": """
        note_id:text measure:text service:text point_day:int text:text withdrawn:bool author:text!
        judged_at:big! version:int!
    """,
    "judged_exclusion": """
        exclusion_id:text measure:text service:text point_day:int reason:text withdrawn:bool author:text!
        judged_at:big! version:int!
    """,
    "judged_review": """
        review_id:text service:text on_day:int import_id:big seen:text author:text! judged_at:big!
        version:int!
    """,
}
BOOKS = {
    "sources": """
        source_id:int# name:text! title:text! timezone:text! proxy:text warnings:text! asked:bool! snapshot:bool!
        cursor:text
    """,
    "source_rows": """
        row_id:big# source_id:int! source_key:text! content_hash:big record_version:int! import_id:big! recorded_at:big!
    """,
    "superseded": "record_no:big# row_id:big! import_id:big! by_import:big! superseded_at:big!",
    "quarantine": "import_id:big! line:big! field:text reason:text! key_hash:text",
    "parts": """
        file:text# frame:text! sha256:text! rows:big! first_row:big! last_row:big! first_import:big! last_import:big!
        concerns:text! retired_at:big
    """,
    "audit": "audit_id:big# at:big! subject:text! role:text! action:text! detail:text! previous:text! hash:text!",
    "counters": "name:text# value:big!",
    "meta": "name:text# value:text!",
}
IMPORTS = """
    import_id:big# source:text! state:text! reason:text imported_at:big! extracted_at:big! as_it_happened:bool!
    last_event_at:big file_name:text file_hash:text subject:text! read:big! accepted:big! unchanged:big! superseded:big!
    rejected:big! vanished:big! reasons:text! flags:text!
"""
KEYS = {
    "classification": ["demand_id", "coder"],
    "want": ["want_id"],
    "outcome": ["need_id", "asked_on_day"],
    "need_merge": ["need_id"],
    "change": ["change_id"],
    "question": ["question_id"],
    "note": ["note_id"],
    "exclusion": ["exclusion_id"],
    "review": ["review_id"],
}
KINDS = {"text": sa.Text, "big": sa.BigInteger, "int": sa.Integer, "real": sa.Double, "bool": sa.Boolean}


def _columns(words: str) -> list[sa.Column]:
    columns = []
    for word in words.split():
        name, kind = word.rstrip("!#").split(":")
        key = word.endswith("#")
        form = sa.BigInteger().with_variant(sa.Integer(), "sqlite") if key and kind == "big" else KINDS[kind]()
        if key:
            columns.append(sa.Column(name, form, primary_key=True, autoincrement=False))
        else:
            columns.append(sa.Column(name, form, nullable=not word.endswith("!")))
    return columns


def upgrade() -> None:
    for name, words in RECORDS.items():
        op.create_table(name, *_columns(f"record_no:big# {words}"))
    for name, words in JUDGED.items():
        op.create_table(name, *_columns(f"judgement_id:big# {words}"))
    for name, columns in KEYS.items():
        op.create_index(f"judged_{name}_key", f"judged_{name}", columns)
    for name, words in BOOKS.items():
        unique = [sa.UniqueConstraint("name")] if name == "sources" else []
        op.create_table(name, *_columns(words), *unique)
    op.create_index("source_rows_key", "source_rows", ["source_id", "source_key"], unique=True)
    op.create_index("quarantine_import", "quarantine", ["import_id"])
    op.create_table(
        "imports",
        *_columns(IMPORTS),
        sa.CheckConstraint("read = accepted + unchanged + superseded + rejected", name="every_row_is_accounted_for"),
        sa.CheckConstraint("state in ('open', 'done', 'held', 'failed')", name="a_known_state"),
    )
    for name in ("import_id", "judgement_id"):
        op.execute(f"insert into counters (name, value) values ('{name}', 0)")


def downgrade() -> None:
    raise NotImplementedError("A store goes back by restoring the copy made before it was upgraded.")
