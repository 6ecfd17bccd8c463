"""Prices and quantities whose index numbers are known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

MIRROR = Path(__file__).parents[3] / "shared" / "data" / "productivity"


def mirrored(name: str) -> pd.DataFrame:
    """Read a table of the mirror; skip the test where there is none."""
    if not (MIRROR / name).is_file():
        pytest.skip(f"the file is not on this machine: {MIRROR / name}")
    return pd.read_csv(MIRROR / name)


def ces_sigma2() -> pd.DataFrame:
    """Make the artificial data of Diewert & Fox (2020): four products over twelve periods, preferences CES, σ = 2.

    Shares are .2, .2, .2, .4 at prices of 1; expenditure grows unevenly from 10 to 17.
    """
    prices = np.array(
        [
            [2.00, 1.75, 1.60, 1.50, 1.45, 1.40, 1.35, 1.30, 1.25, 1.20, 1.15, 1.10],
            [1.00, 0.50, 1.05, 1.10, 1.12, 1.15, 1.18, 0.60, 1.20, 1.25, 1.28, 1.30],
            [1.00, 0.95, 0.90, 0.85, 0.40, 0.80, 0.75, 0.72, 0.70, 0.40, 0.70, 0.65],
            [0.50, 0.55, 0.60, 0.65, 0.70, 0.75, 0.70, 0.65, 0.70, 0.75, 0.75, 0.80],
        ]
    )
    value = np.array([10, 13, 11, 12, 15, 13, 14, 17, 15, 18, 16, 17])
    taste = np.array([0.2, 0.2, 0.2, 0.4])[:, None] / prices
    quantity = taste / taste.sum(axis=0) * value / prices
    item, period = np.indices(prices.shape)
    rows = {"product": item, "period": period}
    return pd.DataFrame({k: v.ravel() + 1 for k, v in rows.items()}).assign(
        price=prices.ravel(), quantity=quantity.ravel()
    )


INPUTS = {"capital": "Capital", "labor": "Labor", "energy": "Energy", "materials": "Materials"}
SERVICES = "Purchased Business Services"


def klems() -> pd.DataFrame:
    """Read the KLEMS accounts of 69 US industries, 1987-2018 (BLS): indexes, and costs in billions of dollars.

    Securities and commodities (523) are left out: capital earned less than nothing there in 2008.
    """
    rows = mirrored("bls_klems_1987_2018_inputs.csv.gz")
    years = [column for column in rows.columns if column.isdigit()]
    rows = rows[(rows["Duration Title"] != "% Change Year Ago") & (rows["NAICS"] != "523")]
    long = rows.melt(id_vars=["NAICS", "Measure Title"], value_vars=years, var_name="year")
    wide = long.pivot(index=["NAICS", "year"], columns="Measure Title", values="value").reset_index()
    named = {
        "industry": wide["NAICS"],
        "year": wide["year"].astype(int),
        "output": wide["Sectoral Output"],
        "output_price": wide["Price of Sectoral Output"],
        "input_price": wide["Price of Combined Inputs"],
        "labor_productivity": wide["Labor Productivity"],
        "hours": wide["Capital Input"] / wide["Capital Intensity"],
    }
    for name, title in {**INPUTS, "services": SERVICES}.items():
        named[name] = wide[f"{title} Input"]
        named[f"{name}_cost"] = wide[f"Cost of {title}, billions of current dollars"]
    return pd.DataFrame(named)
