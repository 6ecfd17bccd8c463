from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.core.table import collect
from industria.errors import (
    DuplicateRowError,
    EmptyTableError,
    MissingColumnError,
    OutsideRangeError,
    ParameterRangeError,
    UnknownGroupError,
    UnknownLabelError,
)
from industria.work import preparation_months, similarity, transition_pathways
from tests.work.scores import official

SECRETARY, CASHIER, CODER, NURSE, CLERK, SURGEON = "43-6013", "41-2011", "29-2072", "29-1141", "43-3021", "29-1248"
ORIGINS = pa.table({"origin": [SECRETARY]})
SIMILARITY = pa.table(
    {
        "origin": [SECRETARY] * 5,
        "destination": [CASHIER, CODER, NURSE, CLERK, SURGEON],
        "similarity": [0.70, 0.55, 0.35, 0.62, 0.20],
    }
)
OCCUPATIONS = pa.table(
    {
        "occupation": [SECRETARY, CASHIER, CODER, NURSE, CLERK, SURGEON],
        "title": ["Secretaries", "Cashiers", "Records specialists", "Nurses", "Billing clerks", "Surgeons"],
        "job_zone": [2, 1, 3, 3, 2, 5],
        "wage": [44_000.0, 31_000.0, 50_000.0, 93_000.0, 47_000.0, None],
        "wage_low": [38_000.0, 27_000.0, 39_600.0, 78_000.0, 40_000.0, None],
        "wage_high": [50_000.0, 35_000.0, 65_000.0, 107_000.0, 56_000.0, None],
        "education_months": [6.0, 0.0, 20.0, 40.0, 8.0, 84.0],
        "experience_months": [12.0, 1.0, 10.0, 6.0, 15.0, 60.0],
        "on_site_months": [2.0, 0.5, 3.0, 2.0, 1.0, 24.0],
        "on_the_job_months": [4.0, 1.0, 6.0, 4.0, None, 36.0],
        "training_cost": [None, None, 4_000.0, 30_000.0, None, None],
        "risk": [3.60, 3.70, 3.40, 3.20, 3.65, 3.10],
        "prevalence": [0.40, 0.45, 0.60, 0.80, 0.35, 0.85],
    }
)
OPENINGS = pa.table(
    {
        "occupation": [CASHIER, CODER, NURSE, CLERK, CODER],
        "region": ["MA", "MA", "MA", "MA", "VT"],
        "openings": [900.0, 60.0, 400.0, 0.0, 5.0],
    }
)
QUALITY = pa.table(
    {
        "occupation": [SECRETARY, SECRETARY, CODER, CODER, NURSE],
        "dimension": ["prospects", "intensity", "prospects", "intensity", "prospects"],
        "score": [0.5, 0.6, 0.7, 0.5, 0.9],
    }
)
ELEMENTS = pa.table(
    {
        "occupation": [SECRETARY, SECRETARY, CODER, CODER, NURSE],
        "element": ["2.A", "2.B", "2.A", "2.B", "2.C"],
        "value": [4.0, 3.0, 3.0, 5.5, 5.0],
        "importance": [4.0, 3.0, 4.0, 4.0, 5.0],
        "name": ["Typing", "Terminology", "Typing", "Terminology", "Care"],
    }
)
TABLES = {
    "origins": ORIGINS,
    "similarity": SIMILARITY,
    "occupations": OCCUPATIONS,
    "openings": OPENINGS,
    "quality": QUALITY,
    "elements": ELEMENTS,
}
# One dimension, so that the occupations are told apart without the column as well.
EXAMPLE = (TABLES | {"quality": QUALITY.take([0, 2, 4])}, {"region": "MA", "months": 40.0})
SAYS = {
    CASHIER: "it pays 70.4% of the origin's wage, less than 75%; its automation risk, 3.70, is not below 3.60",
    CODER: None,
    NURSE: None,
    CLERK: (
        "there are no openings; its automation risk, 3.65, is not below 3.60; its share of tasks that resist "
        "automation, 0.35, is not above 0.40; its automation risk is of the class High"
    ),
    SURGEON: (
        "similarity 0.20 is not above 0.30; Job Zone 5 is 3 above the origin's; 186.0 months of preparation are "
        "more than 40; openings are not told; a wage is not told"
    ),
}


