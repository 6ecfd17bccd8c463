"""Cases on which other software, or an office, published too much."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from industria.release import Policy, attack
from industria.release.release import Release, release
from industria.tables import magnitude_table
from tests.release.cells import counted, counts, firms, magnitudes

COUNTS = Policy(threshold=3, concentration="none")
ENTERPRISES = Policy(threshold=1, dominance=((2, 0.80),))


def withheld(released: Release, step: str = "t") -> set[str]:
    rows = released.table(step).to_pandas()
    return {"".join(key) for *key, status in rows[[*released.by(step), "status"]].to_numpy() if status == "withheld"}


def primary(released: Release, step: str = "t") -> set[str]:
    rows = released.site_table(step).to_pandas()
    return {"".join(key) for *key, status in rows[[*released.by(step), "status"]].to_numpy() if status == "primary"}


def interval(released: Release, *codes: str, step: str = "t") -> tuple[float, float]:
    rows = released.site_table(step).to_pandas().set_index(list(released.by(step)))
    found = rows.loc[codes if len(codes) > 1 else codes[0], ["low", "high"]]
    return float(found["low"]), float(found["high"])


def test_geurts() -> None:
    """Handbook on Statistical Disclosure Control, 2nd ed., example 3: what an outsider reaches there."""
    of = {
        ("1", "a"): [5],
        ("1", "b"): [1, 1],
        ("2", "a"): [1],
        ("2", "b"): [1, 1],
        ("3", "a"): [1] * 3,
        ("3", "b"): [1] * 3,
    }
    table = magnitudes(firms(of, ["row", "column"]), ["row", "column"])

    found = release({"t": table}, Policy(threshold=3, concentration="none", insiders="none", unions=False))

    assert primary(found) == {"1a", "1b", "2a", "2b"}
    assert withheld(found) == {"1a", "1b", "2a", "2b"}
    reached = {codes: interval(found, *codes) for codes in ("1a", "1b", "2a", "2b")}
    assert reached == {
        "1a": pytest.approx((3, 6)),
        "1b": pytest.approx((1, 4)),
        "2a": pytest.approx((0, 3)),
        "2b": pytest.approx((0, 3)),
    }


PLACE_ROWS = [("place", "county", code, "county-1") for code in "ABIJ"]
PLACE_ROWS += [("place", "county", code, "county-2") for code in "KLMN"]
PLACE_ROWS += [("place", "size", code, "big") for code in "LM"] + [
    ("place", "size", code, "small") for code in "ABIJKN"
]
PLACE_ROWS += [("place", "county", of, "Total") for of in ("county-1", "county-2")]
PLACE_ROWS += [("place", "size", of, "Total") for of in ("big", "small")]
PLACES = pd.DataFrame(PLACE_ROWS, columns=["dimension", "hierarchy", "code", "parent"])
SIZES = {"A": 2, "B": 2, "I": 8, "J": 8, "K": 3, "L": 3, "M": 3, "N": 7}


def test_usersupport_136() -> None:
    """Two linked tables, each of which is fine: together they told K, until N is withheld."""
    policy = Policy(threshold=4, concentration="none", unions=False, insiders="none")

    found = release({"t": counts(counted(SIZES, ["place"]), ["place"], PLACES)}, policy)

    assert primary(found) == set("ABKLM")
    assert withheld(found) == set("ABKLMN")
    assert found.cost == pytest.approx(2 + 2 + 3 + 3 + 3 + 7)
    assert interval(found, "K") == pytest.approx((1, 9))


def test_usersupport_160_one_cell() -> None:
    """The sum of three withheld branches is one enterprise's: the cheap partner would not hide it."""
    of = {"B05": [9000, 300, 200], "B06": [400, 30, 20], "B07": [300, 25, 15], "B08": [450] * 20, "B09": [12] * 10}

    found = release({"t": magnitudes(firms(of, ["branch"]), ["branch"])}, ENTERPRISES)

    assert primary(found) == {"B05", "B06", "B07"}
    assert withheld(found) == {"B05", "B06", "B07", "B08"}


