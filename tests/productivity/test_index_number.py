"""Index numbers of prices and quantities over time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.errors import (
    UnmatchedItemsError,
)
from industria.kernels.index_numbers import FORMULAS, UNWEIGHTED
from industria.productivity import index_number
from tests.productivity.index_data import ces_sigma2, mirrored

PRICES = pa.table(
    {
        "shop": ["a", "a", "a", "a", "a", "b", "b", "b", "b"],
        "good": ["rye", "cod", "rye", "cod", "rye", "rye", "cod", "rye", "cod"],
        "month": [2, 2, 1, 1, 3, 1, 1, 2, 2],
        "price": [2.2, 9.0, 2.0, 10.0, 2.1, 2.0, 11.0, 2.5, 11.0],
        "kilograms": [48.0, 25.0, 50.0, 20.0, 52.0, 5.0, 2.0, 4.0, 2.0],
    }
)
EXAMPLE = (
    {"prices": PRICES},
    {"item": "good", "time": "month", "price": "price", "quantity": "kilograms", "by": ["shop"]},
)
ROLES = {"item": "product", "time": "period", "price": "price", "quantity": "quantity"}
# R §14 prints ten decimals.
PRINTED = 6e-11
# Products of eleven ratios of sums of four products.
EXACT = 1e-12


def indexed(data: Any = PRICES, **changes: Any) -> Any:
    return index_number(data, **(EXAMPLE[1] | changes))


def needed(formula: str) -> dict[str, float]:
    return {"sigma": 2.0} if formula == "lloyd_moulton" else {}


def levels(found: Any) -> list[float]:
    return found.to_pandas()["index"].tolist()


@pytest.mark.parametrize(
    ("formula", "wanted"),
    [
        ("laspeyres", 2.2000473587),
        ("paasche", 0.5745408049),
        ("fisher", 1.1242850974),
        ("tornqvist", 1.1346165662),
        ("walsh", 1.1370030581),
        ("sato_vartia", 1.1370030581),
        ("lloyd_moulton", 1.1370030581),
    ],
)
def test_chains_over_preferences_of_elasticity_2(formula: str, wanted: float) -> None:
    """Data of Diewert & Fox (2020), period 12 over 1; Sato-Vartia, Walsh and Lloyd-Moulton are exact at σ = 2."""
    found = index_number(ces_sigma2(), **ROLES, formula=formula, **needed(formula))

    assert levels(found)[-1] == pytest.approx(wanted, abs=PRINTED)
    assert found.n_null == 0


# IndexNumR 0.6.0 on the same data, period 12 over 1, chained and against period 1: twelve digits of each.
# Its two-period dummy is that of weights="shares" and biasAdjust=FALSE: by default it takes half the variance of
# the errors off the log, and two identical relatives then give another index (1.0211 and 1.1128 here).
PEER = {
    "jevons": (0.928613183997, 0.928613183997),
    "dutot": (0.855555555556, 0.855555555556),
    "carli": (1.31730663311, 1.025),
    "harmonic": (0.656016381991, 0.841950321987),
    "cswd": (0.929609988881, 0.928977437851),
    "laspeyres": (2.20004735872, 1.32692307692),
    "paasche": (0.574540804913, 0.925948936276),
    "fisher": (1.12428509744, 1.10845072583),
    "tornqvist": (1.13461656624, 1.1315497706),
    "walsh": (1.1370030581, 1.1370030581),
    "marshall_edgeworth": (1.1065526986, 1.06733842557),
    "sato_vartia": (1.1370030581, 1.1370030581),
    "geometric_laspeyres": (1.59282175466, 1.24276033132),
    "geometric_paasche": (0.808222733405, 1.03029107953),
    "stuvel": (1.10672985921, 1.07393390449),
    "palgrave": (1.1370030581, 1.1370030581),
    "lowe": (1.32692307692, 1.32692307692),
    "young": (1.58057636978, 1.32692307692),
    "lloyd_moulton": (1.1370030581, 1.1370030581),
    "time_product_dummy": (1.14174932895, 1.14791682558),
}


@pytest.mark.parametrize("formula", PEER)
def test_formulas_agree_with_indexnumr(formula: str) -> None:
    for chain, wanted in zip(("chained", "fixed"), PEER[formula], strict=True):
        found = index_number(ces_sigma2(), **ROLES, formula=formula, chain=chain, **needed(formula))
        assert levels(found)[-1] == pytest.approx(wanted, rel=1e-11)


def test_drobisch_is_the_mean_that_the_peer_lacks() -> None:
    l, p, d = (
        levels(index_number(ces_sigma2(), **ROLES, formula=f, chain="fixed"))[-1]
        for f in ("laspeyres", "paasche", "drobisch")
    )
    assert d == pytest.approx((l + p) / 2, rel=EXACT)


def test_the_data_are_those_that_were_published() -> None:
    """ces_sigma2.csv as IndexNumR carries it, to the digits of its quantities."""
    pd.testing.assert_frame_equal(ces_sigma2(), mirrored("ces_sigma2.csv"), rtol=1e-14)


def test_exact_indexes_do_not_drift() -> None:
    """For their preferences the chain and the direct comparison are one number."""
    for formula in ("sato_vartia", "walsh"):
        chained, fixed = (index_number(ces_sigma2(), **ROLES, formula=formula, chain=c) for c in ("chained", "fixed"))
        assert levels(chained) == pytest.approx(levels(fixed), rel=EXACT)


@pytest.mark.parametrize("formula", FORMULAS)
def test_values_are_prices_times_quantities_for_implicit_pairs(formula: str) -> None:
    prices = ces_sigma2()
    value = (prices["price"] * prices["quantity"]).groupby(prices["period"]).sum()
    for one, other in (("price", "implicit_quantity"), ("quantity", "implicit_price")):
        p, q = (index_number(prices, **ROLES, formula=formula, kind=kind, **needed(formula)) for kind in (one, other))
        assert np.multiply(levels(p), levels(q)) == pytest.approx(value / value.iloc[0], rel=EXACT)


def test_cells_have_indexes_of_their_own_and_tell_what_was_matched() -> None:
    table = indexed(formula="laspeyres").to_pandas()

    assert table["shop"].tolist() == ["a", "a", "a", "b", "b"]
    first = (2.2 * 50 + 9 * 20) / 300
    assert table["index"].tolist() == pytest.approx(
        [1, first, first * 2.1 / 2.2, 1, (2.5 * 5 + 22) / (2 * 5 + 22)], rel=EXACT
    )
    assert table["n_matched"].tolist() == [pd.NA, 2, 1, pd.NA, 2]
    # Cod was 225 of 330.6 in month 2, and is not sold in month 3.
    assert table["matched_share"].iloc[2] == pytest.approx(105.6 / 330.6)
    assert table["value"].tolist() == pytest.approx([300, 330.6, 109.2, 32, 32])


def test_support_tells_how_many_and_how_large() -> None:
    rows = indexed().table.collect("pandas").to_native()
    assert rows["support_units"].tolist() == [2, 2, 1, 2, 2]
    assert rows["support_value_largest"].tolist() == pytest.approx([200, 225, 109.2, 22, 22])
    assert rows["support_value_second"].iloc[[0, 1]].tolist() == pytest.approx([100, 105.6])
    assert np.isnan(rows["support_value_second"].iloc[2])


def three(prices: list[tuple[int, str, float, float]]) -> pd.DataFrame:
    return pd.DataFrame(prices, columns=["month", "good", "price", "kilograms"])


GONE = three([(1, "rye", 1, 1), (1, "cod", 4, 1), (2, "rye", 2, 1), (3, "rye", 2, 1), (3, "cod", 8, 1)])


def test_an_item_that_comes_back_is_matched_again() -> None:
    """IndexNumR loses it (its issue 12). Against month 1 both are matched in month 3; in a chain rye alone."""
    assert levels(indexed(GONE, by=[], chain="fixed")) == pytest.approx([1, 2, 2])
    assert levels(indexed(GONE, by=[])) == pytest.approx([1, 2, 2])
    back = pd.concat([GONE, three([(4, "cod", 8, 1), (4, "rye", 1, 1)])])
    assert levels(indexed(back, by=[], formula="laspeyres"))[-1] == pytest.approx(2 * 9 / 10)


def test_a_price_is_carried_forward_without_quantity() -> None:
    found = indexed(GONE, by=[], missing="carry_forward", formula="laspeyres")
    # Month 2: rye doubles, cod stays at 4; month 3: only what was bought in month 2 weighs.
    assert levels(found) == pytest.approx([1, 6 / 5, 6 / 5])
    assert found.n_carried == 1
    assert found.to_pandas()["n_matched"].tolist() == [pd.NA, 2, 2]
    parts = found.contributions.collect("pandas").to_native()
    assert parts[["good", "month"]].to_numpy().tolist() == [["cod", 2], ["cod", 3], ["rye", 2], ["rye", 3]]


def test_nothing_matched_is_null_and_counted_and_never_1() -> None:
    """IndexNumR answers 1 (its issue 15)."""
    none = three([(1, "rye", 1, 1), (2, "cod", 4, 1), (3, "cod", 5, 1)])
    found = indexed(none, by=[])
    assert found.to_pandas()["link"].isna().tolist() == [True, True, False]
    assert found.to_pandas()["index"].isna().tolist() == [False, True, True]
    assert (found.n_null, found.to_pandas()["n_matched"].tolist()) == (2, [pd.NA, 0, 1])


def test_unmatched_items_are_refused_where_asked() -> None:
    with pytest.raises(UnmatchedItemsError, match=r"1 item without a counterpart in 2, first good = 'cod', month = 1"):
        indexed(GONE, by=[], missing="refuse")
    assert levels(indexed(ces_sigma2(), **ROLES, by=[], missing="refuse"))[-1] == pytest.approx(1.1242850974, abs=1e-10)


def test_another_base_only_scales() -> None:
    first, fifth = (indexed(ces_sigma2(), **ROLES, by=[], base=base) for base in (None, 5))
    assert np.divide(levels(first), levels(fifth)) == pytest.approx(levels(first)[4], rel=EXACT)
    direct = levels(indexed(ces_sigma2(), **ROLES, by=[], base=5, chain="fixed", formula="fisher"))
    # Fisher reverses time, so that looking back from month 5 is looking forward to it.
    back = levels(indexed(ces_sigma2(), **ROLES, by=[], chain="fixed", formula="fisher"))
    assert direct[0] == pytest.approx(1 / back[4], rel=EXACT)
    assert levels(indexed(base=3))[3:] == pytest.approx([np.nan, np.nan], nan_ok=True), "shop b has no month 3"


def test_a_base_after_a_break_is_chained_outward_from() -> None:
    """Nothing joins months 1 and 2: what lies on the base's side of the break is told, the other side is not."""
    broken = three([(1, "rye", 1, 1), (2, "cod", 4, 1), (3, "cod", 5, 1), (4, "cod", 10, 1), (5, "fig", 1, 1)])
    found = indexed(broken, by=[], base=3)
    assert levels(found) == pytest.approx([np.nan, 4 / 5, 1, 2, np.nan], rel=EXACT, nan_ok=True)
    assert found.n_null == 2
    assert levels(indexed(broken, by=[])) == pytest.approx([1, *[np.nan] * 4], nan_ok=True)


