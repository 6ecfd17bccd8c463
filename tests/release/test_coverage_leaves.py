"""Coverage of official totals leaves only as the policy lets cells leave."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from industria.release import Policy, doctor, pack, pool
from industria.release._coverage import medians_that_leave
from industria.release._sealing import said_of_data
from tests.release.sites import sealed
from tests.release.small_network import small_network

POLICY = Policy(threshold=10, p=0.1)


def cells(*units: int, share: float = 0.5, holdings: int = 99) -> dict[str, Any]:
    """Cells of so many units, whose shares grow by a hundredth."""
    found = [{"share": share + i / 100, "units": n, "holdings": min(n, holdings)} for i, n in enumerate(units)]
    return {"firms.sales": found}


def test_a_dominated_cell_does_not_leave_as_the_coverage_of_itself() -> None:
    """One cell of an official total of 1,000 and a share of 0.91: the median would tell its sum to a half per cent."""
    assert medians_that_leave(cells(40, share=0.914), POLICY) == {"firms.sales": None}


@pytest.mark.parametrize(
    ("units", "median"),
    [
        ((10, 10, 10, 10), None),
        ((10, 10, 10, 10, 9), None),
        ((10, 10, 10, 10, 10), 0.52),
        ((3, 10, 10, 10, 10, 10), 0.53),
    ],
)
def test_a_median_needs_five_cells_that_keep_the_threshold(units: tuple[int, ...], median: float | None) -> None:
    assert medians_that_leave(cells(*units), POLICY) == {"firms.sales": median}


def test_holdings_count_where_the_policy_counts_them() -> None:
    by_holding = Policy(threshold=10, p=0.1, threshold_level="holding")

    assert medians_that_leave(cells(*[12] * 5, holdings=9), POLICY) == {"firms.sales": 0.52}
    assert medians_that_leave(cells(*[12] * 5, holdings=9), by_holding) == {"firms.sales": None}


def test_a_doctor_counts_units_and_holdings_behind_each_share(tmp_path: Path) -> None:
    """Small firms of 2019: f1 of g1, and f3, f5, f6 of nobody; the two of 50 persons or more are too few."""
    sent = pack(small_network(tmp_path), out=tmp_path / "sales.pack")
    (tmp_path / "site.csv").write_text((tmp_path / "site.csv").read_text().replace("f3,,", "f3,g1,"))
    found = doctor(sent, {"firms": tmp_path / "site.csv"}, answers={"firms": {"persons": "heads", "frame": "all"}})

    assert [(one["units"], one["holdings"]) for one in found.covered[0].behind] == [(4, 3), (4, 3)]


def test_a_median_that_was_taken_without_a_policy_never_leaves() -> None:
    brought = {"coverage": {"firms.sales": 0.77}, "definitions": {"firms.frame": "all"}}

    assert said_of_data(brought, POLICY) == {"definitions": {"firms.frame": "all"}}


def test_a_pool_says_that_a_coverage_is_withheld(tmp_path: Path) -> None:
    told: dict[str, Any] = {"coverage": {"firms.sales": None}}
    found = pool([sealed(tmp_path, site, **told) for site in ("north", "south")])

    assert "coverage of firms.sales: withheld" in found.report
    assert set(found.sites("turnover")["coverage"].to_pylist()) == {"firms.sales: withheld"}
