"""Tables of several populations in one release: what one of them withholds, the others must not tell."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest

from industria.release import Policy
from industria.release.release import Release, release
from industria.tables import summary
from tests.release.atoms import Numbers, numbers, reached, widths
from tests.release.cells import counts, magnitudes

COUNTS = Policy(threshold=3, concentration="none")


def people(number: Mapping[tuple[str, ...], int], names: list[str]) -> pd.DataFrame:
    rows = [key for key, n in number.items() for _ in range(n)]
    return pd.DataFrame(rows, columns=names).assign(firm=[f"f{i}" for i in range(len(rows))], value=1.0)


# Of region b one firm is small.
SMALL, LARGE = {"a": 4, "b": 1, "c": 9, "d": 8}, {"a": 10, "b": 12, "c": 9, "d": 9}
FIRMS = people(
    {(code, size): n for size, of in (("small", SMALL), ("large", LARGE)) for code, n in of.items()}, ["region", "size"]
)
CODES = {"region": list("abcd"), "size": ["small", "large"]}


def seen(found: Release, sizes: Mapping[str, str | None], value: str = "count") -> Numbers:
    told: Numbers = {}
    for step, size in sizes.items():
        told |= numbers(
            step, found.table(step), ["region"], CODES, value=value, of=lambda a, s=size: s in (None, a["size"])
        )
    return told


SIZES = {"every": None, "small": "small", "large": "large"}


@pytest.mark.parametrize(
    "order", [("every", "small", "large"), ("small", "large", "every"), ("large", "every", "small")]
)
def test_a_table_and_its_complement(order: tuple[str, ...]) -> None:
    """All firms less the large ones are the small ones, also where that cell is only withheld for another's sake."""
    of = {"every": FIRMS, **{size: FIRMS[FIRMS["size"] == size] for size in ("small", "large")}}

    found = release({step: counts(of[step], ["region"]) for step in order}, COUNTS)

    told = seen(found, SIZES)
    assert told["small", "b"][1] is None
    assert min(widths(told).values()) >= 2


def test_three_populations_make_up_one() -> None:
    """Nobody shows the middle class: all firms less the other two are its single one."""
    sizes = {"small": {"a": 6, "b": 5, "c": 9}, "middle": {"a": 4, "b": 1, "c": 5}, "large": {"a": 7, "b": 8, "c": 6}}
    firms = people({(code, size): n for size, of in sizes.items() for code, n in of.items()}, ["region", "size"])
    shown = {"every": firms, **{size: firms[firms["size"] == size] for size in ("small", "large")}}

    found = release({step: counts(of, ["region"]) for step, of in shown.items()}, COUNTS)

    codes = {"region": list("abc"), "size": list(sizes)}
    told: Numbers = {("asked", "b"): (frozenset([("b", "middle")]), None)}
    for step in shown:
        told |= numbers(
            step,
            found.table(step),
            ["region"],
            codes,
            value="count",
            of=lambda a, s=step: s in ("every", a["size"]),
        )
    assert widths(told)["asked", "b"] >= 2


def test_a_cell_of_the_same_firms_in_two_tables() -> None:
    """All firms of region a are large: what one table withholds, the other does not tell."""
    rng = np.random.default_rng(3)
    for _ in range(6):
        number = {(code, "large"): int(rng.integers(1, 7)) for code in "abcd"}
        number |= {(code, "small"): int(rng.integers(3, 7)) for code in "cd"}
        firms = people(number, ["region", "size"])
        firms["value"] = np.round(np.exp(rng.normal(3, 1.2, len(firms))), 1)
        steps = {"every": firms, "large": firms[firms["size"] == "large"]}
        policy = Policy(threshold=3, p=0.1, cost="one" if rng.random() < 0.5 else "value")

        found = release({step: magnitudes(of, ["region"]) for step, of in steps.items()}, policy)

        told = seen(found, {"every": None, "large": "large"}, "value")
        # Nobody is small in a and b, as both tables say together.
        told = {
            key: (frozenset(a for a in of if a not in {("a", "small"), ("b", "small")}), x)
            for key, (of, x) in told.items()
        }
        assert all(high - low > 1e-6 for low, high in reached(told).values())


def test_two_classifications_of_one_thing() -> None:
    """40 firms of 1 to 9 persons here, 41 of 1 to 10 there: one firm has 10."""
    firms = people({("1-9", "1-10"): 40, ("10-", "1-10"): 1, ("10-", "11-"): 30}, ["five", "four"])

    found = release({"t": counts(firms, ["five"]), "u": counts(firms, ["four"])}, COUNTS)

    # The classes themselves say that nobody has less than 10 persons and more than 10.
    codes = {"five": ["1-9", "10-"], "four": ["1-10", "11-"]}
    told: Numbers = {("asked",): (frozenset([("10-", "1-10")]), None)}
    for step, by in (("t", "five"), ("u", "four")):
        told |= numbers(
            step, found.table(step), [by], codes, value="count", of=lambda a: (a["five"], a["four"]) != ("1-9", "11-")
        )
    assert widths(told)["asked",] >= 2


def test_a_table_without_holdings_does_not_hide_them() -> None:
    """Five firms of region b are one group's: a second table that does not say so changes nothing."""
    firms = people({("a",): 6, ("b",): 5, ("c",): 7, ("d",): 8}, ["region"])
    firms["value"] = [float(10 + i % 4) for i in range(len(firms))]
    firms["group"] = firms["firm"].where(firms["region"] != "b", "one")
    tables = {"bare": magnitudes(firms, ["region"]), "held": magnitudes(firms, ["region"], holding="group")}

    for order in (["held"], ["bare", "held"], ["held", "bare"]):
        found = release({step: tables[step] for step in order}, Policy(threshold=3, p=0.1))

        for step in order:
            rows = dict(
                zip(found.table(step)["region"].to_pylist(), found.table(step)["status"].to_pylist(), strict=True)
            )
            assert rows["b"] == "withheld", order


def test_an_average_of_all_firms_tells_nothing_of_those_whom_no_table_has() -> None:
    """North by industry, south by size: the mean of all times their number, less both totals, is two firms."""
    number: dict[tuple[str, ...], int] = {
        ("north", "x"): 8,
        ("north", "y"): 9,
        ("south", "x"): 9,
        ("south", "y"): 8,
        ("west", "x"): 2,
    }
    rows = people(number, ["region", "industry"])
    rows = rows.assign(value=100.0 + np.arange(len(rows)), size=np.where(np.arange(len(rows)) % 2, "small", "large"))
    north, south = (rows[rows["region"] == region] for region in ("north", "south"))
    all_firms = summary(rows, columns=["value"], unit="firm", extremes=False)

    sums = release(
        {"all": all_firms, "north": magnitudes(north, ["industry"]), "south": magnitudes(south, ["size"])},
        Policy(threshold=3, p=0.1),
    )
    numbers_ = release(
        {"all": all_firms, "north": counts(north, ["industry"]), "south": counts(south, ["size"])}, COUNTS
    )

    totals = [totals_of(sums, step, by, "value") for step, by in (("north", "industry"), ("south", "size"))]
    assert None in (*totals, sums.table("all")["mean"][0].as_py())
    totals = [totals_of(numbers_, step, by, "count") for step, by in (("north", "industry"), ("south", "size"))]
    assert None in (*totals, numbers_.table("all")["n"][0].as_py())


def totals_of(found: Release, step: str, by: str, value: str) -> float | None:
    told = {row[by]: row[value] for row in found.table(step).to_pylist()}
    return None if told["Total"] is None else float(told["Total"])