def test_periods_of_the_calendar_that_lack_are_counted() -> None:
    gap = three([(1, "rye", 1, 1), (2, "rye", 2, 1), (5, "rye", 3, 1)])
    for chain in ("chained", "fixed"):
        found = indexed(gap, by=[], chain=chain)
        assert found.n_gaps == 1
        assert found.to_pandas()["link"].tolist() == pytest.approx([np.nan, 2, 1.5], nan_ok=True)
    assert indexed().n_gaps == 0


def test_lowe_weighs_by_the_period_asked_for() -> None:
    of_first = indexed(ces_sigma2(), **ROLES, by=[], formula="lowe", chain="fixed")
    laspeyres = indexed(ces_sigma2(), **ROLES, by=[], formula="laspeyres", chain="fixed")
    assert levels(of_first) == pytest.approx(levels(laspeyres), rel=EXACT)
    of_last = indexed(ces_sigma2(), **ROLES, by=[], formula="lowe", chain="fixed", weight_period=12)
    paasche = indexed(ces_sigma2(), **ROLES, by=[], formula="paasche", chain="fixed")
    assert levels(of_last)[-1] == pytest.approx(levels(paasche)[-1], rel=EXACT)


@pytest.mark.parametrize("formula", ["laspeyres", "fisher", "tornqvist"])
@pytest.mark.parametrize("kind", ["price", "quantity"])
def test_contributions_add_up_to_the_links(formula: str, kind: str) -> None:
    found = index_number(ces_sigma2(), **ROLES, formula=formula, kind=kind)
    parts = found.contributions.collect("pandas").to_native().groupby("period")["contribution"].sum()
    links = found.to_pandas().set_index("period")["link"].dropna()
    np.testing.assert_allclose(parts, links - 1, atol=EXACT)
    assert len(indexed(formula="walsh").contributions.collect("pyarrow")) == 0


