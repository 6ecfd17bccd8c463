"""What goes into a sealed file: released tables, values, the certificate and the brief, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from industria.release._bytes import json_bytes, parquet_bytes
from industria.release._certificate import software
from industria.release._coverage import medians_that_leave
from industria.release._protected import Protected
from industria.release._typed import secrets_of, unless_words_tell
from industria.release.policy import Policy
from industria.study.record import Run

__all__ = ["SUFFIX", "Sealable", "file_name", "manifest", "members", "prose", "said_of_data"]

MOMENTS: Final = "moments"
SUFFIX: Final = ".release"
BRIEF: Final = re.compile(r"brief(?:\.([A-Za-z0-9-]+))?\.html")


@dataclass(frozen=True, slots=True, eq=False)
class Sealable:
    """A step as it leaves.

    Attributes
    ----------
    table, tables
        What leaves of it: one row an answer, and further tables.
    by, additive : tuple of str
        The columns that make a row, and those that add up over sites.
    said : mapping
        What `run.json` says of it; empty where there is no run.
    period : str or None
        Of its population.
    """

    table: pa.Table
    tables: Mapping[str, pa.Table]
    by: tuple[str, ...]
    additive: tuple[str, ...]
    said: Mapping[str, Any]
    period: str | None


def said_of_data(
    brought: Mapping[str, Any], policy: Policy, several: Sequence[Protected] = (), checker: str | None = None
) -> dict[str, Any]:
    """Tell what a run of a pack knows of the site's data: its answers, and the coverage that the policy lets leave.

    Raises
    ------
    ReleaseRefusedError
        If an answer, or what the checker is called, holds a number that is withheld.
    """
    answers = {f"the answer to {asked}": str(said) for asked, said in (brought.get("definitions") or {}).items()}
    if answers or checker:
        unless_words_tell({**answers, "the checker": checker}, secrets_of(several))
    found = {
        "definitions": brought.get("definitions"),
        "coverage": medians_that_leave(brought.get("coverage_cells") or {}, policy),
    }
    return {word: told for word, told in found.items() if told}


def manifest(
    steps: Mapping[str, Sealable],
    *,
    study: str,
    pack: str | None,
    site: str,
    created: str,
    synthetic: bool,
    needs_approval: bool,
    said: Mapping[str, Any],
) -> dict[str, Any]:
    """Say what a sealed file is of, and what the site says of its data."""
    return {
        **said,
        "study": study,
        "pack": pack,
        "site": site,
        "synthetic": synthetic,
        "needs_approval": needs_approval,
        "created": created,
        "steps": [
            {
                "name": name,
                **{word: step.said.get(word) for word in ("measure", "code")},
                "parameters": step.said.get("parameters") or {},
                "pools": step.said.get("pools", "none"),
                "rows": step.table.num_rows,
                "population_period": step.period,
                "by": list(step.by),
                "additive": list(step.additive),
            }
            for name, step in steps.items()
        ],
        "software": software(),
    }


def members(
    steps: Mapping[str, Sealable],
    certificate: Mapping[str, Any],
    released: Run | None = None,
    languages: Sequence[str] = (),
    main: str = "en",
) -> dict[str, bytes]:
    """Write every file that leaves, by name; the list is the only way in.

    Parameters
    ----------
    steps : mapping of str to Sealable
        What leaves.
    certificate : mapping
        Of the release.
    released : Run, optional
        Made again of the released tables: its values and its brief leave.
    languages : sequence of str
        Of the briefs that leave.
    main : str
        The language of `brief.html`, which does not name it.
    """
    found = {"certificate.json": json_bytes(certificate)}
    found["values.json"] = json_bytes([] if released is None else released.record["values"])
    for name, step in steps.items():
        found[f"tables/{name}.parquet"] = parquet_bytes(step.table, step.by)
        for table, rows in step.tables.items():
            place = f"moments/{name}.parquet" if table == MOMENTS else f"tables/{name}.{table}.parquet"
            found[place] = parquet_bytes(rows)
    for file in sorted(released.folder.glob("brief*.html")) if released is not None else ():
        told = BRIEF.fullmatch(file.name)
        language = (told[1] or main) if told else ""
        if language in languages:
            found[f"brief/brief.{language}.html"] = file.read_bytes()
    return found


def file_name(out: str | Path, study: str, site: str, created: str) -> Path:
    """Name the sealed file in a folder by study, site and date, unless it has a name."""
    place = Path(out)
    if place.suffix == SUFFIX:
        return place
    words = [re.sub(r"[^\w-]+", "-", word).strip("-") for word in (study, site, created[:10])]
    return place / f"{'-'.join(word for word in words if word)}{SUFFIX}"


def prose(released: Run | None) -> dict[str, int]:
    """Count the numbers of the brief, and those of them that are withheld."""
    values = [] if released is None else released.record["values"]
    gone = sum(one.get("value") is None for one in values)
    return {"shown": len(values) - gone, "withheld": gone}