def test_usersupport_160_split() -> None:
    """An enterprise in three branches: each cell hides it well, their published sum does not."""
    of = {
        "B05": [3000, 500, 200],
        "B06": [3000, 400, 200],
        "B07": [3000, 450, 150],
        "B08": [450] * 20,
        "B09": [12] * 10,
    }
    records = firms(of, ["branch"])
    records.loc[records["firm"].isin(["B05-0", "B06-0", "B07-0"]), "firm"] = "E1"

    found = release({"t": magnitudes(records, ["branch"])}, ENTERPRISES)
    blind = release({"t": magnitudes(records, ["branch"])}, ENTERPRISES.model_copy(update={"unions": False}))

    assert primary(found) == {"B05", "B06", "B07"}
    assert withheld(blind) == {"B05", "B06", "B07"}
    assert interval(blind, "B05") == pytest.approx((0, 10_900))
    assert withheld(found) == {"B05", "B06", "B07", "B08"}
    assert len(found.forced) == 1


def test_usersupport_194() -> None:
    """Where zeros are published, two withheld ones are just that; a third cell is needed."""
    table = counts(counted({"a": 10, "b": 3, "c": 1, "d": 1}, ["code"]), ["code"])

    found = release({"t": table}, COUNTS)

    assert primary(found) == {"c", "d"}
    assert withheld(found) == {"b", "c", "d"}
    assert interval(found, "c") == pytest.approx((1, 3))


def test_a_withheld_zero_needs_a_positive_partner() -> None:
    """15 = 10 + 5 + 0 + 0 with zeros withheld: a second zero protects nothing."""
    table = magnitudes(firms({"a": [4, 3, 3], "b": [2, 2, 1], "c": [0] * 3, "d": [0] * 3}, ["code"]), ["code"])

    found = release({"t": table}, Policy(threshold=3, p=0.1, zeros="withhold"))

    assert primary(found) == {"c", "d"}
    assert withheld(found) == {"b", "c", "d"}


def test_usersupport_135() -> None:
    """Seven cells of few, each between others: with zeros published all were exact, and more must go."""
    of = {("1", c): n for c, n in zip("ABHM", (1, 1, 7, 1), strict=True)}
    of |= {("2", c): n for c, n in zip("AMW", (1, 2, 8), strict=True)}
    table = counts(counted(of, ["row", "column"]), ["row", "column"])

    found = release({"t": table}, COUNTS)

    assert primary(found) == {"1A", "1B", "1M", "2A", "2M", "TotalA", "TotalB"}
    rows = found.site_table("t").to_pandas()
    sensitive = rows[rows["status"] == "primary"]
    assert (sensitive["high"] - sensitive["low"] >= 2).all()
    assert (sensitive["high"] >= sensitive["required_high"]).all()


def test_usersupport_136_costs_nothing_more_by_an_earlier_release_of_the_same() -> None:
    """Releasing twice with the first as earlier changes nothing."""
    table = counts(counted(SIZES, ["place"]), ["place"], PLACES)
    policy = Policy(threshold=4, concentration="none")

    first = release({"t": table}, policy)
    second = release({"t": table}, policy, earlier=[first])

    assert second.table("t").equals(first.table("t"))


def by_region(small: dict[str, int], large: dict[str, int]) -> tuple[Any, Any]:
    """Tables of firms with 10 employees or more, and of all firms, by region."""
    every = pd.concat([counted(large, ["region"]), counted(small, ["region"]).assign(firm=lambda t: t["firm"] + "s")])
    some = every[~every["firm"].str.endswith("s")]
    return counts(some, ["region"]), counts(every, ["region"])


LARGE = {"east": 12, "north": 9, "south": 20, "west": 14}


def test_a_table_of_all_firms_beside_one_of_the_larger_ones() -> None:
    """Where the difference is one firm or two, the cell of all firms is withheld, and what protects it."""
    some, every = by_region({"east": 1, "north": 6, "south": 8, "west": 7}, LARGE)

    first = release({"some": some}, COUNTS)
    second = release({"every": every}, COUNTS, earlier=[first])

    assert withheld(first, "some") == set()
    assert "east" in withheld(second, "every")
    before = f"'some' of release {first.sha256[:12]}"
    assert second.forced[0] == (
        f"the difference between count of region = 'east' in 'every' and count of region = 'east' in {before}"
    )
    assert len(withheld(second, "every")) >= 2
    alone = release({"every": every}, COUNTS)
    assert withheld(alone, "every") == set()


def test_both_tables_in_one_release() -> None:
    some, every = by_region({"east": 1, "north": 6, "south": 8, "west": 7}, LARGE)

    both = release({"some": some, "every": every}, COUNTS)

    assert "east" in withheld(both, "some") | withheld(both, "every")


def test_a_difference_of_two_published_tables_is_refused_by_name() -> None:
    some, every = by_region({"east": 1, "north": 6, "south": 8, "west": 7}, LARGE)
    first, second = release({"some": some}, COUNTS), release({"every": every}, COUNTS)

    with pytest.raises(Exception, match="east"):
        release({"every": every}, COUNTS, earlier=[first, second])


