"""Histograms leave as counts: bins of few, what lies beyond closed ones, and what totals tell of either."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from industria.release import Policy
from industria.release._trees import dimensions
from industria.release.release import Release, release
from industria.tables import frequency_table, histogram
from industria.tables.histogram import Histogram

COUNTS = Policy(threshold=3, concentration="none")
OPEN = (-math.inf, 10, 50, 250, math.inf)
CLOSED = (0, 10, 50, 250, 8000)


def plants(between: float = 20.0) -> pd.DataFrame:
    """Forty firms in two regions; two of 20 employees, one in each, and one larger than all."""
    size = [1.0] * 10 + [between] * 2 + [60.0] * 8 + [300.0] * 19 + [9000.0]
    return pd.DataFrame({"firm": range(40), "size": size, "region": ["n", "s"] * 20})


def bins(rows: pd.DataFrame, edges: Sequence[float], by: Sequence[str] = ()) -> Histogram:
    return histogram(rows, column="size", edges=edges, by=by, unit="firm")


def shown(found: Release, step: str = "bins") -> list[float]:
    rows = found.table(step).to_pandas().sort_values(["bin_low"], na_position="first", kind="stable")
    return [float(n) for n in rows["count"]]


def test_a_bin_of_few_does_not_leave() -> None:
    found = release({"bins": bins(plants(), OPEN)}, COUNTS)

    assert str(shown(found)) == str([10.0, math.nan, 8.0, 20.0])
    assert found.certificate["classes"] == {"bins": "frequencies"}


def test_a_total_of_the_bins_does_not_give_a_bin_of_few() -> None:
    """By region each middle bin is 1, and firms of a region are published: another bin of it must go, too."""
    rows = plants()
    steps = {"bins": bins(rows, OPEN, ["region"]), "regions": frequency_table(rows, by=["region"], unit="firm")}

    found = release(steps, COUNTS)

    table = found.table("bins").to_pandas()
    assert not table["count"].lt(3).any()
    assert (table[table["count"].isna()].groupby("region").size() >= 2).all()
    assert found.certificate["attack"]["exact"] == 0
    assert found.certificate["attack"]["narrowest"]["low"] < found.certificate["attack"]["narrowest"]["high"]


def test_what_lies_beyond_closed_bins_is_a_cell_of_few() -> None:
    """One firm is above the last edge: forty firms less the bins would tell it."""
    rows = plants(60.0)
    total = frequency_table(rows, by=["region"], unit="firm")

    alone = release({"bins": bins(rows, CLOSED)}, COUNTS)
    beside = release({"bins": bins(rows, CLOSED), "regions": total}, COUNTS)
    opened = release({"bins": bins(rows, OPEN), "regions": total}, COUNTS)

    assert shown(alone) == [10, 0, 10, 19]
    # Either bin of ten protects it, at the same cost.
    assert str(shown(beside)) in (str([math.nan, 0.0, 10.0, 19.0]), str([10.0, 0.0, math.nan, 19.0]))
    assert shown(opened) == [10, 0, 10, 20]


def test_numbers_beyond_the_bins_stay() -> None:
    found = release({"bins": bins(plants(60.0), CLOSED)}, COUNTS)

    assert not {"n_below", "n_above", "n_missing"} & set(found.certificate)
    told = bins(plants(60.0), CLOSED)
    assert (told.n_below, told.n_above) == (0, 1)
    places = told.contributors.collect().to_pandas()[["bin_low", "bin_high"]]
    assert int((places["bin_low"] == 8000).sum()) == 1


def test_bins_on_two_sets_of_edges_do_not_tell_their_differences() -> None:
    """Ten firms between 10 and 250, of which two have less than 50: the finer bins give way."""
    rows = plants()
    steps = {"bins": bins(rows, OPEN), "broad": bins(rows, (-math.inf, 10, 250, math.inf))}

    found = release(steps, COUNTS)

    assert sum(math.isnan(n) for n in shown(found)) >= 2


def test_a_missing_key_adds_up_to_the_total_like_any_other() -> None:
    """The code of a missing key is no text; it was taken for what the total itself adds up to."""
    (region,) = dimensions({"region": ["", "n", "Total"]}, None, "Total", "regions")

    place = {code: i for i, code in enumerate(region.codes)}
    assert region.parents[0][place["Total"]] == -1
    assert region.parents[0][place[""]] == place["Total"]
