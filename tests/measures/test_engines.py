"""Needs, cycles and medians give the same rows on polars and on DuckDB, by the same narwhals code."""

from __future__ import annotations

from random import Random

import duckdb
import narwhals as nw
import polars as pl
import pytest
from histories import events
from polars.testing import assert_frame_equal
from window_work import ASSESS, CLOSE, DO, REFER, SCREEN, VISIT, cycles, quantiles

from measures.needs import end_needs, place_demands
from measures.survival import quantiles as quantiles_in_polars


def on_polars(frame: pl.DataFrame) -> nw.LazyFrame:
    return nw.from_native(frame.lazy())


def on_duckdb(frame: pl.DataFrame) -> nw.LazyFrame:
    connection = duckdb.connect()
    connection.register("rows", frame.to_arrow())
    return nw.from_native(connection.sql("select * from rows"))


ENGINES = {"polars": on_polars, "duckdb": on_duckdb}


def collected(lazy: nw.LazyFrame, *by: str) -> pl.DataFrame:
    """The rows as polars holds them, in order, every whole number as wide as the widest."""
    rows = lazy.collect("polars").to_native()
    whole = [name for name, dtype in rows.schema.items() if dtype.is_integer() or dtype.is_decimal()]
    return rows.with_columns(pl.col(whole).cast(pl.Int64)).sort(by)


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (2, 3))])
def test_needs_are_the_same_on_both_engines(seed):
    told = events(seed)
    placed = {name: collected(place_demands(engine(told)), "pos") for name, engine in ENGINES.items()}
    ended = {}
    for name, engine in ENGINES.items():
        lazy = engine(told)
        ended[name] = collected(end_needs(lazy, place_demands(lazy)), "need")
    assert_frame_equal(placed["polars"], placed["duckdb"])
    assert_frame_equal(ended["polars"], ended["duckdb"])
    # the histories hold every kind of end, so that an agreement says something
    assert ended["polars"]["result"].n_unique() > 3
    assert 0 < ended["polars"]["inferred"].sum() < ended["polars"].height


CASE = (  # need 1, team 1: a cycle opens and completes, another opens
    [SCREEN, ASSESS, DO, ASSESS, VISIT],
    # need 2: nothing opens a cycle before the work; then two screens and one close
    [DO, SCREEN, SCREEN, ASSESS, ASSESS, CLOSE, REFER],
    # need 3: only work
    [DO, CLOSE],
)


@pytest.mark.parametrize("engine", ENGINES.values(), ids=ENGINES)
def test_cycles_by_hand(engine):
    rows = [(need, 1, kind) for need, kinds in enumerate(CASE, 1) for kind in kinds]
    acts = pl.DataFrame(rows, schema=["need", "team", "kind"], orient="row").with_row_index("pos")
    # need 2 opens at screen, screen, and the assess that follows an assess; only the last is complete
    assert collected(cycles(engine(acts)), "need").rows() == [(1, 1, 2, 1), (2, 1, 3, 1)]


def test_cycles_are_the_same_on_both_engines():
    chance = Random(11)
    acts = pl.DataFrame({
        "need": [chance.randrange(300) for _ in range(6000)],
        "team": [chance.randrange(3) for _ in range(6000)],
        "kind": [chance.randrange(8) for _ in range(6000)],
        "pos": chance.sample(range(6000), 6000),
    })  # fmt: skip
    polars, duck = (collected(cycles(engine(acts)), "need", "team") for engine in ENGINES.values())
    assert_frame_equal(polars, duck)
    assert polars["opened"].sum() > polars["completed"].sum() > 0


@pytest.mark.parametrize("quantile", [0.5, 0.75, 0.9])
def test_weekly_medians_are_the_same_on_both_engines_and_in_the_program(quantile):
    chance = Random(12)
    waits = pl.DataFrame({
        "week": [chance.randrange(60) for _ in range(3000)],
        "days": [chance.randrange(90) for _ in range(3000)],  # many ties
        "met": [int(chance.random() < 0.7) for _ in range(3000)],
    })  # fmt: skip
    polars, duck = (collected(quantiles(engine(waits), quantile), "week") for engine in ENGINES.values())
    assert_frame_equal(polars, duck)
    ours = quantiles_in_polars(waits.lazy().cast({"met": pl.Boolean}), (quantile,), ("week",)).collect().sort("week")
    assert polars.rows() == ours.drop_nulls().rows()
    assert 0 < polars.height
