"""Small tables of units that the literature and the packages of data envelopment analysis print results of."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow as pa

from industria.productivity import dea

ELEVEN = pd.DataFrame(
    {
        "unit": list("abcdefghijk"),
        "x1": [5.0, 16, 16, 17, 18, 23, 25, 27, 37, 42, 5],
        "x2": [13.0, 12, 26, 15, 14, 6, 10, 22, 14, 25, 17],
        "y": [12.0, 14, 25, 26, 8, 9, 27, 30, 31, 26, 12],
    }
)
"""Eleven units of two inputs and one output, an example that several packages carry."""

SEVEN = pd.DataFrame(
    {"unit": list("abcdefg"), "x": [100.0, 200, 300, 500, 100, 200, 600], "y": [75.0, 100, 300, 400, 25, 50, 400]}
)
"""Seven units of one input and one output; each of their scores can be checked on paper."""

TWO_IN: dict[str, Any] = {"unit": "unit", "inputs": ["x1", "x2"], "outputs": ["y"]}
ONE_IN: dict[str, Any] = {"unit": "unit", "inputs": ["x"], "outputs": ["y"]}


def arrow(frame: pd.DataFrame) -> pa.Table:
    """Hold a frame as Arrow."""
    return pa.Table.from_pandas(frame, preserve_index=False)


# References are printed to ten digits.
PRINTED = 1e-9


def scores(table: pd.DataFrame, **words: Any) -> Any:
    """Scores of `dea`, in the order of the keys."""
    return dea(table, **words).to_pandas()["score"].to_numpy()


def frame(table: Any) -> pd.DataFrame:
    """Hold a table of a result as a frame."""
    made: pd.DataFrame = table.collect("pandas").to_native()
    return made
