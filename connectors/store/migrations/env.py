"""Alembic runs inside the transaction the store has begun; it opens none of its own."""

from alembic import context

from connectors.store.schema import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    transactional_ddl=True,
    transaction_per_migration=False,
)
context.run_migrations()