def rows(**changed: Any) -> dict[str, dict[str, Any]]:
    found = transition_pathways(**{**TABLES, "region": "MA", **changed}).to_arrow().to_pylist()
    return {row["destination"]: row for row in found}


def test_reasons_against_are_told_in_words() -> None:
    found = rows(months=40.0)

    assert {code: row["why_not"] for code, row in found.items()} == SAYS
    assert list(found) == [CASHIER, CLERK, CODER, NURSE, SURGEON]


def test_conditions_by_hand() -> None:
    found = rows(months=40.0)
    judged = {code: tuple(found[code][one] for one in ("viable", "desirable", "safe")) for code in found}

    assert judged == {
        CASHIER: (True, False, False),
        CLERK: (False, False, False),
        CODER: (True, True, True),
        NURSE: (True, True, True),
        SURGEON: (False, False, False),
    }
    assert [found[code]["highly_viable"] for code in (CODER, NURSE)] == [True, False]


def test_months_wages_quality_and_missing_skills_by_hand() -> None:
    """A coder needs 14 months of education more and no experience more, then 9 months of training."""
    coder, clerk = rows()[CODER], rows()[CLERK]

    assert (coder["training_months"], coder["months_basis"]) == (pytest.approx(14 + 0 + 3 + 6), "answers")
    assert (clerk["training_months"], clerk["months_basis"]) == (0.0, "job zones")
    assert [coder[f"wage_change{end}"] for end in ("", "_low", "_high")] == pytest.approx(
        [50 / 44 - 1, 39.6 / 44 - 1, 65 / 44 - 1]
    )
    assert coder["quality_change"] == pytest.approx((0.2 - 0.1) / 2)
    assert (coder["missing_skills"], clerk["missing_skills"]) == ("Terminology", None)
    assert (coder["openings"], coder["training_cost"]) == (60.0, 4_000.0)


def test_middles_of_job_zones_where_answers_are_missing() -> None:
    """From zone 2, 3 to 12 months, to zone 3, 12 to 24: 18 less 7.5; down a zone nothing is to be made up."""
    found = rows(occupations=OCCUPATIONS.select(["occupation", "job_zone", "wage"]))

    assert found[CODER]["training_months"] == 10.5
    assert found[CASHIER]["training_months"] == 0.0
    assert found[SURGEON]["training_months"] == 48 - 7.5
    assert found[CODER]["safe"] is None
    assert found[CODER]["why_not"] is None, "where no risk is told at all, none is missed"


def test_origins_are_counted_over_all_candidates() -> None:
    found = transition_pathways(**TABLES, region="MA", top=1)
    counts = found.origins.collect("pandas").to_native().iloc[0].to_dict()

    assert found.to_arrow().num_rows == 1
    assert counts == {
        "origin": SECRETARY,
        "n_candidates": 5,
        "n_viable": 3,
        "n_desirable": 2,
        "n_safe": 2,
        "n_safe_desirable": 2,
        "n_viable_unknown": 0,
        "n_desirable_unknown": 0,
        "n_safe_unknown": 0,
        "n_safe_desirable_unknown": 0,
    }
    assert (found.n_stranded, found.n_stranded_unknown) == (0, 0)
    assert transition_pathways(**TABLES, region="MA", earnings_ratio=3.0).n_stranded == 1


def counted(**changed: Any) -> dict[str, Any]:
    found = transition_pathways(**{**TABLES, "region": "MA", **changed})
    (row,) = collect(found.origins).to_pylist()
    return row | {"stranded": found.n_stranded, "stranded_unknown": found.n_stranded_unknown}


def test_what_nobody_told_is_not_counted_as_none() -> None:
    """Three are viable; whether one of them is safe, nobody said; that the other two are not safe is known."""
    without = counted(occupations=OCCUPATIONS.drop_columns(["risk", "prevalence"]))

    assert (without["n_safe"], without["n_safe_desirable"]) == (None, None)
    assert (without["n_safe_unknown"], without["n_safe_desirable_unknown"]) == (3, 2)
    assert (without["n_desirable"], without["stranded"]) == (2, 0)

    nobody = counted(occupations=OCCUPATIONS.drop_columns(["risk", "prevalence"]), viable=0.9, highly_viable=0.9)
    assert (nobody["n_viable"], nobody["n_safe"], nobody["n_safe_unknown"]) == (0, 0, 0), "what is not viable is known"


