"""What holds for every frontier: its own laws, on tables with ties and zeros."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from industria.productivity import dea
from tests.productivity.frontier_data import frame, scores


@st.composite
def tables(draw: st.DrawFn) -> pd.DataFrame:
    """Units of two inputs and two outputs, with ties and zeros among them."""
    n = draw(st.integers(12, 20))
    amounts = st.sampled_from([0.0, 1.0, 2.0, 3.0, 5.0, 8.0, 13.0, 0.7, 41.0])
    goods = np.array([[draw(amounts) for _ in range(4)] for _ in range(n)])
    goods[goods[:, :2].sum(axis=1) == 0, 0], goods[goods[:, 2:].sum(axis=1) == 0, 2] = 1, 1
    return pd.DataFrame(goods, columns=["a", "b", "c", "d"]).assign(unit=[f"u{i:02}" for i in range(n)])


TWO: dict[str, Any] = {"unit": "unit", "inputs": ["a", "b"], "outputs": ["c", "d"]}
# Scores of one program by two ways differ by what rounding leaves.
ROUNDING = 1e-9


@settings(max_examples=20)
@given(tables())
def test_the_freer_the_technology_the_lower_the_score(table: pd.DataFrame) -> None:
    """Free disposal ≥ variable ≥ nonincreasing, nondecreasing ≥ constant; nobody beats what it helped to draw."""
    free, variable, fewer, more, constant = (
        scores(table, **TWO, returns=returns)
        for returns in ("free_disposal", "variable", "nonincreasing", "nondecreasing", "constant")
    )

    assert (free <= 1 + ROUNDING).all()
    assert (variable <= free + ROUNDING).all()
    np.testing.assert_allclose(np.minimum(fewer, more), constant, atol=ROUNDING)
    np.testing.assert_allclose(np.maximum(fewer, more), variable, atol=ROUNDING)


@settings(max_examples=20)
@given(tables(), st.sampled_from(["input", "output"]), st.sampled_from(["variable", "constant", "free_disposal"]))
def test_a_further_unit_never_raises_efficiency(table: pd.DataFrame, orientation: Any, returns: Any) -> None:
    words = TWO | {"orientation": orientation, "returns": returns, "allow_thin": True}
    all_of_them, fewer = (dea(rows, **words).to_pandas()["efficiency"] for rows in (table, table.iloc[:-1]))

    assert (all_of_them.to_numpy()[:-1] <= fewer.to_numpy() + ROUNDING).all()


@settings(max_examples=20)
@given(tables(), st.sampled_from(["radial", "directional", "slacks_based", "russell"]), st.integers(-9, 9))
def test_units_of_measurement_do_not_matter(table: pd.DataFrame, model: Any, power: int) -> None:
    scaled = table.assign(a=table["a"] * 10.0**power, d=table["d"] * 10.0**-power)

    np.testing.assert_allclose(scores(scaled, **TWO, model=model), scores(table, **TWO, model=model), atol=ROUNDING)


@settings(max_examples=20)
@given(tables(), st.randoms(use_true_random=False))
def test_who_is_called_what_does_not_matter(table: pd.DataFrame, random: Any) -> None:
    """Also where peers are not unique: they may change with the order of names, the scores never."""
    named = random.sample(list(table["unit"]), len(table))
    other = dea(table.assign(unit=named), **TWO).to_pandas().set_index("unit")["score"]

    np.testing.assert_allclose(other[named], scores(table, **TWO), atol=ROUNDING)


@settings(max_examples=20)
@given(tables(), st.sampled_from(["variable", "constant", "nonincreasing", "nondecreasing"]))
def test_a_slacks_based_score_is_at_most_the_radial_one(table: pd.DataFrame, returns: Any) -> None:
    """Tone (2001): ρ ≤ θ, and the ratio is 1 only where nothing at all could be less or more."""
    radial, based = (dea(table, **TWO, returns=returns, model=model) for model in ("radial", "slacks_based"))
    rho, theta = (found.to_pandas()["score"].to_numpy() for found in (based, radial))

    assert based.n_uncertified == 0
    assert radial.n_uncertified == 0
    # Means over inputs above zero alone compare only where all of them are.
    full = (table[["a", "b", "c", "d"]] > 0).all(axis=1).to_numpy()
    assert (rho[full] <= theta[full] + ROUNDING).all()
    slack = frame(based.slacks).groupby("unit")["slack"].sum().to_numpy()
    assert ((slack < ROUNDING) == (rho > 1 - ROUNDING))[full].all()


@settings(max_examples=20)
@given(tables())
def test_targets_are_what_peers_make(table: pd.DataFrame) -> None:
    """Weights of peers sum to 1 and make the target of every good."""
    found = dea(table, **TWO, slacks=True)
    goods = table.set_index("unit")[["a", "b", "c", "d"]]
    peers = frame(found.peers)
    made = (goods.loc[peers["peer"]] * peers["weight"].to_numpy()[:, None]).groupby(peers["unit"].to_numpy()).sum()
    target = frame(found.slacks).pivot(index="unit", columns="good", values="target")

    np.testing.assert_allclose(peers.groupby("unit")["weight"].sum(), 1, rtol=ROUNDING)
    np.testing.assert_allclose(made[target.columns], target, atol=1e-7 * goods.to_numpy().max())
