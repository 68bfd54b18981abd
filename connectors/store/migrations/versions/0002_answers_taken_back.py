"""What a person said, and what they wanted, can be taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    for name in ("judged_outcome", "judged_want"):
        op.add_column(name, sa.Column("withdrawn", sa.Boolean))


def downgrade() -> None:
    raise NotImplementedError("A store goes back by restoring the copy made before it was upgraded.")