def test_nobody_is_stranded_for_a_wage_that_is_missing() -> None:
    unpaid = OCCUPATIONS.set_column(3, "wage", pa.nulls(6, pa.float64()))
    found = counted(occupations=unpaid)

    assert (found["n_desirable"], found["n_desirable_unknown"]) == (None, 3)
    assert (found["stranded"], found["stranded_unknown"]) == (None, 1)
    # One known wage settles it: the nurse's is enough, whatever the others pay.
    wages = pa.array([44_000.0, None, None, 93_000.0, None, None])
    found = counted(occupations=OCCUPATIONS.set_column(3, "wage", wages))
    assert (found["n_desirable"], found["n_desirable_unknown"], found["stranded"]) == (1, 2, 0)


def test_an_occupation_that_is_not_listed_is_counted() -> None:
    found = transition_pathways(ORIGINS, SIMILARITY, OCCUPATIONS.slice(0, 5))

    assert (found.n_pairs, found.n_unlisted) == (4, 1)


def test_risk_classes_are_those_that_nesta_publishes() -> None:
    """Kanders et al. (2020), mcc_risk_All_occupations.csv: quartiles 3.534 and .475; High 217, Low 181, other 1,229."""
    risk = official("nesta.transitions", table="mcc_risk_All_occupations")
    occupations = risk[["occupation", "risk", "prevalence"]].assign(job_zone=None, wage=None)
    occupations = occupations.astype({"job_zone": float, "wage": float})
    codes = occupations["occupation"]
    pairs = pd.DataFrame({"origin": codes[:1], "destination": codes[1:2].to_numpy(), "similarity": 0.5})
    found = transition_pathways(pairs[["origin"]], pairs, occupations)
    classes = found.risk_classes.collect("pandas").to_native().merge(risk, on="occupation", validate="one_to_one")

    assert found.risk_75 == pytest.approx(3.534, abs=0.0005)
    assert found.prevalence_25 == pytest.approx(0.475, abs=0.0005)
    assert classes["risk_class"].value_counts().to_dict() == {"High": 217, "Low": 181, "Other": 1_229}
    assert (classes["risk_class"] == classes["risk_category"].str.removesuffix(" risk")).all()


def test_pathways_of_medical_secretaries() -> None:
    """O*NET 30.1, OEWS May 2024, projections 2022-32 and Nesta's risk, joined for 43-6013."""
    levels = pd.concat([official("onet.database", table=table) for table in ("Skills", "Knowledge")])
    elements = _by_soc(levels[levels["scale"] == "LV"], ["value"], "element_id", "element_name")
    elements = elements.rename(columns={"element_id": "element", "element_name": "name"})
    ratings = official("onet.database", table="Education, Training, and Experience")
    zones = official("onet.database", table="Job Zones")
    preparation = preparation_months(ratings, zones).to_pandas()
    months = [str(column) for column in preparation if str(column).endswith("_months")]
    preparation = _by_soc(preparation, ["job_zone", *months]).round({"job_zone": 0})
    wages = official("bls.oews").query("group == 'detailed'")
    wages = wages[["occupation", "title", "annual_median", "annual_p25", "annual_p75"]]
    wages = wages.set_axis(["occupation", "title", "wage", "wage_low", "wage_high"], axis=1)
    risk = official("nesta.transitions", table="mcc_risk_All_occupations")
    risk = _by_soc(risk.assign(occupation=risk["onet_code"]), ["risk", "prevalence"])
    openings = official("bls.projections").query("group == 'Line item'")
    named = {"occupational_openings_2022_32_annual_average": "openings"}
    openings = openings.rename(columns=named)[["occupation", "openings"]]
    occupations = wages.merge(preparation, how="left").merge(risk, how="left")

    alike = similarity(elements.drop(columns="name"), None, ORIGINS, standardize=True, top=None)
    found = transition_pathways(ORIGINS, alike.table, occupations, openings, elements=elements, top=None)
    shown = {row["destination"]: row for row in found.to_arrow().to_pylist()}

    clerk = shown["43-3021"]
    assert clerk["title"] == "Billing and Posting Clerks"
    assert clerk["wage_change"] == pytest.approx(47_170 / 44_640 - 1)
    assert clerk["openings"] == 46.7
    assert clerk["viable"]
    assert clerk["desirable"]
    assert clerk["training_months"] > 0
    assert "Administrative" in clerk["missing_skills"]
    assert shown["41-2011"]["why_not"].startswith("it pays 69.8% of the origin's wage, less than 75%")
    assert not shown["29-1216"]["viable"]
    assert found.n_stranded == 0
    for row in shown.values():
        assert row["why_not"] or (row["viable"] and row["desirable"] and row["safe"])


