"""Numbers beside sums that would tell them: shares, means, growth, bounds, shares of the largest, other names."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from industria.core.result import Cells, Result
from industria.errors import ReleaseRefusedError
from industria.productivity import concentration
from industria.release import Policy
from industria.release.release import Release, release
from industria.tables import frequency_table, histogram, magnitude_table, percentile_table
from tests.release.atoms import numbers, widths
from tests.release.cells import counts, firms, magnitudes

POLICY = Policy(threshold=3, p=0.1)
COUNTS = Policy(threshold=3, concentration="none")
# The largest firm of a has nearly all of it; b is the cheapest to hide it with.
SALES = {"a": [50, 1, 1], "b": [6] * 5, "c": [9] * 7, "d": [8] * 9}


def sales() -> pd.DataFrame:
    return firms(SALES, ["region"])


def column(found: Release, step: str, name: str = "value") -> dict[str, float]:
    rows = found.table(step).to_pandas()
    return dict(zip(rows.iloc[:, 0], rows[name], strict=True))


@pytest.mark.parametrize("margins", [True, False])
@pytest.mark.parametrize("keep", [(), ({"region": "b"}, {"region": "c"}, {"region": "d"})])
def test_percentages_add_up_to_one(margins: bool, keep: tuple[dict[str, str], ...]) -> None:
    """One share withheld is what the others leave; a share beside its sum is the whole."""
    policy = Policy(threshold=3, p=0.1, keep=keep)
    shares = magnitudes(sales(), ["region"], statistic="share", margins=margins)

    for steps in ({"u": shares}, {"t": magnitudes(sales(), ["region"]), "u": shares}):
        found = release(steps, policy)

        share = {code: x for code, x in column(found, "u").items() if code != "Total"}
        assert np.isnan(share["a"])
        assert sum(np.isnan(x) for x in share.values()) >= 2
        if "t" in steps:
            sums = column(found, "t")
            told = {x / share[code] for code, x in sums.items() if code in share and not np.isnan(x * share[code])}
            if told and np.isnan(sums["Total"]):
                pytest.fail("a share and its sum tell the total")


def test_a_mean_and_a_count_are_a_sum() -> None:
    records = sales()
    steps: dict[str, Result] = {
        "mean": magnitudes(records, ["region"], statistic="mean"),
        "count": counts(records, ["region"]),
    }

    found = release(steps, POLICY)

    product = {code: x * column(found, "count", "count")[code] for code, x in column(found, "mean").items()}
    told = numbers("t", in_arrow(product), ["region"], {"region": list("abcd")})
    assert told["t", "a"][1] is None
    assert min(widths(told).values()) > 2 * 5.0


def in_arrow(values: dict[str, float]) -> pa.Table:
    return pa.table({"region": list(values), "value": list(values.values())})


def test_one_number_under_two_names() -> None:
    """Turnover is sales: what one table withholds is not in the other, whose own pattern would be another."""
    rng = np.random.default_rng(8)
    for _ in range(4):
        n = 22
        records = pd.DataFrame(
            {
                "firm": [f"f{i}" for i in range(n)],
                "a": rng.choice(list("xyz"), n),
                "b": rng.choice(list("pqr"), n),
                "value": np.round(np.exp(rng.normal(3, 1.3, n)), 1),
            }
        ).assign(turnover=lambda rows: rows["value"])
        wide = magnitude_table(records, variable="turnover", by=["a", "b"], unit="firm")

        found = release({"t": magnitudes(records, ["a"]), "u": wide}, POLICY)

        codes = {"a": list("xyz"), "b": list("pqr")}
        told = numbers("t", found.table("t"), ["a"], codes) | numbers("u", found.table("u"), ["a", "b"], codes)
        assert not widths(told) or min(widths(told).values()) > 1e-6
        first, second = column(found, "t"), found.table("u").to_pandas().query("b == 'Total'").set_index("a")["value"]
        assert all(np.isnan(first[code]) == np.isnan(second[code]) for code in first)


def test_one_variable_over_two_kinds_of_units_is_refused() -> None:
    """Plants of one firm are many units: their table would publish what that of firms withholds."""
    plants = pd.concat([sales().assign(value=lambda rows: rows["value"] / 5) for _ in range(5)])
    steps = {"t": magnitudes(plants, ["region"]), "u": magnitude_table(plants, variable="value", by=["region"])}

    with pytest.raises(ReleaseRefusedError, match="'t' and 'u'"):
        release(steps, POLICY)


def test_bounds_that_are_parts_of_values_do_not_leave() -> None:
    """What everybody is said to know is between .2 and 1.7 of a value: an end that shows it shows the value."""
    policy = Policy(threshold=3, p=0.1, prior=(0.2, 1.7), publish_intervals=True)

    found = release({"t": magnitudes(sales(), ["region"])}, policy)

    rows = found.table("t").to_pandas().dropna(subset="low")
    narrowest = found.certificate["attack"]["narrowest"]
    ends = {*rows["low"], *rows["high"], narrowest["low"], narrowest["high"]}
    parts = {factor * sum(values) for factor in (0.2, 1.7) for values in SALES.values()}
    total = column(found, "t")["Total"] - sum(x for code, x in column(found, "t").items() if code in "cd")
    assert not any(np.isclose(end, part) or np.isclose(total - end, part) for end in ends for part in parts)


def shares_of(values: list[float], largest: list[int]) -> dict[str, float]:
    rows = pd.DataFrame({"firm": range(len(values)), "industry": "10", "sales": values})
    found = release({"c": concentration(rows, value="sales", unit="firm", by=["industry"], largest=largest)}, POLICY)
    return {name: found.table("c")[name][0].as_py() for name in found.table("c").column_names}


def test_shares_of_the_largest_leave_no_firm_over() -> None:
    """Of 21 firms the share of 20 tells the last; that of 4 beside that of 5 tells the fifth."""
    values = [float(20 + i) for i in range(21)]

    assert shares_of(values, [20])["cr20"] is None
    assert shares_of(values, [4, 5])["cr5"] is None
    told = shares_of(values, [4, 8])
    assert told["cr4"] == pytest.approx(sum(sorted(values)[-4:]) / sum(values))
    assert told["cr8"] is not None


def test_concentration_of_a_dominated_cell_stays() -> None:
    """The root of the Herfindahl index bounds the largest share from below."""
    told = shares_of([1000.0, *[1.0] * 20], [4])

    assert [told[name] for name in ("hhi", "numbers_equivalent", "entropy", "cr4")] == [None] * 4


def test_percentiles_of_five_firms_stay() -> None:
    found = release({"p": percentile_table(sales().head(5), variable="value", percentiles=[0.5], unit="firm")}, POLICY)

    assert found.table("p")["value"].to_pylist() == [None]


def test_bins_of_two_histograms() -> None:
    """20 firms below 5 in one, 21 below 5.1 in the other: one firm is between."""
    records = pd.DataFrame({"firm": [f"f{i}" for i in range(61)], "sales": [3.0] * 20 + [5.05] + [30.0] * 40})
    steps = {
        f"h{i}": histogram(records, column="sales", edges=[0, edge, 100], unit="firm")
        for i, edge in enumerate((5, 5.1))
    }

    found = release(dict(steps), COUNTS)

    low = [found.table(step)["count"][0].as_py() for step in steps]
    high = [found.table(step)["count"][1].as_py() for step in steps]
    assert None in low
    assert None in high
    # The number of all firms is no secret, so that each withheld bin stands beside another.
    assert [a is None or b is None for a, b in zip(low, high, strict=True)] != [False, False]


def test_classes_of_one_name_and_other_bounds_are_refused() -> None:
    records = sales()
    steps = {
        f"below {cut}": frequency_table(
            records.assign(size=np.where(records["value"] < cut, "small", "large")), by=["size"], unit="firm"
        )
        for cut in (7, 9)
    }

    with pytest.raises(ReleaseRefusedError, match="other units in another step"):
        release(dict(steps), COUNTS)


def test_a_dimension_that_names_firms_does_not_leave() -> None:
    named: Cells = magnitude_table(sales(), variable="value", by=["firm"], unit="firm")

    found = release({"t": named}, POLICY)

    assert found.steps == []
    said = f"{found.refused} {dict(found.certificate)}"
    assert not any(f"'{name}'" in said for name in sales()["firm"])


@pytest.mark.parametrize("by", [0.001, -1.0, 3.7])
def test_a_variable_in_thousands_is_no_other_variable(by: float) -> None:
    """Whoever has one number of each knows the unit, and reads in one table what the other withholds."""
    records = firms({"a": [90.0, 51.2, 47.1], "b": [611.5, 12.0] * 5, "c": [913.25, 7.0] * 7}, ["region"])
    records = records.assign(k=by * records["value"], other=np.arange(len(records)) + 1.0)
    value, k, other = (
        magnitude_table(records, variable=name, by=["region"], unit="firm") for name in ("value", "k", "other")
    )
    policy = Policy(threshold=3, p=0.1)

    with pytest.raises(ReleaseRefusedError, match="'value' and 'k' are one variable in two units of measure"):
        release({"t": value, "u": k}, policy)
    with pytest.raises(ReleaseRefusedError, match="one variable in two units of measure"):
        release({"t": value, "w": other}, policy, earlier=[release({"u": k, "o": other}, policy)])
    assert release({"t": value, "u": other}, policy).steps == ["t", "u"]
