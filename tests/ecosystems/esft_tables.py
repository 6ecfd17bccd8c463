"""Protective equipment, staff and capacity of the WHO's forecasting tool, as example E2 of Brazil takes them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pyarrow as pa

# Units a day: World Health Organization (2022), Essential Supplies Forecasting Tool 2022.1.
# item, unit, reusable; then of health workers, cleaners, ambulances, engineers in hospital; patients in beds;
# caregivers and patients in isolation; those who screen and are screened; laboratory technicians and cleaners.
PROTECTION = (
    ("apron", "Each", False, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    ("face shield", "Each", False, 1, 1, 0, 1, 0, 0, 0, 0, 0, 2, 0),
    ("gloves, examination", "Pair", False, 24, 0, 4, 2, 0, 4, 0, 8, 0, 8, 0),
    ("gloves, surgical", "Pair", False, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    ("goggles", "Each", True, 0.1, 0.1, 0.1, 0, 0, 0, 0, 0.1, 0, 1 / 15, 0),
    ("gown", "Each", False, 1, 1, 1, 1, 0, 0, 0, 2, 0, 2, 1),
    ("mask for health worker", "Each", False, 4, 4, 4, 1, 0, 2, 0, 4, 0, 4, 0),
    ("mask for patient", "Each", False, 0, 0, 0, 0, 2, 0, 1, 0, 1, 0, 0),
    ("respirator", "Each", False, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    ("scrubs, tops", "Each", True, 1 / 30, 1 / 30, 0, 0.03, 0, 0, 0, 0.03, 0, 0, 0),
)
BASES = (
    "inpatient_hcw",
    "inpatient_cleaner",
    "inpatient_ambworker",
    "inpatient_biomed_eng",
    "inpatient_sev_crit_patient",
    "isolation_inf_caregiver",
    "isolation_patient",
    "screening_hcw",
    "screening_patient",
    "lab_tech",
    "lab_cleaner",
)
EQUIPMENT = pa.table(
    {
        name: [one for item in PROTECTION for one in [item[i]] * sum(rate > 0 for rate in item[3:])]
        for i, name in enumerate(("item", "unit", "reusable"))
    }
    | {
        "basis": [basis for item in PROTECTION for basis, rate in zip(BASES, item[3:], strict=True) if rate > 0],
        "quantity_per_day": [float(rate) for item in PROTECTION for rate in item[3:] if rate > 0],
    }
)
# Hours of the tool's occupations, added up by group.
STAFFING = pa.table(
    {
        "occupation": ["nurses and others", "cleaners", "secretaries"],
        "group": ["HCW", "Cleaner", "Admin"],
        "severe": [18.224181819, 0.5, 0.5],
        "critical": [32.689375, 0.75, 0.5],
        "screening": [0.8, 0.0, 0.0],
    }
)
BRAZIL = {
    "health_workers": 2612006.53564681,
    "hospital_beds": 446973.76614,
    "intensive_care_share": 0.0332,
    "laboratory_staff": 44743.251880423,
    "active_laboratories": 495.0,
}
MONDAY = dt.date(2021, 11, 1)
K = np.arange(168)
CASES = np.round(20000 * np.exp(-(((K - 100) / 30) ** 2)) + 1000)
DAYS = pa.table({"day": [MONDAY + dt.timedelta(days=int(k)) for k in K], "new_cases": CASES})
START = dt.date(2022, 1, 3)

# Twelve weeks, and the first of them.
TOTALS = {
    "gloves, examination": (197562298.713, 7934002.620),
    "mask for health worker": (58843969.381, 2409423.545),
    "mask for patient": (28270236.400, 1179974.600),
    "gown": (9972792.045, 409314.696),
    "face shield": (7459074.645, 301969.176),
    "respirator": (5737665.380, 223773.039),
    "apron": (5737665.380, 223773.039),
    "gloves, surgical": (5737665.380, 223773.039),
    "goggles": (1227072.835, 49179.991),
    "scrubs, tops": (1198331.835, 47268.991),
}


def place(**capacity: Any) -> pa.Table:
    """One row of capacity: Brazil's, but for what is given."""
    return pa.table({name: [value] for name, value in (BRAZIL | capacity).items()})


def items(*rows: tuple[Any, ...], category: str = "IPC") -> pa.Table:
    """Make equipment of `item, reusable, basis, quantity_per_day`."""
    names = ("item", "reusable", "basis", "quantity_per_day")
    columns = {name: [row[i] for row in rows] for i, name in enumerate(names)}
    return pa.table(columns | {"unit": ["Each"] * len(rows), "category": [category] * len(rows)})


def weeks(*cases: float) -> pa.Table:
    """Make a caseload of weeks 0, 1, 2 and so on."""
    return pa.table({"week": list(range(len(cases))), "new_cases": [float(one) for one in cases]})