def _by_soc(frame: pd.DataFrame, values: Any, *by: str) -> pd.DataFrame:
    """Average occupations of O*NET-SOC to the SOC, whose codes are their first seven characters."""
    frame = frame.assign(occupation=frame["occupation"].str[:7])
    found: pd.DataFrame = frame.groupby(["occupation", *by], as_index=False)[values].mean()
    return found


BOUNDS = {
    "viable": st.floats(0.0, 0.4),
    "zone_gap": st.integers(0, 4),
    "earnings_ratio": st.floats(0.0, 2.5),
    "months": st.floats(0.0, 200.0),
}


@given(st.fixed_dictionaries(BOUNDS), st.fixed_dictionaries(BOUNDS), st.sampled_from([1, 3, None]))
def test_a_tighter_filter_never_adds_a_destination(one: Any, other: Any, top: int | None) -> None:
    loose = {name: (min if name in ("viable", "earnings_ratio") else max)(one[name], other[name]) for name in BOUNDS}
    there, here = rows(**loose, top=top), rows(**one, top=top)

    assert list(there) == list(here)
    for kind in ("viable", "desirable", "safe"):
        assert {code for code, row in here.items() if row[kind]} <= {code for code, row in there.items() if row[kind]}


@given(st.lists(st.tuples(st.sampled_from([SECRETARY, CODER, NURSE]), st.floats(0, 1)), unique_by=lambda p: p[0]))
def test_no_destination_is_its_origin_and_whatever_is_turned_down_has_a_reason(pairs: list[tuple[str, float]]) -> None:
    alike = pa.table(
        {
            "origin": pa.array([SECRETARY for _ in pairs], pa.string()),
            "destination": pa.array([code for code, _ in pairs], pa.string()),
            "similarity": pa.array([value for _, value in pairs], pa.float64()),
        }
    )
    for code, row in rows(similarity=alike).items():
        assert code != SECRETARY
        assert (row["why_not"] is None) == bool(row["viable"] and row["desirable"] and row["safe"])


@pytest.mark.parametrize(
    ("changed", "error", "says"),
    [
        ({"origins": pa.table({"origin": ["43-601"]})}, UnknownLabelError, "Did you mean '43-6013'"),
        ({"origins": ORIGINS.slice(0, 0)}, EmptyTableError, "origins has no rows"),
        ({"region": "Ma"}, UnknownGroupError, "openings.region is 'Ma' in no row"),
        ({"region": None}, DuplicateRowError, "openings has 2 repeated"),
        ({"occupations": OCCUPATIONS.drop_columns("wage")}, MissingColumnError, "Did you mean 'wage_"),
        ({"occupations": OCCUPATIONS.to_pandas().assign(job_zone=7)}, OutsideRangeError, "job_zone is 7"),
        (
            {"similarity": SIMILARITY.to_pandas().assign(similarity=lambda pairs: 100 * pairs["similarity"])},
            OutsideRangeError,
            r"lies in \[-1, 1\]",
        ),
        ({"highly_viable": 0.2}, ParameterRangeError, "highly_viable=0.2"),
        ({"months": -1.0}, ParameterRangeError, "months=-1.0"),
        ({"zone_gap": -1}, ParameterRangeError, "zone_gap=-1"),
        ({"gap": 0.0}, ParameterRangeError, "gap=0.0"),
        ({"top": 0}, ParameterRangeError, "top=0"),
    ],
)
def test_what_cannot_be_judged_is_told(changed: dict[str, Any], error: Any, says: str) -> None:
    with pytest.raises(error, match=says):
        rows(**changed)
