"""Automation risk of occupations of ESCO, and transitions between sectors."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import get_args, get_type_hints

import numpy as np
import pytest

from industria.errors import BrokenFileError, MissingColumnError
from industria.sources import nesta
from tests.sources.official_files import WHOLE, mirrored, rows_of
from tests.sources.score_tables import RECORDED, recorded, small

ADDRESS = "http://data.europa.eu/esco/occupation/000e93a3-d956-4e45-aacb-f12c83fedf84"
SKILL = "http://data.europa.eu/esco/skill/339ac029-066a-4985-9f9d-b3d7c8fea0bb"
OPTIONS = (
    "id,occupation,isco_code,skills_based_sector_code,skills_based_sector,sub_sector_code,sub_sector,risk_category,"
    "job_zone,education_level,related_work_experience,on_the_job_training,annual_earnings,remote_labor_index,"
    "physical_proximity,exposure_score,n_desirable,n_desirable_and_highly_viable,n_safe_desirable,"
    "n_safe_desirable_and_highly_viable,n_safe_desirable_strict,n_safe_desirable_strict_and_highly_viable,concept_uri"
)
EFFECTS = "skill_id,esco_skill,avg_new_safe_desirable,med_new_safe_desirable,significant_effect,"
# Tables in the form of the publisher's files, with the number of rows to make and one of them as it is read.
FORMS = {
    "mcc_transitions_Occupation_data": (
        OPTIONS,
        f"3,technician,3155,1,technicians,1.4,transport,Lower risk,3.0,4,5,4,32754.0,,0.5,,27,1,26,1,10,0,{ADDRESS}",
        {"job_zone": 3, "remote_labor_index": None, "n_safe_desirable": 26, "annual_earnings": 32754.0},
    ),
    "mcc_transitions_Core_skills": (
        f"{EFFECTS}coreness,esco_skill_category,esco_skill_subcategory,concept_uri",
        f"2778,manage staff,3.2,2.0,True,0.93,management skills,law,{SKILL}",
        {"nesta_id": "2778", "significant_effect": True, "coreness": 0.93},
    ),
    "mcc_transitions_Core_skills_ICT": (
        f"{EFFECTS}esco_skill_category,esco_skill_subcategory",
        "3535,adjust designs,3.5,3.0,False,management skills,law",
        {"title": "adjust designs", "significant_effect": False},
    ),
    "mcc_transitions_Matrix_subsectors": (
        "sub-sectors,clerks,welders",
        "clerks,0.9,0.1",
        {"from_sub_sector": "clerks", "to_sub_sector": "clerks", "share": 0.9},
    ),
    "mcc_risk_ISCO_3digit": (
        "isco_code,isco_minor_group,risk,prevalence,risk_category",
        "11,Officers,3.5,0.35,Other",
        {"minor_group": "011", "risk": 3.5, "risk_category": "Other"},
    ),
    "mcc_risk_ISCO_4digit": (
        "isco_code,isco_unit_group,risk,prevalence,risk_category",
        "1111,Legislators,3.5,0.35,High risk",
        {"isco_code": "1111", "title": "Legislators", "prevalence": 0.35},
    ),
    "mcc_risk_Bottlenecks": (
        "\ufeffsml_question,task_bottleneck,is_bottleneck,percentage_of_all_bottleneck_tasks",
        "qD,does not involve working with data,51,0.5",
        {"question": "qD", "n_tasks": 51, "share": 0.005},
    ),
    "mcc_skills_based_sectors": (
        "skills_based_sector_code,skills_based_sector,sub_sector_code,sub_sector",
        "1,technicians,1.1,engineering technicians",
        {"sector_code": "1", "sub_sector_code": "1.1", "sub_sector": "engineering technicians"},
    ),
    "mcc_skills_based_sectors_Risk": (
        "skills_based_sector_code,skills_based_sector,low_risk,other,high_risk",
        "1,technicians,84,296,7",
        {"sector": "technicians", "low_risk": 84, "other": 296, "high_risk": 7},
    ),
    "mcc_skills_based_sub_sectors_Risk": (
        "sub_sector_code,sub_sector,low_risk,other,high_risk",
        "1.1,engineering technicians,7,55,3",
        {"sub_sector_code": "1.1", "high_risk": 3},
    ),
}


def test_the_tables_are_those_that_the_reader_takes() -> None:
    assert get_args(get_type_hints(nesta.transitions)["table"]) == tuple(nesta.FILES)


def test_a_matrix_is_a_row_a_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    recorded(monkeypatch, nesta)
    rows = rows_of("nesta.transitions").to_pylist()

    assert len(rows) == 5 * 14
    assert rows[1] == {
        "from_sector": "business & administration workers",
        "to_sector": "sales & services workers",
        "share": 0.0442,
    }


def test_occupations_are_known_by_their_address_and_have_their_codes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    recorded(monkeypatch, nesta)
    risks = rows_of("nesta.transitions", table="mcc_risk_All_occupations").to_pylist()
    sectors = rows_of("nesta.transitions", table="mcc_skills_based_sectors_All_ESCO").to_pylist()

    assert len(risks) == len(sectors) == 20
    assert (risks[0]["occupation"], risks[0]["isco_code"], risks[0]["onet_code"]) == (ADDRESS, "8121", "51-4021.00")
    assert (risks[0]["risk"], risks[0]["sub_sector_code"]) == (3.307599, "4.1")
    assert (sectors[-1]["title"], sectors[-1]["isco_code"]) == ("fleet commander", "0110")


def test_an_activity_without_an_element_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    recorded(monkeypatch, nesta)
    rows = rows_of("nesta.transitions", table="mcc_risk_DWAs").to_pylist()

    assert len(rows) == 20
    assert rows[0]["impact"] == -0.02753279960387145
    assert rows[-1]["element"] is None


@pytest.mark.parametrize("table", FORMS)
def test_the_forms_of_the_other_tables(table: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    header, row, found = FORMS[table]
    small(monkeypatch, nesta, tmp_path, f"{table}.csv", "\n".join([header, *[row] * 20, ""]))
    rows = rows_of("nesta.transitions", table=table).to_pylist()

    assert len(rows) in (20, 40)
    assert {name: rows[0][name] for name in found} == found


@pytest.mark.parametrize(
    ("old", "new", "error", "said"),
    [
        ("isco_code", "isco", MissingColumnError, "'isco_code'"),
        (
            "Low risk",
            "low",
            BrokenFileError,
            "line 2: risk_category has 'low'; it is one of Low risk, Other, High risk",
        ),
        (",8121,", ",,", BrokenFileError, "line 2: isco_code has ''; it may not be empty"),
        ("3.307599", "33", BrokenFileError, "line 2: risk has '33'; it lies between 1 and 5"),
        ("http://data", "data", BrokenFileError, "line 2: concept_uri has 'data"),
    ],
)
def test_a_file_that_is_wrong_is_told(
    old: str, new: str, error: type[Exception], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = (RECORDED / "mcc_risk_All_occupations.csv").read_text(encoding="utf-8")
    assert old in content
    small(monkeypatch, nesta, tmp_path, "mcc_risk_All_occupations.csv", content.replace(old, new, 1))

    with pytest.raises(error, match=said):
        rows_of("nesta.transitions", table="mcc_risk_All_occupations")


def test_the_published_classes_of_risk(monkeypatch: pytest.MonkeyPatch) -> None:
    mirrored(monkeypatch, WHOLE)
    table = rows_of("nesta.transitions", table="mcc_risk_All_occupations")

    assert Counter(table["risk_category"].to_pylist()) == {"Low risk": 181, "Other": 1_229, "High risk": 217}
    assert np.quantile(table["risk"].to_numpy(), 0.75) == pytest.approx(3.534, abs=5e-4)
    assert np.quantile(table["prevalence"].to_numpy(), 0.25) == pytest.approx(0.475, abs=5e-4)


@pytest.mark.parametrize(
    ("table", "n"),
    [
        ("mcc_transitions_Matrix_sectors", 196),
        ("mcc_transitions_Core_skills", 100),
        ("mcc_risk_All_occupations", 1_627),
        ("mcc_risk_ISCO_3digit", 122),
        ("mcc_risk_ISCO_4digit", 421),
        ("mcc_risk_DWAs", 2_062),
        ("mcc_risk_Bottlenecks", 20),
        ("mcc_skills_based_sectors_All_ESCO", 2_942),
    ],
)
def test_every_row_of_the_published_tables_is_read(table: str, n: int, monkeypatch: pytest.MonkeyPatch) -> None:
    mirrored(monkeypatch, WHOLE)

    assert rows_of("nesta.transitions", table=table).num_rows == n


def test_the_published_codes_are_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    mirrored(monkeypatch, WHOLE)
    codes = rows_of("nesta.transitions", table="mcc_skills_based_sectors_All_ESCO")["isco_code"].to_pylist()

    assert {len(code) for code in codes} == {4}
    assert Counter(code for code in codes if code.startswith("0")) == {"0110": 12, "0210": 4, "0310": 5}
