"""Why a whole file, or a whole source, was not taken: one sentence that says what, where and what to do."""

from __future__ import annotations


class ImportRefused(Exception):
    """Nothing of this source was taken; the sentence says why and what to do."""


class ImportCancelled(ImportRefused):
    """A person stopped the import; nothing of it was kept."""


class MappingError(ImportRefused):
    """The mapping itself is wrong; the sentence says where."""


class SourceFailed(ImportRefused):
    """The source itself failed: it did not answer, or not this query; the sentence says what it said."""
