"""Our measures beside what R answers: tests/golden/work, one test a case."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from industria.work.oaxaca_blinder import oaxaca_blinder
from industria.work.reweighting_decomposition import reweighting_decomposition
from industria.work.rif_decomposition import rif_decomposition
from tests.work.test_oaxaca_blinder import CHICAGO, NLYS
from tests.work.wages import chicago, nlys00

FOLDER = Path(__file__).parents[1] / "golden" / "work"
GAPS = pd.read_csv(FOLDER / "gaps.csv")
Answers = dict[str, float]


def gap_of_chicago(case: str) -> Answers:
    found = oaxaca_blinder(chicago(), **CHICAGO, weighting="all")
    rows = found.to_pandas().query("term == 'total'")
    explained = rows[rows["part"] == "explained"].set_index("weighting")["estimate"].add_prefix("explained ")
    parts = oaxaca_blinder(chicago(), **CHICAGO, weighting="threefold").to_pandas().query("term == 'total'")
    return {
        **parts.set_index("part")["estimate"],
        **explained,
        "n_other": found.n_other,
        "n_reference": found.n_reference,
        "gap": found.gap,
    }


def gap_of_the_nlsy(case: str) -> Answers:
    rows = oaxaca_blinder(nlys00(), **NLYS).to_pandas()
    totals = rows[rows["term"] == "total"].set_index("part")
    terms = rows[rows["term"] != "total"]
    errors = totals["standard_error"].add_suffix(" standard_error")
    return {
        **totals["estimate"],
        **errors,
        **dict(zip(terms["part"] + " " + terms["term"], terms["estimate"], strict=True)),
    }


def influence(case: str) -> Answers:
    statistic, *level = case.split()[1:]
    of: dict[str, Any] = {"outcome": "wage"}
    if level:
        of = {"outcome": "log_wage", "level": float(level[0]), "bandwidth": 0.1}
    formula = "age + education + years_worked_civilian + part_time"
    roles: dict[str, Any] = {"group": "female", "reference": "no", "formula": formula, "statistic": statistic}
    rows = rif_decomposition(nlys00(), **roles, **of).to_pandas()
    totals = rows[rows["term"] == "total"].set_index("part")["estimate"]
    terms = rows[rows["term"] != "total"]
    return {**totals, **dict(zip(terms["part"] + " " + terms["term"], terms["estimate"], strict=True))}


def reweighted(case: str) -> Answers:
    formula = "age + region + education + years_worked_civilian + part_time + industry"
    roles: dict[str, Any] = {"outcome": "log_wage", "group": "female", "reference": "no", "formula": formula}
    found = reweighting_decomposition(nlys00(), **roles, statistics=["mean", "variance"])
    rows = found.to_pandas().set_index("statistic")
    parts = {f"{name} {part}": rows.loc[name, part] for name in rows.index for part in ("observed", "composition")}
    factors = found.factors.collect("pandas").to_native().iloc[0][["mean_unscaled", "maximum"]]
    return {**parts, **factors, "effective_sample_size": found.effective_sample_size}


MEASURED = {"chicago": gap_of_chicago, "nlys00": gap_of_the_nlsy, "nlys00 reweighted": reweighted}


@pytest.mark.parametrize("case", GAPS["case"].unique())
def test_our_answer_is_that_of_r(case: str) -> None:
    rows = GAPS[GAPS["case"] == case]
    found = MEASURED.get(case, influence)(case)

    for quantity, value in zip(rows["quantity"], rows["value"], strict=True):
        # Least squares in twelve digits; a logit is settled to a billionth.
        assert found[quantity] == pytest.approx(value, rel=1e-8, abs=1e-10), quantity


def test_every_file_has_a_place_in_the_readme() -> None:
    told = (FOLDER / "README.md").read_text("utf-8")

    assert all(f"`{file.name}`" in told for file in FOLDER.iterdir() if file.name != "README.md")
