"""Means by cell leave where their sums may, and nothing that leaves tells a sum that is withheld."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from industria.core.result import Result
from industria.productivity import allocation, concentration, dispersion, frontier_gap
from industria.release import Policy
from industria.release.release import Release, release
from industria.tables import magnitude_table
from tests.release.outsider import level

POLICIES = {
    "acro-1": Policy.preset("acro-1"),
    "handbook": Policy.preset("handbook", p=0.1),
    "dual-dominance": Policy.preset("dual-dominance"),
    "both": Policy(threshold=3, p=0.1, dominance=((1, 0.8), (2, 0.9)), percentile_values="any"),
}
AMOUNTS = {
    "gap": ["frontier_mean", "group_mean", "gap"],
    "sizes": ["weighted_mean", "mean", "covariance", "low", "high"],
    "spread": ["mean", "sd"],
}


def firms(seed: int = 1, **places: str) -> pd.DataFrame:
    """Sales in billions, which pass for logs; one firm of A has nearly all, and none of B and C has much."""
    rng = np.random.default_rng(seed)
    rows = pd.DataFrame({"region": ["A"] * 45 + ["B"] * 60 + ["C"] * 80})
    rows = rows.assign(firm=[f"f{i}" for i in range(len(rows))], size=np.where(rng.random(len(rows)) < 0.5, "s", "l"))
    rows = rows.assign(jobs=rng.integers(50, 100, len(rows)) * 1.0, sales=rng.uniform(0.01, 0.03, len(rows)).round(4))
    rows.loc[0, "sales"] = 15.1234
    return rows.assign(productivity=rows.sales / rows.jobs, **places)


def made(rows: pd.DataFrame, **more: Any) -> dict[str, Result]:
    told: dict[str, Any] = {"unit": "firm", "by": ["region"]}
    return {
        "gap": frontier_gap(rows, value="sales", frontier=0.3, **told, **more),
        "sizes": allocation(rows, value="productivity", weight="jobs", **told),
        "spread": dispersion(rows, value="sales", **told),
    }


def tables(rows: pd.DataFrame) -> dict[str, Result]:
    return {of: magnitude_table(rows, variable=of, by=["region"], unit="firm") for of in ("sales", "jobs")}


def rows_of(found: Release, step: str, region: str) -> pd.DataFrame:
    told = found.table(step).to_pandas()
    return told[told.region == region]


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
@pytest.mark.parametrize("step", AMOUNTS)
def test_what_is_safe_leaves_and_what_one_firm_has_does_not(step: str, policy: Policy) -> None:
    rows = firms()
    found = release(tables(rows) | {step: made(rows)[step]}, policy)

    assert rows_of(found, step, "A")[AMOUNTS[step]].isna().all(axis=None)
    assert rows_of(found, step, "C")[AMOUNTS[step]].notna().all(axis=None)
    assert found.table(step).to_pandas()["n_units"].notna().all()
    assert any("it would tell a sum or a number of units" in why for why in found._found.judged[step].reasons)


@pytest.mark.parametrize("step", AMOUNTS)
def test_means_leave_alone_too_and_under_a_policy_that_asks_for_no_rule(step: str) -> None:
    alone = release({step: made(firms())[step]}, POLICIES["both"])
    free = release({step: made(firms())[step]}, Policy(threshold=3, concentration="none"))

    assert rows_of(alone, step, "A")[AMOUNTS[step]].isna().all(axis=None)
    assert rows_of(alone, step, "B")[AMOUNTS[step]].notna().all(axis=None)
    assert free.table(step).to_pandas()[AMOUNTS[step]].notna().all(axis=None)


def test_percentiles_are_judged_by_the_units_between_them() -> None:
    found = release({"spread": made(firms())["spread"]}, POLICIES["both"])
    values = release({"spread": made(firms())["spread"]}, POLICIES["handbook"])

    told = found.table("spread").to_pandas().set_index("region")
    assert told["p50"].isna().to_dict() == {"A": True, "B": False, "C": False}
    assert told["p90_p10"].isna().to_dict() == {"A": True, "B": False, "C": False}
    assert values.table("spread")["p50"].null_count == 3
    assert any("value of one or two units" in why for why in values._found.judged["spread"].reasons)


def test_a_group_of_few_takes_the_frontier_of_its_cell_along() -> None:
    """Whoever is at the frontier is above the two small firms of A, which is no equation."""
    rows = firms().assign(sales=lambda r: r.sales.where(r.firm != "f0", 0.02), size="l")
    rows.loc[[3, 4], "size"] = "s"
    rows.loc[rows.index[50::2], "size"] = "s"
    found = release({"gap": made(rows, groups="size")["gap"]}, POLICIES["both"])

    of_a = rows_of(found, "gap", "A").set_index("group")
    assert of_a.loc["s", ["n_units", "group_mean", "gap"]].isna().all()
    assert of_a.loc["l", ["frontier_mean", "gap"]].isna().all()
    assert rows_of(found, "gap", "B").loc[:, ["frontier_mean", "group_mean", "gap", "n_units"]].notna().all(axis=None)


def test_few_firms_are_not_counted_through_the_other_side_of_a_gap() -> None:
    rows = firms().assign(sales=lambda r: r.sales.where(r.firm != "f0", 0.02))
    told = frontier_gap(rows, value="sales", unit="firm", by=["region"], frontier=0.02)
    found = release(
        {"gap": told, "n": magnitude_table(rows, variable="jobs", by=["region"], unit="firm")}, POLICIES["both"]
    )

    assert told.to_pandas().set_index("region")["n_frontier"]["A"] < 3
    assert rows_of(found, "gap", "A")[["n_units", "n_frontier", "group_mean"]].isna().all(axis=None)


def test_the_interval_of_a_covariance_stays_where_one_firm_makes_it() -> None:
    """Sums hide the firm whose share and productivity both are far from the others'; squares do not."""
    rng = np.random.default_rng(0)
    rows = firms().assign(
        productivity=lambda r: rng.uniform(0.99, 1.01, len(r)), jobs=lambda r: rng.uniform(9, 11, len(r))
    )
    rows.loc[rows.firm == "f60", ["jobs", "productivity"]] = [25.0, 5.0]
    found = release({"sizes": made(rows)["sizes"]}, POLICIES["both"])

    of_b = rows_of(found, "sizes", "B").iloc[0]
    assert of_b[["low", "high"]].isna().all()
    assert of_b[["weighted_mean", "mean", "covariance"]].notna().all()
    assert rows_of(found, "sizes", "C")[["low", "high"]].notna().all(axis=None)


