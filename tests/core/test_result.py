from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError, dataclass, replace
from typing import Any

import maketables
import narwhals.stable.v2 as nw
import numpy as np
import polars as pl
import pytest

from industria.core.result import ESTIMATES, SYNTHETIC, Cells, Estimates, Result, text_table
from industria.core.table import Table, collect, from_arrays


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Shares(Result):
    """Shares, one fact and one further table."""

    total: float
    note: str | None = None
    parts: Table


def _shares() -> Shares:
    table = from_arrays(
        {
            "industry": ["food", "metal"],
            "share": [0.25, 0.75],
            "support_units": [4, 9],
            "support_share_largest": [0.2, 0.5],
        }
    )
    return Shares(table=table, total=1.0, parts=from_arrays({"plant": ["x"]}), units={"share": "fraction"})


def _estimates() -> Estimates:
    numbers = np.array([[-0.2523], [0.1406], [-1.794], [0.0757], [-0.5311], [0.0265]])
    columns = dict(zip(ESTIMATES[1:], numbers, strict=True))
    table = from_arrays({"term": ["grant"], **columns, "support_df": [104]})
    return Estimates(table=table, outcome="log_scrap_rate", n_obs=162, n_units=54, df=104.0, confidence=0.95)


def test_tidy_leaves_disclosure_columns_out_and_support_shows_them() -> None:
    shares = _shares()

    assert shares.tidy().collect_schema().names() == ["industry", "share"]
    assert shares.to_arrow().column_names == ["industry", "share"]
    assert shares.support is not None
    assert {"industry", "share", "support_units", "support_share_largest"} == set(
        shares.support.collect_schema().names()
    )


def test_contributors_stand_beside_cells_and_never_in_the_tidy_table() -> None:
    cells = Cells(
        table=from_arrays({"industry": ["food"], "value": [90.0], "support_units": [1]}),
        contributors=from_arrays({"industry": ["food"], "unit": ["a"], "contribution_value": [90.0]}),
        hierarchies=from_arrays({"dimension": ["industry"], "code": ["food"], "parent": ["Total"]}),
        variable="sales",
        unit="firm",
        population="4f2a",
        period=None,
        total="Total",
    )

    assert cells.to_arrow().column_names == ["industry", "value"]
    assert set(cells.tables()) == {"contributors", "hierarchies"}
    assert cells.facts() == {
        "variable": "sales",
        "unit": "firm",
        "population": "4f2a",
        "period": None,
        "total": "Total",
    }


def test_a_result_that_tells_no_support_says_none() -> None:
    assert Result(table=from_arrays({"x": [1]})).support is None


def test_the_same_rows_come_as_pandas_polars_and_arrow() -> None:
    shares = _shares()
    rows = shares.to_arrow().sort_by("industry").to_pylist()

    assert shares.to_pandas().sort_values("industry").to_dict("records") == rows
    assert shares.to_polars().sort("industry").to_dicts() == rows


def test_facts_are_scalars_and_tables_are_tables() -> None:
    shares = _shares()

    assert shares.facts() == {"total": 1.0, "note": None}
    assert list(shares.tables()) == ["parts"]
    assert collect(shares.tables()["parts"]).to_pylist() == [{"plant": "x"}]


def test_a_result_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        _shares().total = 2.0  # type: ignore[misc]


def test_repr_shows_columns_and_facts_and_computes_nothing() -> None:
    def fail(_: Any) -> Any:
        raise AssertionError("the table was computed")

    lazy = pl.LazyFrame({"share": [1.0]}).map_batches(fail, schema={"share": pl.Float64})

    assert repr(Result(table=nw.from_native(lazy))) == "Result(share)"
    assert repr(_shares()) == "Shares(industry, share, total=1)"


def test_html_escapes_what_the_data_say() -> None:
    html = Result(table=from_arrays({"<b>": ["<script>"]}))._repr_html_()

    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "&lt;b&gt;" in html


def test_summary_lines_numbers_up() -> None:
    shown = _shares().summary().splitlines()

    assert shown[:2] == ["Shares", "total 1"]
    assert {len(line) for line in shown[2:]} == {len("industry  share")}


def test_long_tables_are_cut_with_a_count() -> None:
    rows = collect(from_arrays({"n": np.arange(30)}))

    assert text_table(rows, most=20).splitlines()[-1] == "… 10 more rows"
    assert "more" not in text_table(rows, most=30)


def test_all_that_a_synthetic_result_shows_says_so() -> None:
    drawn = replace(_shares(), synthetic=True)

    assert drawn.summary().splitlines()[0] == SYNTHETIC
    assert f"<caption>{SYNTHETIC}</caption>" in drawn._repr_html_()
    assert repr(drawn) == "Shares(industry, share, total=1, synthetic)"
    assert drawn.to_arrow().schema.metadata == {b"synthetic": b"true"}
    assert drawn.to_pandas().attrs == {"synthetic": True}
    assert drawn.facts() == _shares().facts()


def test_a_real_result_shows_no_mark() -> None:
    real = _shares()

    assert SYNTHETIC not in real.summary() + real._repr_html_()
    assert not real.to_arrow().schema.metadata
    assert real.to_pandas().attrs == {}


@pytest.mark.parametrize("synthetic", [True, False])
def test_a_printed_regression_of_synthetic_rows_says_so(synthetic: bool) -> None:
    printed = maketables.ETable([replace(_estimates(), synthetic=synthetic)]).make(type="tex")

    assert (SYNTHETIC in str(printed)) == synthetic


@pytest.mark.parametrize("kind", ["tex", "typst", "html"])
def test_a_regression_table_package_prints_estimates(kind: str) -> None:
    """The maketables attributes suffice: no adapter, no dependency."""
    table = maketables.ETable([_estimates()])
    printed = str(table.make(type={"html": "gt"}.get(kind, kind)) if kind != "html" else table.make("gt").as_raw_html())

    assert "-0.252" in printed
    assert "0.141" in printed
    assert "162" in printed
    assert "grant" in printed


def test_estimates_name_what_maketables_asks_for() -> None:
    estimates = _estimates()
    coefficients = estimates.__maketables_coef_table__

    assert list(coefficients.columns) == ["b", "se", "t", "p"]
    assert coefficients.loc["grant", "b"] == pytest.approx(-0.2523)
    assert estimates.__maketables_depvar__ == "log_scrap_rate"
    assert [estimates.__maketables_stat__(key) for key in ["N", "n_units", "unknown"]] == [162, 54, None]
    assert set(estimates.__maketables_default_stat_keys__) <= {"N", *estimates.__maketables_stat_labels__}


def test_facts_travel_by_pickle_apart_from_their_table() -> None:
    """Lazy tables hold engines and do not pickle; workers are sent facts and arrays."""
    assert pickle.loads(pickle.dumps(_estimates().facts())) == _estimates().facts()
