"""Nesta: automation risk of occupations of ESCO, and where their workers could go."""

from __future__ import annotations

from typing import Final, Literal

from industria.sources.nesta_files import FILES
from industria.sources.publisher import Publisher
from industria.sources.reader import reader
from industria.sources.score_files import Repository, scores
from industria.sources.source import Source

__all__ = ["transitions"]

Table = Literal[
    "mcc_transitions_Matrix_sectors",
    "mcc_transitions_Matrix_subsectors",
    "mcc_transitions_Occupation_data",
    "mcc_transitions_Core_skills",
    "mcc_transitions_Core_skills_Arts",
    "mcc_transitions_Core_skills_Business_admin",
    "mcc_transitions_Core_skills_ICT",
    "mcc_transitions_Core_skills_Services",
    "mcc_risk_All_occupations",
    "mcc_risk_ISCO_3digit",
    "mcc_risk_ISCO_4digit",
    "mcc_risk_DWAs",
    "mcc_risk_Bottlenecks",
    "mcc_skills_based_sectors",
    "mcc_skills_based_sectors_All_ESCO",
    "mcc_skills_based_sectors_Risk",
    "mcc_skills_based_sub_sectors_Risk",
]
NESTA: Final = Publisher(
    name="nesta",
    title="Nesta",
    license="MIT",
    homepage="https://github.com/nestauk/mapping-career-causeways",
)
THERE: Final = Repository(
    publisher=NESTA,
    raw="https://raw.githubusercontent.com/nestauk/mapping-career-causeways/main/supplementary_online_data/",
    page="https://github.com/nestauk/mapping-career-causeways/blob/main/supplementary_online_data/",
    citation="Kanders, Djumalieva, Sleeman & Orlik (2020), Mapping Career Causeways: Supporting workers at risk, Nesta",
    documentation="https://github.com/nestauk/mapping-career-causeways/tree/main/supplementary_online_data",
)


@reader(
    columns={
        "from_sector": "skills-based sector of the high-risk occupations [name]",
        "to_sector": "skills-based sector that they could go to [name]",
        "from_sub_sector": "skills-based sub-sector of the high-risk occupations [name]",
        "to_sub_sector": "skills-based sub-sector that they could go to [name]",
        "share": "share of safe and desirable transitions; of bottlenecks, share of tasks that have it [fraction]",
        "occupation": "address (uri) of the occupation of ESCO [code]",
        "title": "name of the occupation, the group or the skill [name]",
        "nesta_id": "number of the occupation or the skill within the project [code]",
        "isco_code": "unit group of ISCO-08 [code]",
        "minor_group": "minor group of ISCO-08 [code]",
        "sector_code": "skills-based sector [code]",
        "sector": "name of the skills-based sector [name]",
        "sub_sector_code": "skills-based sub-sector, as 4.1 [code]",
        "sub_sector": "name of the skills-based sub-sector [name]",
        "risk": "automation risk, from 1 to 5 [1]",
        "prevalence": "share of tasks that are bottlenecks, weighted by importance [fraction]",
        "risk_category": "Low risk, Other, High risk; or Lower risk, High risk [name]",
        "risk_nonphysical": "automation risk of tasks without physical work, from 1 to 5 [1]",
        "prevalence_nonphysical": "share of bottlenecks where physical work is none [fraction]",
        "onet_code": "code of O*NET-SOC 2010 that the occupation leads to [code]",
        "onet_title": "name of the occupation of O*NET [name]",
        "job_zone": "preparation needed, from 1 to 5 [1]",
        "education_level": "education needed, from 1 to 12 [1]",
        "related_work_experience": "experience needed, from 1 to 11 [1]",
        "on_the_job_training": "training needed, from 1 to 9 [1]",
        "annual_earnings": "estimated earnings, pounds sterling a year [currency]",
        "remote_labor_index": "share of activities that can be done from afar [fraction]",
        "physical_proximity": "how near to others, from 0 to 1 [index]",
        "exposure_score": "exposure to COVID-19, from proximity and work from afar [index]",
        "n_tasks": "tasks that have the bottleneck [count]",
        "n_<kind>": "number of transitions of a kind: desirable, safe, highly viable, strict [count]",
        "low_risk": "occupations at low risk [count]",
        "other": "occupations between [count]",
        "high_risk": "occupations at high risk [count]",
        "skill": "address (uri) of the skill of ESCO [code]",
        "avg_new_safe_desirable": "mean number of new transitions that the skill opens [count]",
        "med_new_safe_desirable": "median number of new transitions that the skill opens [count]",
        "significant_effect": "whether the effect differs from zero by the authors' test [1]",
        "coreness": "how central the skill is, over the most central one [fraction]",
        "skill_category": "category of the skill in ESCO [name]",
        "skill_subcategory": "subcategory of the skill in ESCO [name]",
        "activity": "detailed work activity of O*NET, in words [name]",
        "impact": "effect on the risk of occupations, added up: below zero it lowers the risk [1]",
        "intermediate_activity": "intermediate work activity of O*NET, in words [name]",
        "element": "work activity of O*NET, in words [name]",
        "question": "question of the rubric of Brynjolfsson and others [code]",
        "bottleneck": "what keeps a task from being automated [name]",
    },
    example={"table": "mcc_risk_All_occupations"},
)
def transitions(*, table: Table = "mcc_transitions_Matrix_sectors", as_of: str | None = None) -> Source:
    """Read automation risk of occupations of ESCO, and the transitions that lead away from it.

    Transitions are recommended by similarity of skills and work, not observed: openings,
    wages of a place and its employers are not in them. Risk is from the suitability of
    tasks for machine learning in 2018.

    Parameters
    ----------
    table : str
        The publisher's file without its ending. Transitions: mcc_transitions_Matrix_sectors,
        mcc_transitions_Matrix_subsectors, mcc_transitions_Occupation_data,
        mcc_transitions_Core_skills (also with _Arts, _Business_admin, _ICT, _Services).
        Risk: mcc_risk_All_occupations, mcc_risk_ISCO_3digit, mcc_risk_ISCO_4digit,
        mcc_risk_DWAs, mcc_risk_Bottlenecks. Sectors: mcc_skills_based_sectors,
        mcc_skills_based_sectors_All_ESCO, mcc_skills_based_sectors_Risk,
        mcc_skills_based_sub_sectors_Risk.
    as_of : str, optional
        A day: the newest file that was had no later.

    Returns
    -------
    Source
        Matrices: `from_sector`, `to_sector`, `share` (or `from_sub_sector`,
        `to_sub_sector`), one row a pair. By occupation: `occupation` (its address in
        ESCO), `title`, `nesta_id`, `isco_code`, and the file's own columns. By group:
        `isco_code` or `minor_group`, `title`, `risk`, `prevalence`, `risk_category`. By
        skill: `skill` (of mcc_transitions_Core_skills alone), `title`, `nesta_id`,
        `avg_new_safe_desirable`, `med_new_safe_desirable`, `significant_effect`. Percents
        have become fractions, and codes have their zeros back.

    Raises
    ------
    ChoiceError
        If there is no such table; the message has the nearest.
    NotMirroredError
        If the file is nowhere and the network is closed.

    Examples
    --------
    In a study::

        [sources.risk]
        use = "nesta.transitions"
        table = "mcc_risk_All_occupations"
    """
    return scores("nesta.transitions", THERE, FILES[table], {"table": table}, as_of=as_of)
