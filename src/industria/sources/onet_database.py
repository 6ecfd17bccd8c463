"""The O*NET database: every table of a release, by its official name."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from industria.errors import BrokenFileError, ChoiceError, UsageError
from industria.sources.published import had
from industria.sources.publisher import Publisher
from industria.sources.reader import reader
from industria.sources.source import Source

if TYPE_CHECKING:
    from industria.core.table import Table

__all__ = ["CENTER", "TABLES", "database"]

CENTER: Final = Publisher(
    name="onet",
    title="National Center for O*NET Development, for the US Department of Labor (USDOL/ETA)",
    license="CC BY 4.0",
    homepage="https://www.onetcenter.org/database.html",
)

TABLES: Final = (
    "Abilities",
    "Abilities to Work Activities",
    "Abilities to Work Context",
    "Alternate Titles",
    "Basic Interests to RIASEC",
    "Content Model Reference",
    "DWA Reference",
    "Education, Training, and Experience",
    "Education, Training, and Experience Categories",
    "Emerging Tasks",
    "IWA Reference",
    "Interests",
    "Interests Illustrative Activities",
    "Interests Illustrative Occupations",
    "Job Zone Reference",
    "Job Zones",
    "Knowledge",
    "Level Scale Anchors",
    "Occupation Data",
    "Occupation Level Metadata",
    "RIASEC Keywords",
    "Related Occupations",
    "Sample of Reported Titles",
    "Scales Reference",
    "Skills",
    "Skills to Work Activities",
    "Skills to Work Context",
    "Survey Booklet Locations",
    "Task Categories",
    "Task Ratings",
    "Task Statements",
    "Tasks to DWAs",
    "Technology Skills",
    "Tools Used",
    "UNSPSC Reference",
    "Work Activities",
    "Work Context",
    "Work Context Categories",
    "Work Styles",
    "Work Values",
)

NAMES: Final = {
    "o_net_soc_code": "occupation",
    "related_o_net_soc_code": "related_occupation",
    "scale_id": "scale",
    "data_value": "value",
    "recommend_suppress": "suppress",
    "source_s": "sources",
}
NUMBERS: Final = (
    "value",
    "n",
    "standard_error",
    "lower_ci_bound",
    "upper_ci_bound",
    "minimum",
    "maximum",
    "anchor_value",
    "incumbents_responding",
    "index",
    "job_zone",
)
TRUTHS: Final = ("suppress", "not_relevant", "hot_technology", "in_demand")
MISSING: Final = ("n/a",)


@reader(
    columns={
        "occupation": "code of O*NET-SOC [code]",
        "title": "name of the occupation [name]",
        "element_id": "code in the content model [code]",
        "element_name": "name in the content model [name]",
        "scale": "code of the scale, as IM or LV [code]",
        "scale_name": "name of the scale [name]",
        "category": "category of a scale that has some [code]",
        "value": "rating, on the scale of the row; percents of respondents are on scales of percents",
        "n": "respondents [persons]",
        "standard_error": "of the value, in its unit",
        "lower_ci_bound": "of the 95% interval of the value, in its unit",
        "upper_ci_bound": "of the 95% interval of the value, in its unit",
        "suppress": "whether the publisher recommends to suppress the value",
        "not_relevant": "whether most found the element not relevant",
        "task_id": "code of the task [code]",
        "task": "the task in words [name]",
        "task_type": "Core, or Supplemental [name]",
        "dwa_id": "code of the detailed work activity [code]",
        "dwa_title": "the detailed work activity in words [name]",
        "incumbents_responding": "workers who rated the task [persons]",
        "job_zone": "preparation needed, from 1 to 5 [rank]",
        "date": "month of the update [date]",
        "domain_source": "who told: analysts, incumbents or experts [name]",
        "minimum": "least value of the scale",
        "maximum": "greatest value of the scale",
        "anchor_value": "value of the scale that the anchor describes",
        "index": "order among the related occupations [rank]",
        "hot_technology": "whether job postings ask for it often",
        "in_demand": "whether postings of the occupation ask for it often",
        "<code>_id": "identifier of a row or an element [code]",
        "<official_name>": "as the database's own dictionary says",
    },
    example={"table": "Task Statements", "vintage": "30.1"},
)
def database(*, table: str, vintage: str = "30.1", as_of: str | None = None) -> Source:
    """Read a table of the O*NET database by its official name.

    Estimates that the publisher recommends to suppress are there, and `suppress`
    tells them: their samples are small or their errors large.

    Parameters
    ----------
    table : str
        As "Task Statements" or "Work Activities".
    vintage : str
        The release, as 30.1.
    as_of : str, optional
        A day: the newest file that was had no later.

    Returns
    -------
    Source
        The official columns in snake case, under shorter names where they are long:
        `occupation` (O*NET-SOC code), `scale`, `value`, `n`, `standard_error`, `suppress`.
        Codes and identifiers are texts, Y and N truth values, and n/a is null.

    Raises
    ------
    ChoiceError
        If there is no such table; the message has the nearest.
    UsageError
        If the vintage is no release.
    NotMirroredError
        If the file is nowhere and the network is closed.
    """
    if table not in TABLES:
        raise ChoiceError("table", table, TABLES)
    parts = vintage.split(".")
    if len(parts) != 2 or not all(part.isdigit() for part in parts):
        raise UsageError(f"onet.database: vintage={vintage!r}; releases are told as 30.1.")
    folder = f"db_{'_'.join(parts)}"
    file = had(
        CENTER,
        f"{folder}_text/{table}.txt",
        f"https://www.onetcenter.org/dl_files/database/{folder}_text.zip",
        page="https://www.onetcenter.org/database.html",
        as_of=as_of,
        otherwise=(f"{folder}_excel/{table}.xlsx",),
    )
    return file.source(
        "onet.database",
        partial(read_onet, file.path, file.name),
        {"table": table, "vintage": vintage, "as_of": as_of},
        title=f"O*NET {vintage} Database, {table}",
        vintage=vintage,
        citation=f"O*NET {vintage} Database by the US Department of Labor, Employment and Training Administration",
        documentation=f"https://www.onetcenter.org/dictionary/{vintage}/text/",
    )


def read_onet(path: Path, name: str) -> Table:
    """Read a file of the database, a workbook or a text between tabs.

    Raises
    ------
    BrokenFileError
        If it cannot be opened, is cut off, or holds what its columns should not.
    """
    from industria.core.table import as_table
    from industria.sources.formats.official_columns import columns_of, snake

    rows = _text(path) if path.suffix.lower() == ".txt" else _sheet(path, name)
    if not rows:
        raise BrokenFileError(name, "it is empty.")
    header = [NAMES.get(word, word) for word in (snake(str(cell)) for cell in rows[0])]
    made = columns_of(rows[1:], header, name, numbers=NUMBERS, truths=TRUTHS, missing=MISSING)
    return as_table(made, name)


def _text(path: Path) -> Sequence[Sequence[Any]]:
    return [line.split("\t") for line in path.read_text(encoding="utf-8-sig").split("\n") if line]


def _sheet(path: Path, name: str) -> Sequence[Sequence[Any]]:
    from industria.sources.formats.workbook import opened

    with opened(path, name) as book:
        return book.get_sheet_by_index(0).to_python(skip_empty_area=False)