def test_shares_of_a_weight_that_is_the_same_everywhere_are_no_second_variable() -> None:
    found = release({"sizes": made(firms().assign(jobs=10.0))["sizes"]}, POLICIES["both"])

    assert rows_of(found, "sizes", "C")[["weighted_mean", "mean", "covariance"]].notna().all(axis=None)


def test_logs_that_a_measure_takes_are_added_up_as_logs() -> None:
    """A gap of logs is a difference of two sums: with the level in a table, neither tells the other."""
    rows = firms().assign(level=lambda r: np.exp(r.jobs / 10))
    told = frontier_gap(rows, value="level", unit="firm", by=["region"], logs=False)
    found = release(
        {"gap": told, "t": magnitude_table(rows, variable="level", by=["region"], unit="firm")}, POLICIES["both"]
    )

    assert found.table("gap").to_pandas()[["gap", "group_mean"]].notna().all(axis=None)


def test_shares_of_the_largest_still_rest_on_what_is_told_of_them() -> None:
    rows = firms().assign(sales=1.0)
    found = release({"c": concentration(rows, value="sales", unit="firm", by=["region"])}, POLICIES["both"])

    assert found.table("c").to_pandas()["hhi"].notna().all()


# An outsider who solves for every part of a cell


def market(seed: int) -> pd.DataFrame:
    """Draw firms of four regions, some of which one or two firms have, with codes of plants that say nothing."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(6, 40, 4)
    rows = pd.DataFrame({"region": np.repeat(list("ABCD"), sizes)})
    n = len(rows)
    rows = rows.assign(firm=[f"f{i}" for i in range(n)], size=rng.choice(["s", "l"], n))
    rows = rows.assign(
        jobs=np.ceil(rng.lognormal(3, 0.8, n)), sales=rng.lognormal(-4, rng.uniform(0.4, 1.2), n).round(5)
    )
    large = rng.choice(n, 2, replace=False)
    rows.loc[large, "sales"] = rng.uniform(0.5, 5, 2).round(5)
    return rows.assign(productivity=rows.sales / rows.jobs)


class Reader:
    """Whoever has the tables that left, knows every number of units, and takes each part for an unknown."""

    def __init__(self, rows: pd.DataFrame, leads: pd.Series) -> None:
        self.rows = rows.assign(leads=leads)
        self.parts = sorted({*zip(self.rows.region, self.rows["size"], self.rows.leads, strict=True)})
        self.equal: list[tuple[np.ndarray, float]] = []
        self.above: list[np.ndarray] = []

    def of(self, variable: str, which: Callable[[pd.DataFrame], pd.Series], by: float = 1.0) -> np.ndarray:
        """Write the sum of some firms as a row over all parts of both variables."""
        inside = {*zip(*(self.rows.loc[which(self.rows), name] for name in ("region", "size", "leads")), strict=True)}
        row = np.array([by * (part in inside) for part in self.parts])
        zero = np.zeros(len(row))
        return np.concatenate([row, zero] if variable == "sales" else [zero, row])

    def number(self, which: Callable[[pd.DataFrame], pd.Series]) -> int:
        return int(which(self.rows).sum())

    def reach(self, row: np.ndarray) -> tuple[float, float]:
        A, b = np.array([one for one, _ in self.equal]), np.array([value for _, value in self.equal])
        more = {"A_ub": -np.array(self.above), "b_ub": np.zeros(len(self.above))} if self.above else {}
        ends = [linprog(sign * row, A_eq=A if len(A) else None, b_eq=b if len(A) else None, **more) for sign in (1, -1)]
        assert all(one.status in (0, 3) for one in ends), [one.message for one in ends]
        return tuple(
            sign * one.fun if one.status == 0 else sign * -np.inf for sign, one in zip((1, -1), ends, strict=True)
        )


def everyone(rows: pd.DataFrame) -> pd.Series:
    return rows.region.notna()


def read_tables(reader: Reader, found: Release) -> None:
    for variable in ("sales", "jobs"):
        for row in found.table(variable).to_pylist():
            inside = everyone if row["region"] == "Total" else (lambda r, at=row["region"]: r.region == at)
            if row["value"] is not None:
                reader.equal.append((reader.of(variable, inside), row["value"]))


def read_means(reader: Reader, found: Release, groups: str | None) -> list[tuple[str, Callable[[Any], Any], object]]:
    """Read every mean as a sum; list each with who is behind it and what was told."""
    told: list[tuple[str, Callable[[Any], Any], object]] = []
    for row in found.table("gap").to_pylist():
        best = lambda r, at=row["region"]: (r.region == at) & r.leads  # noqa: E731
        if groups is None:
            others = lambda r, at=row["region"]: (r.region == at) & ~r.leads  # noqa: E731
            above = reader.of("sales", best, 1 / reader.number(best)) - reader.of(
                "sales", others, 1 / reader.number(others)
            )
            reader.above.append(above)
        else:
            others = lambda r, at=row["region"], of=row["group"]: (r.region == at) & (r["size"] == of)  # noqa: E731
        told += [("sales", best, row["frontier_mean"]), ("sales", others, row["group_mean"])]
        if row["gap"] is not None:
            one, other = (reader.of("sales", of, 1 / reader.number(of)) for of in (best, others))
            reader.equal.append((one - other, row["gap"]))
    for row in found.table("spread").to_pylist():
        told.append(("sales", lambda r, at=row["region"]: r.region == at, row["mean"]))
    for row in found.table("sizes").to_pylist():
        if row["weighted_mean"] is not None:
            inside = lambda r, at=row["region"]: r.region == at  # noqa: E731
            reader.equal.append((reader.of("sales", inside) - reader.of("jobs", inside, row["weighted_mean"]), 0.0))
    for variable, inside, mean in told:
        if mean is not None:
            reader.equal.append((reader.of(variable, inside), mean * reader.number(inside)))
    return told


@pytest.mark.parametrize("groups", [None, "size"], ids=["laggards", "groups"])
@pytest.mark.parametrize("seed", range(12))
def test_nothing_that_leaves_tells_a_withheld_sum(seed: int, groups: str | None) -> None:
    rows = market(seed)
    rules: dict[str, Any] = {"threshold": 3, "p": 0.1, "dominance": ((1, 0.8), (2, 0.9))}
    steps = tables(rows) | made(rows, groups=groups)
    used = steps["gap"].tables()["units_used"].collect("pandas").to_native().set_index("used_unit")["used_frontier"]
    reader = Reader(rows, rows.firm.map(used))
    found = release(steps, Policy(**rules))

    read_tables(reader, found)
    asked = [(of, inside) for of, inside, mean in read_means(reader, found, groups) if mean is None]
    for variable in ("sales", "jobs"):
        gone = [row["region"] for row in found.table(variable).to_pylist() if row["value"] is None]
        asked += [(variable, everyone if at == "Total" else lambda r, at=at: r.region == at) for at in gone]
    for variable, inside in asked:
        behind = reader.rows.loc[inside(reader.rows)].set_index("firm")[variable].to_dict()
        total, low_high = sum(behind.values()), reader.reach(reader.of(variable, inside))
        needed = level(behind, rules, counts=False)
        slack = 1e-6 * max(1.0, total)
        if needed is not None:
            assert low_high[1] >= total + needed - slack, (seed, variable)
            assert low_high[0] <= max(total - needed, 0.0) + slack, (seed, variable)