def test_one_cell_in_two_tables_is_one_cell() -> None:
    """A margin that one table withholds is withheld as a cell of the other."""
    of = {("x", "a"): [5, 4, 4], ("x", "b"): [90, 1, 1], ("y", "a"): [8, 8, 8], ("y", "b"): [30, 30, 30]}
    records = firms(of, ["row", "column"])
    both = {"t": magnitudes(records, ["row", "column"]), "u": magnitudes(records, ["row"])}

    found = release(both, Policy(threshold=3, p=0.1))

    rows = found.table("t").to_pandas().query("column == 'Total'").set_index("row")["value"]
    np.testing.assert_array_equal(rows, found.table("u").to_pandas().set_index("row")["value"])


def test_a_magnitude_without_a_rule_of_concentration_is_refused() -> None:
    table = magnitudes(firms({"a": [3, 2, 1]}, ["code"]), ["code"])

    with pytest.raises(Exception, match="no rule of concentration"):
        release({"t": table}, Policy(threshold=3))


SINGLES = {"a": [50], "b": [60], "c": [30, 40, 50], "d": [20, 90, 90]}


def test_two_firms_alone_in_a_relation_tell_each_other() -> None:
    """Handbook, 2nd ed., on singletons: each subtracts its own figure, unless a third cell is withheld."""
    table = magnitudes(firms(SINGLES, ["code"]), ["code"])
    policy = Policy(threshold=2, concentration="none")

    found = release({"t": table}, policy)
    blind = release({"t": table}, policy.model_copy(update={"insiders": "none"}))

    assert withheld(blind) == {"a", "b"}
    assert withheld(found) == {"a", "b", "c"}
    assert found.certificate["insiders"] == {"who": "singletons", "reach": "all cells"}


def test_a_large_contributor_of_a_partner_hides_nothing_from_itself() -> None:
    """The partner is nearly one firm, which knows how little of it is left to others."""
    of = {"a": [50, 2, 1], "b": [60, 1, 1], "c": [30, 40, 50]}
    table = magnitudes(firms(of, ["code"]), ["code"])
    policy = Policy(threshold=1, p=0.2, unions=False)

    few = release({"t": table}, policy)
    more = release({"t": table}, policy.model_copy(update={"insiders": "largest"}))

    assert withheld(few) == {"a", "b"}
    assert withheld(more) == {"a", "b", "c"}


def test_a_mean_is_withheld_where_its_sum_or_its_number_is() -> None:
    """Whoever knows the mean knows the sum by the number, and the number by the sum."""
    of = {"a": [5, 4], "b": [9, 8, 7], "c": [6] * 6, "d": [5] * 9}
    records = firms(of, ["code"])
    policy = Policy(threshold=3, p=0.1)

    both = release(
        {"mean": magnitudes(records, ["code"], statistic="mean"), "sum": magnitudes(records, ["code"], counts=True)},
        policy,
    )

    mean, sums = (both.table(step).to_pandas().set_index("code") for step in ("mean", "sum"))
    gone = {code for code in mean.index if sums.loc[code, ["value", "count"]].isna().any()}
    assert {"a"} < gone
    assert set(mean.index[mean["value"].isna()]) == gone
    assert (mean["status"].eq("withheld") == mean["value"].isna()).all()


def test_from_a_data_frame_in_ten_lines() -> None:
    """A frame, a table, a release and an attack on it, as an outsider would make it."""
    frame = pd.DataFrame(
        {
            "firm": [f"firm {i}" for i in range(16)],
            "industry": ["food"] * 6 + ["steel"] * 4 + ["paper"] * 6,
            "region": ["north"] * 3 + ["south"] * 3 + ["north"] * 3 + ["south"] + ["north", "south"] * 3,
            "sales": [120, 90, 80, 75, 60, 55, 300, 280, 250, 210, 95, 88, 81, 70, 66, 61],
        }
    )
    table = magnitude_table(frame, variable="sales", by=["industry", "region"], unit="firm")
    released = release({"sales": table}, Policy(threshold=3, p=0.10))
    told = attack(released.table("sales"), released.table("sales", "hierarchies"), by=["industry", "region"])

    assert (told.n_cells, told.n_attacked, told.n_exact) == (12, 4, 0)
    assert released.certificate["attack"]["narrowest"]["low"] == pytest.approx(611)
