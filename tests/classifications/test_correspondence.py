from __future__ import annotations

import time
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from industria.classifications import correspondence
from industria.errors import (
    ChoiceError,
    CodeCaseError,
    DuplicateRowError,
    FootnoteCodeError,
    InfeasibleTotalError,
    LostZerosError,
    MangledCodeError,
    MissingValueError,
    NegativeValueError,
    NegativeWeightError,
    NumericCodeError,
    PaddedCodeError,
    ReservedNameError,
    UsageError,
)
from tests.classifications.tables import LINKS, MASS

NAMES = {"origin": "old2010", "destination": "new2018"}

EXAMPLE = ({"links": LINKS, "mass": MASS}, {**NAMES, "weights": "destination", "by": ["land"]})

SIDES = pa.table(
    {
        "origin_code": ["a1", "a2", "a3", "a4", None, None, None, None],
        "destination_code": [None, None, None, None, "a1", "b2", "b3", "b4"],
        "mass": [10.0, 20.0, 30.0, 40.0, 10.0, 25.0, 35.0, 30.0],
    }
)


def weights(*tables: Any, **options: Any) -> dict[tuple[str, ...], float]:
    rows = correspondence(*tables, **(NAMES | options)).to_arrow().to_pylist()
    keys = [*options.get("by", ()), "origin_code", "destination_code"]
    return {tuple(row[key] for key in keys): row["weight"] for row in rows}


def test_equal_weights_know_nothing() -> None:
    found = weights(LINKS)

    assert found == {
        ("a1", "a1"): 1.0,
        ("a2", "b2"): 1.0,
        ("a3", "b2"): 0.5,
        ("a3", "b3"): 0.5,
        ("a4", "b3"): 0.5,
        ("a4", "b4"): 0.5,
    }


def test_masses_of_the_destinations_weigh_in_their_own_land() -> None:
    found = weights(LINKS, MASS, weights="destination", by=["land"])

    assert found["x", "a3", "b2"] == pytest.approx(0.75)
    assert found["x", "a4", "b4"] == pytest.approx(0.8)
    assert found["y", "a3", "b2"] == 1.0


def test_a_land_without_mass_has_equal_weights_and_says_so() -> None:
    result = correspondence(LINKS, MASS, weights="destination", by=["land"], **NAMES)
    rows = [r for r in result.to_arrow().to_pylist() if (r["land"], r["origin_code"]) == ("y", "a4")]

    assert [r["weight"] for r in rows] == [0.5, 0.5]
    assert {r["basis"] for r in rows} == {"old2010 -> new2018: equal, no destination mass"}
    assert result.equal_share == pytest.approx(2 / 12)


def test_given_weights_are_brought_to_one_and_counted() -> None:
    result = correspondence(LINKS, weights="given", **NAMES)
    found = weights(LINKS, weights="given")

    assert found["a4", "b3"] == pytest.approx(0.75)
    assert result.renormalized_share == pytest.approx(1 / 4)


def test_both_sides_are_met() -> None:
    found = weights(LINKS, SIDES, weights="both")
    sent = {"a1": 10.0, "a2": 20.0, "a3": 30.0, "a4": 40.0}
    arrived: dict[str, float] = {}
    for (i, d), weight in found.items():
        arrived[d] = arrived.get(d, 0.0) + sent[i] * weight

    np.testing.assert_allclose([arrived[d] for d in ("a1", "b2", "b3", "b4")], [10, 25, 35, 30], rtol=1e-9)


def test_a_total_that_no_weights_meet_is_named() -> None:
    wrong = SIDES.set_column(2, "mass", pa.array([10.0, 20, 30, 40, 10, 15, 45, 30]))

    with pytest.raises(InfeasibleTotalError, match=r"'b2' has 15, and its links bring .* at best"):
        correspondence(LINKS, wrong, weights="both", **NAMES)


def test_two_hundred_lands_are_one_call() -> None:
    """The whole is the sum of its calls, and takes less than ten of them."""
    rng = np.random.default_rng(3)
    lands = [f"l{i:03d}" for i in range(200)]
    mass = pa.table(
        {
            "land": np.repeat(lands, 4).tolist(),
            "destination_code": ["a1", "b2", "b3", "b4"] * 200,
            "mass": np.where(rng.random(800) < 0.2, 0.0, rng.random(800)),
        }
    )
    start = time.perf_counter()
    together = weights(LINKS, mass, weights="destination", by=["land"])
    whole = time.perf_counter() - start
    start = time.perf_counter()
    for land in lands[:10]:
        alone = weights(LINKS, mass.filter(pa.compute.equal(mass["land"], land)), weights="destination")
        assert alone == pytest.approx({key[1:]: w for key, w in together.items() if key[0] == land}, rel=1e-12)

    assert whole < time.perf_counter() - start


def test_links_of_their_own_in_each_land() -> None:
    lands = LINKS.append_column("land", pa.array(["x", "x", "x", "y", "x", "y"]))
    found = weights(lands, by=["land"])

    assert set(found.values()) == {1.0}


@pytest.mark.parametrize(
    ("column", "values", "error", "said"),
    [
        ("origin_code", [1, 2, 3, 3, 4, 4], NumericCodeError, "lost its leading zeros"),
        ("origin_code", ["6.22E+05", "a2", "a3", "a3", "a4", "a4"], MangledCodeError, "6.22E\\+05"),
        ("origin_code", ["a1 ", "a2", "a3", "a3", "a4", "a4"], PaddedCodeError, "'a1 '"),
        ("origin_code", ["Source: the bureau", "a2", "a3", "a3", "a4", "a4"], FootnoteCodeError, "no code"),
        ("origin_code", ["A2", "a2", "a3", "a3", "a4", "a4"], CodeCaseError, "'A2' and 'a2'"),
        ("destination_code", ["a1", "b2", "b2", "b2", "b3", "b4"], DuplicateRowError, "'a3', 'b2'"),
        ("weight", [1.0, 1.0, -0.25, 0.75, 3.0, 1.0], NegativeWeightError, "-0.25"),
        ("destination_code", [None, "b2", "b2", "b3", "b3", "b4"], MissingValueError, "destination_code"),
    ],
)
def test_bad_links_are_refused(column: str, values: list[Any], error: type[Exception], said: str) -> None:
    links = LINKS.set_column(LINKS.column_names.index(column), column, pa.array(values))

    with pytest.raises(error, match=said):
        correspondence(links, weights="given", **NAMES)


def test_bad_masses_are_refused() -> None:
    for value, error in ((-1.0, NegativeValueError), (None, MissingValueError)):
        mass = MASS.set_column(2, "mass", pa.array([value, 30.0, 10.0, 40.0, 5.0, 5.0]))
        with pytest.raises(error):
            correspondence(LINKS, mass, weights="destination", by=["land"], **NAMES)


def test_lost_zeros_in_masses_are_told() -> None:
    links = pa.table({"origin_code": ["x"], "destination_code": ["0110"]})
    mass = pa.table({"destination_code": ["110"], "mass": [1.0]})

    with pytest.raises(LostZerosError, match="'110' where the correspondence has '0110'"):
        correspondence(links, mass, weights="destination", **NAMES)


def test_words_that_are_wrong_are_told() -> None:
    with pytest.raises(ChoiceError, match="Did you mean 'destination'"):
        correspondence(LINKS, weights="destinations", **NAMES)
    with pytest.raises(UsageError, match="needs the table `mass`"):
        correspondence(LINKS, weights="destination", **NAMES)
    with pytest.raises(ReservedNameError):
        correspondence(LINKS, by=["weight"], **NAMES)
