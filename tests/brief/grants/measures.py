"""Measures of a study that tests briefs: published estimates, so that nothing has to be fitted."""

from __future__ import annotations

import narwhals.stable.v2 as nw
import numpy as np

from industria.core.measure import measure
from industria.core.result import ESTIMATES, Estimates, Result
from industria.core.table import TableLike, arrays, as_table, from_arrays

UNITS = {
    "term": "treatment [name]",
    "estimate": "coefficient [log points]",
    "standard_error": "of the coefficient [log points]",
    "statistic": "t [1]",
    "p_value": "of no difference [fraction]",
    "low": "lower bound [log points]",
    "high": "upper bound [log points]",
}
ROWS = [
    ("grant", -0.252315, 0.143440, -1.759, 0.0844, -0.540018, 0.035388),
    ("grant_last_year", -0.421590, 0.282460, -1.4926, 0.1415, -0.988133, 0.144953),
]


@measure(gives=UNITS, cites="Wooldridge, Introductory Econometrics, Example 14.1", design="associational")
def effect(firms: TableLike) -> Estimates:
    """Differences in log scrap between funded and unfunded plants, net of plant and year."""
    as_table(firms, "firms", "firm", "year")
    table = from_arrays({name: [row[i] for row in ROWS] for i, name in enumerate(ESTIMATES)})
    return Estimates(table=table, outcome="log_scrap_rate", n_obs=162, n_units=54, df=53.0, confidence=0.95)


@measure(
    gives={
        "term": "treatment [name]",
        "change": "exp(b) - 1 [fraction]",
        "low": "lower bound [fraction]",
        "high": "upper bound [fraction]",
        "n": "plants [firms]",
    },
    cites="Halvorsen & Palmquist (1980)",
    design="associational",
)
def change(estimates: TableLike) -> Result:
    """Log points as percent changes."""
    estimates = as_table(estimates, "estimates", "term", "estimate", "low", "high")
    term, estimate, low, high = arrays(estimates, "estimates", "term", "estimate", "low", "high")
    columns = {"change": estimate, "low": low, "high": high}
    table = {name: np.expm1(values) for name, values in columns.items()}
    return Result(table=from_arrays({"term": term, **table, "n": [54] * len(term)}))


@measure(
    gives={"cohort": "when the grant came [name]", "hours": "training [hours per persons]", "n": "plants [firms]"},
    cites="Holzer et al. (1993)",
    design="descriptive",
)
def training(firms: TableLike) -> Result:
    """Mean hours of training per employee by cohort and year."""
    firms = as_table(firms, "firms", "cohort", "year", "hours")
    cells = firms.group_by("cohort", "year").agg(nw.col("hours").mean(), n=nw.len().cast(nw.Int64) * 17)
    return Result(table=cells.sort("cohort", "year"))
