"""What was refused and why, in words: line, field and reason. A row's text is never shown, for it was never kept."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from connectors.reasons import REASONS


def by_reason(reasons: Mapping[str, int]) -> pl.DataFrame:
    """A row a reason, the commonest first: how many rows, what is wrong, what to do."""
    ordered = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    told = [REASONS.get(code, (code.replace("_", " "), "look at the row at its source")) for code, _ in ordered]
    return pl.DataFrame(
        {
            "What is wrong": [_capital(what) for what, _ in told],
            "What to do": [_capital(advice) for _, advice in told],
            "Rows": [f"{number:,}" for _, number in ordered],
        },
        schema={"What is wrong": pl.String, "What to do": pl.String, "Rows": pl.String},
    )


def by_line(rejects: pl.DataFrame, most: int = 200) -> pl.DataFrame:
    """A row a refused row: its line, the field, and why."""
    first = rejects.sort("line").head(most)
    return pl.DataFrame(
        {
            "Line": [f"{line:,}" if line is not None else "" for line in first["line"]],
            "Field": [field or "" for field in first["field"]],
            "Why": [
                _capital("; ".join(REASONS.get(code, (code.replace("_", " "), "look at the row at its source")))) + "."
                for code in first["reason"]
            ],
        },
        schema={"Line": pl.String, "Field": pl.String, "Why": pl.String},
    )


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