@given(st.floats(1e-3, 1e3), st.floats(1e-3, 1e3), st.sampled_from([f for f in FORMULAS if f != "dutot"]))
def test_units_do_not_matter(price: float, quantity: float, formula: str) -> None:
    plain = ces_sigma2()
    scaled = plain.assign(price=plain["price"] * price, quantity=plain["quantity"] * quantity)
    one, other = (index_number(data, **ROLES, formula=formula, **needed(formula)) for data in (plain, scaled))
    assert levels(one) == pytest.approx(levels(other), rel=1e-10)


@pytest.mark.parametrize("formula", UNWEIGHTED)
def test_formulas_without_weights_need_no_quantity(formula: str) -> None:
    with_q, without = (indexed(quantity=q, formula=formula, by=["shop"]) for q in ("kilograms", None))
    assert levels(with_q) == levels(without)
    assert without.to_pandas()["value"].isna().all()
    assert without.to_pandas()["matched_share"].tolist()[1:3] == [1, 0.5]


def test_a_price_in_another_unit_is_listed() -> None:
    wrong = PRICES.set_column(3, "price", pa.array([2.2, 9000.0, 2.0, 10.0, 2.1, 2.0, 11.0, 2.5, 11.0]))
    found = indexed(wrong)
    assert found.n_jumps == 1
    row = found.jumps.collect("pandas").to_native().iloc[0]
    assert row.tolist() == ["a", "cod", 2, "price", 900.0]
