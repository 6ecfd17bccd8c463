"""The files of Nesta's career causeways: what each holds, in which columns, and how much of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from industria.sources.formats.score_table import Cells, ScoreTable, Stack
from industria.sources.score_files import ScoreFile

__all__ = ["FILES"]

EDITION: Final = "2020, ESCO 1.0.5"

RISKS: Final = ("Low risk", "Other", "High risk")
ESCO: Final = "http://data.europa.eu/esco/"
UUID: Final = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def _text(name: str, *missing: str) -> Cells:
    return Cells(name=name, missing=missing, lacking=bool(missing))


def _number(name: str, least: float = float("-inf"), most: float = float("inf")) -> Cells:
    return Cells(name=name, kind="number", least=least, most=most)


def _count(name: str) -> Cells:
    return Cells(name=name, kind="whole", least=0)


def _isco(digits: int) -> Cells:
    return Cells(
        name="isco_code" if digits == 4 else "minor_group",
        form=rf"\d{{{digits}}}",
        shape="1111"[:digits],
        digits=digits,
    )


OCCUPATION: Final = Cells(name="occupation", form=f"{ESCO}occupation/{UUID}", shape=f"{ESCO}occupation/000e93a3-…")
SKILL: Final = Cells(name="skill", form=f"{ESCO}skill/{UUID}", shape=f"{ESCO}skill/339ac029-…")
SECTORS: Final = {
    "skills_based_sector_code": Cells(name="sector_code", form=r"\d{1,2}", shape="4"),
    "skills_based_sector": _text("sector"),
}
SUB_SECTORS: Final = {
    "sub_sector_code": Cells(name="sub_sector_code", form=r"\d{1,2}\.\d", shape="4.1"),
    "sub_sector": _text("sub_sector"),
}
OF_ESCO: Final = {
    "concept_uri": OCCUPATION,
    "occupation": _text("title"),
    "id": Cells(name="nesta_id", identifier=True),
    "isco_code": _isco(4),
}
BY_GROUP: Final = {
    "risk": _number("risk", 1, 5),
    "prevalence": _number("prevalence", 0, 1),
    "risk_category": Cells(name="risk_category", among=RISKS),
}
NUMBERS_AT_RISK: Final = {name: _count(name) for name in ("low_risk", "other", "high_risk")}
EFFECTS: Final = {
    "esco_skill": _text("title"),
    "skill_id": Cells(name="nesta_id", identifier=True),
    "avg_new_safe_desirable": _number("avg_new_safe_desirable", 0),
    "med_new_safe_desirable": _number("med_new_safe_desirable", 0),
    "significant_effect": Cells(name="significant_effect", kind="mark"),
    "esco_skill_category": _text("skill_category"),
    "esco_skill_subcategory": _text("skill_subcategory"),
}
SHARED_RISK: Final = "Occupations of ESCO that lead to one occupation of O*NET share its risk and prevalence."
AGREED: Final = "Rows of the published matrix add to one but for rounding; a row of zeros has no high-risk occupation."


def _file(
    folder: str,
    name: str,
    title: str,
    columns: Mapping[str, Cells],
    counts: Mapping[str, int],
    *notes: str,
    stack: Stack | None = None,
    ends: bool = True,
) -> ScoreFile:
    return ScoreFile(
        path=f"{folder}/{name}.csv",
        title=title,
        vintage=EDITION,
        table=ScoreTable(columns=columns, edition="2020", counts=counts, stack=stack, ends=ends),
        notes=notes,
    )


def _matrix(name: str, header: str, level: str, n: int) -> ScoreFile:
    return _file(
        "transitions",
        name,
        f"Safe and desirable transitions between skills-based {level}s",
        {header: _text(f"from_{level}")},
        {"rows": n * n, f"from_{level}": n, f"to_{level}": n},
        AGREED,
        stack=Stack(key=_text(f"to_{level}"), values={"{}": _number("share", 0, 1)}),
        ends=False,
    )


def _effects(ending: str, among: str) -> ScoreFile:
    return _file(
        "transitions",
        f"mcc_transitions_Core_skills{ending}",
        f"Core skills and the transitions that they open, for {among}",
        EFFECTS if ending else {"concept_uri": SKILL, **EFFECTS, "coreness": _number("coreness", 0, 1)},
        {"rows": 100, "nesta_id": 100},
    )


FILES: Final[dict[str, ScoreFile]] = {
    "mcc_transitions_Matrix_sectors": _matrix("mcc_transitions_Matrix_sectors", "skills-based sector", "sector", 14),
    "mcc_transitions_Matrix_subsectors": _matrix("mcc_transitions_Matrix_subsectors", "sub-sectors", "sub_sector", 54),
    "mcc_transitions_Occupation_data": _file(
        "transitions",
        "mcc_transitions_Occupation_data",
        "Transition options of occupations of ESCO",
        {
            **OF_ESCO,
            **SECTORS,
            **SUB_SECTORS,
            "risk_category": Cells(name="risk_category", among=("Lower risk", "High risk")),
            "job_zone": Cells(name="job_zone", kind="whole", least=1, most=5),
            "education_level": _number("education_level", 1, 12),
            "related_work_experience": _number("related_work_experience", 1, 11),
            "on_the_job_training": _number("on_the_job_training", 1, 9),
            "annual_earnings": _number("annual_earnings", 0),
            "remote_labor_index": Cells(name="remote_labor_index", kind="number", least=0, most=1, lacking=True),
            "physical_proximity": _number("physical_proximity", 0, 1),
            "exposure_score": Cells(name="exposure_score", kind="number", least=0, most=1, lacking=True),
            **{
                name: _count(name)
                for name in (
                    "n_desirable",
                    "n_desirable_and_highly_viable",
                    "n_safe_desirable",
                    "n_safe_desirable_and_highly_viable",
                    "n_safe_desirable_strict",
                    "n_safe_desirable_strict_and_highly_viable",
                )
            },
        },
        {"rows": 1_627, "occupation": 1_627, "isco_code": 421},
        "Here risk_category has two words, Lower risk and High risk; in mcc_risk_All_occupations it has three.",
    ),
    "mcc_transitions_Core_skills": _effects("", "all high-risk occupations"),
    "mcc_transitions_Core_skills_Arts": _effects("_Arts", "high-risk occupations in arts and media"),
    "mcc_transitions_Core_skills_Business_admin": _effects(
        "_Business_admin", "high-risk occupations in business and administration"
    ),
    "mcc_transitions_Core_skills_ICT": _effects("_ICT", "high-risk occupations in information technology"),
    "mcc_transitions_Core_skills_Services": _effects("_Services", "high-risk occupations in sales and services"),
    "mcc_risk_All_occupations": _file(
        "automation_risk",
        "mcc_risk_All_occupations",
        "Automation risk of occupations of ESCO",
        {
            **OF_ESCO,
            **BY_GROUP,
            "risk_nonphysical": _number("risk_nonphysical", 1, 5),
            "prevalence_nonphysical": _number("prevalence_nonphysical", 0, 1),
            "onet_code": Cells(name="onet_code", form=r"\d\d-\d{4}\.\d\d", shape="51-4021.00"),
            "onet_occupation": _text("onet_title"),
            **SECTORS,
            **SUB_SECTORS,
        },
        {"rows": 1_627, "occupation": 1_627, "isco_code": 421},
        SHARED_RISK,
        "Codes of O*NET are of O*NET-SOC 2010.",
    ),
    "mcc_risk_ISCO_3digit": _file(
        "automation_risk",
        "mcc_risk_ISCO_3digit",
        "Automation risk of minor groups of ISCO-08",
        {"isco_code": _isco(3), "isco_minor_group": _text("title"), **BY_GROUP},
        {"rows": 122, "minor_group": 122},
        "Means over occupations of ESCO, which weigh the same.",
    ),
    "mcc_risk_ISCO_4digit": _file(
        "automation_risk",
        "mcc_risk_ISCO_4digit",
        "Automation risk of unit groups of ISCO-08",
        {"isco_code": _isco(4), "isco_unit_group": _text("title"), **BY_GROUP},
        {"rows": 421, "isco_code": 421},
        "Means over occupations of ESCO, which weigh the same.",
    ),
    "mcc_risk_DWAs": _file(
        "automation_risk",
        "mcc_risk_DWAs",
        "Effect of detailed work activities on automation risk",
        {
            "detailed_work_activity": _text("activity"),
            "impact": _number("impact"),
            "intermediate_work_activity": _text("intermediate_activity", "na"),
            "element": _text("element", "na"),
        },
        {"rows": 2_062, "activity": 2_062},
        "Activities are known by their words in O*NET; there is no identifier. Three have no element: na is empty.",
    ),
    "mcc_risk_Bottlenecks": _file(
        "automation_risk",
        "mcc_risk_Bottlenecks",
        "Most common bottlenecks of automation",
        {
            "sml_question": Cells(name="question", form=r"q(\d{1,2}|D)", shape="q4"),
            "task_bottleneck": _text("bottleneck"),
            "is_bottleneck": _count("n_tasks"),
            "percentage_of_all_bottleneck_tasks": Cells(name="share", kind="number", least=0, most=100, per=100),
        },
        {"rows": 20, "question": 20},
        "A task may have several bottlenecks: the shares add to more than one.",
        ends=False,
    ),
    "mcc_skills_based_sectors": _file(
        "skills_based_sectors",
        "mcc_skills_based_sectors",
        "Skills-based sectors and sub-sectors",
        {**SECTORS, **SUB_SECTORS},
        {"rows": 54, "sector_code": 14, "sub_sector_code": 54},
    ),
    "mcc_skills_based_sectors_All_ESCO": _file(
        "skills_based_sectors",
        "mcc_skills_based_sectors_All_ESCO",
        "Skills-based sectors of occupations of ESCO",
        {**OF_ESCO, **SECTORS, **SUB_SECTORS},
        {"rows": 2_942, "occupation": 2_942, "isco_code": 426},
        "The file has lost the first zero of the codes of armed forces: 110 is 0110.",
    ),
    "mcc_skills_based_sectors_Risk": _file(
        "skills_based_sectors",
        "mcc_skills_based_sectors_Risk",
        "Occupations by risk in skills-based sectors",
        {**SECTORS, **NUMBERS_AT_RISK},
        {"rows": 14, "sector_code": 14},
    ),
    "mcc_skills_based_sub_sectors_Risk": _file(
        "skills_based_sectors",
        "mcc_skills_based_sub_sectors_Risk",
        "Occupations by risk in skills-based sub-sectors",
        {**SUB_SECTORS, **NUMBERS_AT_RISK},
        {"rows": 54, "sub_sector_code": 54},
    ),
}
