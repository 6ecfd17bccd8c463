from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given

from industria.classifications import bridge, composition
from industria.core.bridge import Bridge
from industria.errors import UsageError, VintageError, WeightSumError
from tests.classifications.tables import weighed
from tests.strategies import bridges_in_a_row

SECOND = pa.table(
    {
        "land": ["x", "x", "x", "y", "y"],
        "origin_code": ["a1", "b2", "b2", "a1", "b3"],
        "destination_code": ["c1", "c1", "c2", "c2", "c3"],
        "weight": [1.0, 0.25, 0.75, 1.0, 1.0],
        "partial": [False, True, True, False, False],
        "basis": ["new2018 -> c: given"] * 5,
    }
)

BARE = SECOND.drop_columns(["land", "basis"])

EXAMPLE = ({"first": weighed().drop_columns("basis"), "second": BARE.slice(0, 3)}, {})


def rows(result: Any) -> dict[tuple[Any, ...], Any]:
    return {(r.get("land"), r["origin_code"], r["destination_code"]): r for r in result.to_arrow().to_pylist()}


def test_weights_are_products_and_losses_stand_in_the_table() -> None:
    found = rows(composition(weighed("x", "y"), SECOND))

    assert found["x", "a3", "c2"]["weight"] == pytest.approx(0.375)
    assert found["x", "a3", None]["weight"] == pytest.approx(0.5)
    assert found["x", "a4", None]["weight"] == 1.0
    assert found["y", "a4", "c3"]["weight"] == 0.5
    assert found["x", "a2", "c1"]["partial"]
    assert not found["x", "a1", "c1"]["partial"]
    assert found["x", "a1", "c1"]["basis"] == "old2010 -> new2018: equal | new2018 -> c: given"


def test_what_arrives_is_told() -> None:
    found = composition(weighed("x", "y"), SECOND)

    assert found.kept_share == pytest.approx((1 + 1 + 0.5 + 0 + 1 + 0 + 0.5 + 0.5) / 8)
    assert found.lost_codes == 2


def test_losses_are_unmapped_when_a_table_is_carried_over() -> None:
    both = composition(weighed("x", "y"), SECOND)
    jobs = pa.table({"land": ["x", "x"], "occupation": ["a3", "a4"], "jobs": [8.0, 1.0]})
    found = bridge(jobs, both.table, code="occupation", value="jobs", by=["land"])

    assert found.unmapped == pytest.approx(5.0)
    assert sum(found.to_arrow()["jobs"].to_pylist()) == pytest.approx(4.0)
    shares = {r["passage"]: r["share"] for r in found.coverage.collect("pyarrow").to_native().to_pylist()}
    assert shares["missing"] == pytest.approx(5 / 9)


def test_groups_of_the_second_alone_are_kept() -> None:
    assert rows(composition(weighed(), SECOND)).keys() == rows(composition(weighed("x", "y"), SECOND)).keys()


def test_groups_that_do_not_meet_are_refused() -> None:
    years = weighed("x").rename_columns(["year", *weighed("x").column_names[1:]])

    with pytest.raises(UsageError, match="share them"):
        composition(years, SECOND)


def test_weights_must_sum() -> None:
    with pytest.raises(WeightSumError):
        composition(SECOND.slice(0, 2), SECOND)


@given(bridges_in_a_row(3))
def test_the_order_of_composing_does_not_matter(chain: list[Bridge]) -> None:
    A, B, C = (one.to_table() for one in chain)
    left = rows(composition(composition(A, B).table, C))
    right = rows(composition(A, composition(B, C).table))

    for key in left.keys() | right.keys():
        one, other = (side[key]["weight"] if key in side else 0.0 for side in (left, right))
        assert one == pytest.approx(other, abs=1e-9)


@given(bridges_in_a_row(2))
def test_it_is_the_product_of_the_matrices(chain: list[Bridge]) -> None:
    A, B = chain
    found = Bridge.from_table(composition(A.to_table(), B.to_table()).table)
    product = A.then(B)
    place = {code: d for d, code in enumerate(product.destination_codes)}
    order = [place[code] for code in found.destination_codes]

    np.testing.assert_allclose(found.weights.toarray(), product.weights.toarray()[:, order], atol=1e-12)


def test_lists_that_do_not_meet_are_refused() -> None:
    """The second starts where the first starts: its codes of 2010 are not those at which the first ends."""
    first = weighed("x", "y")

    with pytest.raises(
        VintageError, match=r"first\.destination_code has .* old2010 does not have: .* 100\.0 % in codes"
    ):
        composition(first, first)
