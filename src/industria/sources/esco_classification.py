"""Tables of ESCO: occupations, skills, groups of both, and what links them."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from industria.errors import ChoiceError, NotMirroredError
from industria.sources import mirror
from industria.sources.published import Published, had
from industria.sources.publisher import Publisher
from industria.sources.reader import reader
from industria.sources.source import Source

if TYPE_CHECKING:
    from industria.core.table import Table

__all__ = ["ESCO", "TABIYA", "TABIYA_FILES", "classification"]

ESCO: Final = Publisher(
    name="esco",
    title="European Commission, ESCO",
    license="free reuse with attribution (Decision 2011/833/EU)",
    homepage="https://esco.ec.europa.eu",
)
TABIYA: Final = Publisher(
    name="tabiya",
    title="European Commission, in the form of Tabiya",
    license="ESCO: free reuse with attribution (Decision 2011/833/EU)",
    homepage="https://github.com/tabiya-tech/tabiya-open-dataset",
)
TABIYA_FILES: Final = (
    "https://raw.githubusercontent.com/tabiya-tech/tabiya-open-dataset/"
    "815c85d4be9b059c927156d2819e41e904d1d442/tabiya-esco-v1.1.1/csv/"
)
PAGE: Final = "https://esco.ec.europa.eu/en/use-esco/download"


class _Named(NamedTuple):
    """What a table is called: in the Commission's package, and in Tabiya's form, if it has it."""

    stem: str
    tabiya: str | None = None
    required: tuple[str, ...] = ("concept_uri",)


TABLES: Final = {
    "occupations": _Named("occupations", "occupations.csv", ("concept_uri", "isco_group", "preferred_label")),
    "isco_groups": _Named("ISCOGroups", "ISCOGroups.csv", ("concept_uri", "code", "preferred_label")),
    "occupation_hierarchy": _Named("broaderRelationsOccPillar", "occupations_hierarchy.csv", ()),
    "skills": _Named("skills", "skills.csv", ("concept_uri", "preferred_label")),
    "skill_groups": _Named("skillGroups", "skillGroups.csv", ("concept_uri", "preferred_label")),
    "skill_hierarchy": _Named("broaderRelationsSkillPillar", "skills_hierarchy.csv", ()),
    "skill_levels": _Named("skillsHierarchy", None, ()),
    "occupation_skills": _Named("occupationSkillRelations", "occupation_skill_relations.csv", ("relation_type",)),
    "skill_relations": _Named("skillSkillRelations", "skill_skill_relations.csv", ("relation_type",)),
    "concept_schemes": _Named("conceptSchemes", None, ()),
    "digcomp_skills": _Named("digCompSkillsCollection"),
    "digital_skills": _Named("digitalSkillsCollection"),
    "green_shares": _Named("greenShareOcc"),
    "green_skills": _Named("greenSkillsCollection"),
    "language_skills": _Named("languageSkillsCollection"),
    "research_skills": _Named("researchSkillsCollection"),
    "research_occupations": _Named("researchOccupationsCollection"),
    "transversal_skills": _Named("transversalSkillsCollection"),
}
# Tabiya writes the same names in capitals, without anything between the words.
NAMES: Final = {
    "ORIGINURI": "concept_uri",
    "UUIDHISTORY": "uuid_history",
    "ISCOGROUPCODE": "isco_group",
    "PREFERREDLABEL": "preferred_label",
    "ALTLABELS": "alt_labels",
    "SCOPENOTE": "scope_note",
    "REGULATEDPROFESSIONNOTE": "regulated_profession_note",
    "OCCUPATIONTYPE": "occupation_type",
    "ISLOCALIZED": "is_localized",
    "SKILLTYPE": "skill_type",
    "REUSELEVEL": "reuse_level",
    "RELATIONTYPE": "relation_type",
    "PARENTOBJECTTYPE": "parent_type",
    "PARENTID": "parent_id",
    "CHILDID": "child_id",
    "CHILDOBJECTTYPE": "child_type",
    "REQUIRINGID": "requiring_id",
    "REQUIREDID": "required_id",
    "OCCUPATIONID": "occupation_id",
    "SKILLID": "skill_id",
}


@reader(
    columns={
        "concept_uri": "address by which ESCO knows an occupation, skill or group [code]",
        "isco_group": "unit group of ISCO-08 that an occupation belongs to [code]",
        "code": "code of an occupation or group; of ISCO-08 with its leading zeros [code]",
        "preferred_label": "name in the language that was asked for [name]",
        "alt_labels": "other names, one a line [name]",
        "description": "what it is [name]",
        "relation_type": "essential or optional [name]",
        "broader_uri": "address of the group one level up [code]",
        "id": "key of a row in the form of Tabiya, which its hierarchies point at [code]",
        "parent_id": "key of the group one level up, in the form of Tabiya [code]",
        "child_id": "key of what belongs to the group, in the form of Tabiya [code]",
        "<column>": "the other columns of the table, as published [name]",
    },
    example={"table": "occupations"},
)
def classification(*, table: str, vintage: str = "1.1.1", language: str = "en", as_of: str | None = None) -> Source:
    """Read a table of ESCO, the European classification of occupations and skills.

    The Commission sends its package by mail to whoever asks for it, so it is read from
    the mirror alone: as it came (`ESCO dataset - v1.1.1 - classification - en - csv.zip`)
    or unpacked, in a folder of this name. English tables of 1.1.1 are otherwise had in
    the form that Tabiya publishes: there, hierarchies and relations point at the
    column `id` of the other tables, not at addresses.

    Parameters
    ----------
    table : str
        "occupations", "isco_groups", "occupation_hierarchy", "skills", "skill_groups",
        "skill_hierarchy", "skill_levels", "occupation_skills", "skill_relations",
        "concept_schemes", "green_shares", or a collection: "digcomp_skills",
        "digital_skills", "green_skills", "language_skills", "research_skills",
        "research_occupations", "transversal_skills".
    vintage : str
        The release.
    language : str
        Of labels and descriptions, by two letters.
    as_of : str, optional
        A day: the newest file that was had no later.

    Returns
    -------
    Source
        The columns as published, in snake case; all are texts.

    Raises
    ------
    ChoiceError
        If there is no such table; the message has the nearest.
    NotMirroredError
        If the package is not in the mirror; the message has the page to get it from.
    """
    if table not in TABLES:
        raise ChoiceError("table", table, list(TABLES))
    named = TABLES[table]
    file = _had(named, vintage, language, as_of)
    tabiya = file.raw.publisher is TABIYA
    notes = ("Hierarchies and relations point at the column `id` of the other tables.",) if tabiya else ()
    return file.source(
        "esco.classification",
        partial(_read, file.path, file.name, named.required),
        {"table": table, "vintage": vintage, "language": language, "as_of": as_of},
        title=f"ESCO {vintage}, {table.replace('_', ' ')} ({language})",
        vintage=f"ESCO {vintage}",
        citation=f"European Commission, ESCO v{vintage}",
        documentation=PAGE,
        notes=notes,
        **({} if tabiya else {"url": PAGE}),
    )


def _had(named: _Named, vintage: str, language: str, as_of: str | None) -> Published:
    package = f"ESCO dataset - v{vintage} - classification - {language} - csv"
    file = f"{package}/{named.stem}_{language}.csv"
    if mirror.find(file) or mirror.find(f"{package}.zip"):
        return had(ESCO, file, f"{PAGE}/{package}.zip", page=PAGE, as_of=as_of)
    if named.tabiya is None or (vintage, language) != ("1.1.1", "en"):
        raise NotMirroredError(f"{package}.zip", [str(folder) for folder in mirror.folders()], ESCO.title, PAGE)
    name = f"tabiya-esco-v{vintage}/{named.tabiya}"
    return had(TABIYA, name, f"{TABIYA_FILES}{named.tabiya}", page=PAGE, as_of=as_of)


def _read(path: Path, name: str, required: tuple[str, ...]) -> Table:
    from industria.sources.formats.text_table import read_texts

    return read_texts(path, name, _renamed, required)


def _renamed(name: str) -> str:
    """Write conceptUri as concept_uri, and what Tabiya has in its place."""
    return NAMES.get(name) or re.sub(r"(?<=[a-z])(?=[A-Z])|[ -]+", "_", name).lower()
