"""Paths of a labor market as tables: by step and occupation, by occupation, and by step."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from industria.core.rows import Array
from industria.core.table import Table, as_table, from_arrays

__all__ = ["paths_table", "rates_table", "totals_table", "unemployment_rate"]


def paths_table(paths: Array, codes: list[str]) -> Table:
    """Stack steps and occupations; a code stands once in memory."""
    steps, _, n = paths.shape
    code = pa.DictionaryArray.from_arrays(pa.array(np.tile(np.arange(n, dtype=np.int32), steps)), pa.array(codes))
    columns = {"step": np.repeat(np.arange(1, steps + 1), n), "occupation": code.cast(pa.string())}
    for k, name in enumerate(("employment", "unemployment", "vacancies", "long_term")):
        columns[name] = paths[:, k].ravel()
    return as_table(pa.table(columns), "paths")


def rates_table(paths: Array, shock_step: int, codes: list[str]) -> Table:
    """Compare the rates of each occupation at the shock, at their peak, and at the end."""
    force = paths[:, 0] + paths[:, 1]
    unemployed, long_term = (
        np.divide(paths[:, k], force, out=np.full(force.shape, np.nan), where=force > 0) for k in (1, 3)
    )
    after = np.nan_to_num(unemployed[shock_step - 1 :], nan=-1.0)
    peak = after.argmax(axis=0)
    employed = paths[shock_step - 1, 0]
    change = np.divide(paths[-1, 0], employed, out=np.full(len(codes), np.nan), where=employed > 0) - 1
    highest = after.max(axis=0)
    return from_arrays(
        {
            "occupation": codes,
            "rate_before": unemployed[shock_step - 1],
            "rate_peak": np.where(highest < 0, np.nan, highest),
            "peak_step": shock_step + peak,
            "rate_end": unemployed[-1],
            "long_term_before": long_term[shock_step - 1],
            "long_term_end": long_term[-1],
            "employment_change": change,
        }
    )


def unemployment_rate(paths: Array) -> Array:
    """Divide the unemployed by the labor force, step by step, all occupations together."""
    totals = paths.sum(axis=2)
    return np.asarray(totals[:, 1] / (totals[:, 0] + totals[:, 1]))


def totals_table(paths: Array) -> Table:
    """Give rates of all occupations together, step by step."""
    totals = paths.sum(axis=2)
    return from_arrays(
        {
            "step": np.arange(1, len(totals) + 1),
            "unemployment_rate": unemployment_rate(paths),
            "long_term_rate": totals[:, 3] / (totals[:, 0] + totals[:, 1]),
            "vacancy_rate": totals[:, 2] / (totals[:, 0] + totals[:, 2]),
        }
    )
