from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from industria import errors
from industria.productivity.production_function import production_function
from tests.strategies import simulated_firms

ROLES: dict[str, Any] = {"unit": "firm", "time": "year", "output": "y", "free": "l", "state": "k", "proxy": "m"}
LOGS = ("y", "l", "k", "m")


def firms(years: int = 6) -> pd.DataFrame:
    """120 firms that are all there to the end, in levels."""
    rows = simulated_firms(2, 8, firms=120, years=years).to_pandas()
    return rows.assign(**{name: np.exp(rows[name]) for name in LOGS})


def leaving(rows: pd.DataFrame) -> pd.DataFrame:
    """Every fourth firm leaves after the third year."""
    third = sorted(rows["year"].unique())[2]
    return rows[(rows["firm"] % 4 != 0) | (rows["year"] <= third)].reset_index(drop=True)


def at_the_end(rows: pd.DataFrame) -> pd.Series[bool]:
    """Rows of half of the firms in the last two years."""
    return (rows["year"] >= rows["year"].max() - 1) & (rows["firm"] % 2 == 1)


@pytest.mark.parametrize(("estimator", "left"), [("olley_pakes", 0.0), ("levinsohn_petrin", np.nan)])
def test_a_row_that_is_left_out_is_no_exit(estimator: Any, left: float) -> None:
    """Nobody leaves: half of the firms have no investment, or no figure, in the last two years."""
    rows = firms()
    rows = rows.assign(m=rows["m"].where(~at_the_end(rows), left))

    with pytest.raises(errors.RoleError, match="is not seen"):
        production_function(rows, estimator=estimator, exit="last_seen", **ROLES)


def test_exits_are_those_that_a_column_told_of_all_rows_marks() -> None:
    rows = leaving(firms())
    out = rows.groupby("firm")["year"].transform("max") == rows["year"]
    rows = rows.assign(out=(out & (rows["year"] < rows["year"].max())).astype(int))
    rows = rows.assign(m=rows["m"].where(~at_the_end(rows), 0.0))
    seen, told = (
        production_function(rows, estimator="olley_pakes", exit=e, **ROLES).to_pandas()["estimate"]
        for e in ("last_seen", "out")
    )

    # The same marks give the same numbers, to the bit.
    assert seen.tolist() == told.tolist()


def test_a_unit_that_is_there_in_a_row_left_out_is_there_after_its_mark() -> None:
    rows = firms()
    last = rows["year"].max()
    rows = rows.assign(out=(rows["year"] == last - 1).astype(int), m=rows["m"].where(rows["year"] < last, 0.0))

    with pytest.raises(errors.RoleError, match="the unit is there afterwards"):
        production_function(rows, estimator="olley_pakes", exit="out", **ROLES)
