"""Transitive price indexes of periods and countries."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.errors import (
    ChoiceError,
    ColumnTypeError,
    DuplicateRowError,
    ExcludedParameterError,
    OutsideRangeError,
    ParameterRangeError,
    ReservedNameError,
)
from industria.productivity import multilateral_index
from tests.productivity.index_data import ces_sigma2

PRICES = pa.table(
    {
        "good": ["rye", "cod", "rye", "cod", "fig", "rye", "cod", "fig"],
        "place": ["de", "de", "at", "at", "at", "ch", "ch", "ch"],
        "price": [2.2, 9.0, 2.0, 10.0, 5.0, 4.1, 22.0, 9.0],
        "kilograms": [480.0, 250.0, 50.0, 20.0, 7.0, 52.0, 16.0, 5.0],
    }
)
EXAMPLE = ({"prices": PRICES}, {"item": "good", "time": "place", "price": "price", "quantity": "kilograms"})
ROLES = {"item": "product", "time": "period", "price": "price", "quantity": "quantity"}
PRINTED = 6e-11  # R §14 prints ten decimals


def compared(data: Any = PRICES, **changes: Any) -> Any:
    return multilateral_index(data, **(EXAMPLE[1] | changes))


def levels(**changes: Any) -> Any:
    return multilateral_index(ces_sigma2(), **ROLES, **changes).to_pandas()["index"].to_numpy()


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"kernel": "fisher"}, 1.1152731360),
        ({"kernel": "tornqvist"}, 1.1328204527),
        ({"method": "geary_khamis"}, 1.2324531452),
        ({"method": "time_product_dummy"}, 1.1737719323),
        ({"window": 5, "splice": "movement"}, 1.1323917377),
        ({"window": 5, "splice": "window"}, 1.1336565505),
        ({"window": 5, "splice": "mean"}, 1.1332152445),
    ],
)
def test_preferences_of_elasticity_2(changes: dict[str, Any], wanted: float) -> None:
    """Data of Diewert & Fox (2020), period 12 over 1."""
    assert levels(**changes)[-1] == pytest.approx(wanted, abs=PRINTED)


# IndexNumR 0.6.0, windows of 5, period 12 over 1, twelve digits: GEKS-Törnqvist, Geary-Khamis, weighted dummy.
PEER = {
    "mean": (1.13321524453, 1.20461677722, 1.15667140311),
    "window": (1.13365655052, 1.22586010503, 1.17287352864),
    "movement": (1.13239173766, 1.18458782926, 1.14208258401),
    "half": (1.13270090836, 1.17422709962, 1.14217008177),
    "wisp": (1.13542757349, 1.23697854556, 1.17673729133),
    "hasp": (1.13418502176, 1.19992506943, 1.15321265299),
    "mean_published": (1.1330457329, 1.19895513068, 1.15251795518),
    "fixed_base_expanding": (1.12974150024, 1.17182517377, 1.12895503777),
    "fixed_base_moving": (1.12976107309, 1.16264621723, 1.12491540763),
}


@pytest.mark.parametrize("splice", PEER)
def test_splices_agree_with_indexnumr(splice: str) -> None:
    methods = ("geks", "geary_khamis", "time_product_dummy")
    found = [levels(method=method, window=5, splice=splice)[-1] for method in methods]
    assert found == pytest.approx(PEER[splice], rel=1e-11)


def test_countries_stand_to_each_other_the_same_way_whatever_the_base() -> None:
    at, ch = (compared(base=base).to_pandas().set_index("place")["index"] for base in ("at", "ch"))
    # Powers of e of a difference.
    assert (at / ch).to_numpy() == pytest.approx(at["ch"], rel=1e-12)
    assert at["at"] == 1


def test_value_is_price_times_quantity() -> None:
    table = compared().to_pandas().set_index("place")
    value = {"at": 335.0, "ch": 610.2, "de": 3306.0}
    for place, of in value.items():
        assert (table["index"] * table["quantity_index"])[place] == pytest.approx(of / 335, rel=1e-12)


def test_support_tells_how_many_and_how_large() -> None:
    rows = compared().table.collect("pandas").to_native()
    assert rows["support_units"].tolist() == [3, 3, 2]
    assert rows["support_value"].tolist() == pytest.approx([335, 610.2, 3306])
    assert rows["support_value_largest"].tolist() == pytest.approx([200, 352, 2250])
    assert rows["support_value_second"].tolist() == pytest.approx([100, 213.2, 1056])


def test_the_revision_is_what_one_window_would_make() -> None:
    full = levels()
    for splice in ("mean", "fixed_base_moving", "hasp"):
        found = multilateral_index(ces_sigma2(), **ROLES, window=5, splice=splice).to_pandas()
        np.testing.assert_allclose(found["index"] * (1 + found["revision"]), full, rtol=1e-12)
    assert multilateral_index(ces_sigma2(), **ROLES).to_pandas()["revision"].isna().all()


def test_a_window_over_all_is_no_window() -> None:
    for splice in ("mean", "wisp", "fixed_base_moving"):
        np.testing.assert_allclose(levels(window=12, splice=splice), levels(), rtol=1e-12)


@given(st.floats(1e-3, 1e3), st.sampled_from(["geks", "geary_khamis", "time_product_dummy"]))
def test_units_do_not_matter(factor: float, method: Any) -> None:
    scaled = ces_sigma2().assign(price=lambda d: d["price"] * factor, quantity=lambda d: d["quantity"] / factor**2)
    found = multilateral_index(scaled, **ROLES, method=method).to_pandas()["index"]
    assert found.to_numpy() == pytest.approx(levels(method=method), rel=1e-10)


def test_places_without_a_common_good_are_joined_by_others_or_null() -> None:
    alone = pa.table(
        {
            "good": ["a", "a", "b", "b", "c"],
            "place": ["p", "q", "q", "r", "s"],
            "price": [1.0, 2.0, 4.0, 6.0, 1.0],
            "kilograms": [1.0] * 5,
        }
    )
    for method in ("geks", "geary_khamis", "time_product_dummy"):
        found = compared(alone, method=method)
        assert found.to_pandas()["index"].to_numpy() == pytest.approx([1, 2, 3, np.nan], rel=1e-12, nan_ok=True)
        assert (found.n_null, found.n_pairs_unmatched) == (1, 4)


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        ({"method": "eks"}, ChoiceError, "Did you mean 'geks'"),
        ({"kernel": "laspeyres"}, ChoiceError, "kernel='laspeyres'"),
        ({"splice": "means"}, ChoiceError, "Did you mean 'mean'"),
        ({"method": None}, ChoiceError, "method=None"),
        ({"method": "geary_khamis", "kernel": "fisher"}, ExcludedParameterError, "kernel has no place in method="),
        ({"splice": "half"}, ExcludedParameterError, "splice has no place in one window over all periods; say window="),
        (
            {"window": 4},
            ParameterRangeError,
            "window=4; it takes a whole number from 2 to 3, the periods of the series",
        ),
        ({"window": 1}, ParameterRangeError, "window=1"),
        ({"base": "fr"}, ChoiceError, "base='fr'; it takes at, ch, de"),
    ],
)
def test_wrong_parameters_are_refused(changes: dict[str, Any], error: Any, says: str) -> None:
    with pytest.raises(error, match=says):
        compared(**changes)


def test_windows_run_over_a_calendar_and_not_over_letters() -> None:
    """Text periods 1 to 12 would be spliced as 1, 10, 11, 12, 2: another index."""
    months = ces_sigma2()
    with pytest.raises(ColumnTypeError, match=r"prices\.period"):
        multilateral_index(months.assign(period=months["period"].astype(str)), **ROLES, window=5)


def test_wrong_cells_are_named() -> None:
    with pytest.raises(DuplicateRowError, match="place = 'de', good = 'rye'"):
        compared(pa.concat_tables([PRICES, PRICES.slice(0, 1)]))
    with pytest.raises(OutsideRangeError, match=r"prices\.price is -1 where place = 'de', good = 'rye'"):
        compared(PRICES.set_column(2, "price", pa.array([-1.0, 9.0, 2.0, 10.0, 5.0, 4.1, 22.0, 9.0])))
    with pytest.raises(ReservedNameError, match="revision"):
        compared(PRICES.rename_columns(["good", "revision", "price", "kilograms"]), time="revision")
