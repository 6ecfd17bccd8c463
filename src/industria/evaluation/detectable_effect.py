"""The smallest effect that a design would probably have found."""

from __future__ import annotations

import numpy as np

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import TableLike, arrays, as_table, from_arrays
from industria.errors import ColumnTypeError, ParameterRangeError
from industria.kernels.t_distribution import t_quantile

__all__ = ["detectable_effect"]


@measure(
    gives={
        "multiplier": "standard errors to the smallest effect found with the power asked for [1]",
        "detectable": "that effect, of either sign [unit of standard_error]",
        "support_df": "degrees of freedom of the t distribution [count]",
        "support_units": "units behind the estimate [units]",
    },
    cites="Bloom (1995), Minimum detectable effects, Evaluation Review 19(5), 547-556",
    design="descriptive",
    support="estimates",
)
def detectable_effect(estimates: TableLike, *, power: float = 0.8, size: float = 0.05) -> Result:
    """Smallest effect that a two-sided test would find with a given power.

    (t of 1 - size/2 + t of power) × standard error, both from the t distribution
    with the estimate's own degrees of freedom. It speaks of the design, not of the
    estimate: what an effect would have had to be for these data to show it.

    Parameters
    ----------
    estimates : Table
        `term`, `standard_error`, `support_df`, `support_units`, as `evaluation.fixed_effects` gives them.
    power : float
        Probability of finding the effect, between 0 and 1.
    size : float
        Probability of finding one where there is none, between 0 and 1.

    Returns
    -------
    Result
        One row a term. A term without a standard error has no detectable effect.

    Raises
    ------
    MissingColumnError, EmptyTableError, ColumnTypeError
        If `estimates` lacks a column, has no rows, or holds text for numbers.
    ParameterRangeError
        If `power` or `size` is not between 0 and 1.
    """
    estimates = as_table(estimates, "estimates", "term", "standard_error", "support_df", "support_units")
    for parameter, share in (("power", power), ("size", size)):
        if not 0 < share < 1:
            raise ParameterRangeError(parameter, share, "a number between 0 and 1")

    term, error, df, units = arrays(estimates, "estimates", "term", "standard_error", "support_df", "support_units")
    for column, values in (("standard_error", error), ("support_df", df)):
        if values.dtype.kind not in "iuf":
            raise ColumnTypeError("estimates", column, "a number in every row", "text")
    multiplier = np.asarray(t_quantile(1 - size / 2, df) + t_quantile(power, df))
    return Result(
        table=from_arrays(
            {
                "term": term,
                "multiplier": multiplier,
                "detectable": multiplier * error,
                "support_df": df,
                "support_units": units,
            }
        )
    )
