"""Our own database: records, judgements, ledger and audit, and the Parquet parts that measures scan.

>>> from connectors.store import open_store
"""

from connectors.store.errors import StaleJudgement, StoreBusy, StoreDenied, StoreError, StoreUnreachable
from connectors.store.importing import Import
from connectors.store.reading import StoreRecords
from connectors.store.store import Store, open_store

__all__ = [
    "Import",
    "StaleJudgement",
    "Store",
    "StoreBusy",
    "StoreDenied",
    "StoreError",
    "StoreRecords",
    "StoreUnreachable",
    "open_store",
]
