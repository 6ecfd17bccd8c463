"""Whether a study can be run here: its words, its sources, their contracts, and what its bridges carry."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

import pyarrow as pa

from industria import sources
from industria.app._finding import Finding
from industria.core.contract import violations
from industria.errors import ContractError, IndustriaError, StudyError
from industria.sources import Source
from industria.sources.code_lists import LISTS
from industria.study.check import check
from industria.study.folders import FILE
from industria.study.load import load
from industria.study.measures import head_of, table_arguments
from industria.study.model import Study
from industria.study.record import Run
from industria.study.run import run

__all__ = ["examine_study", "holds_study"]

BRIDGES: Final = {
    "classifications.bridge": "coverage",
    "classifications.coverage": None,
    "classifications.correspondence": None,
}
"""Measures that carry codes over, and the table of each that tells by which passage."""

PASSAGES: Final = {
    "identity": "unchanged",
    "renamed": "renamed",
    "merged": "merged",
    "split": "through split codes",
    "children": "resolved by hierarchy",
    "siblings": "by the codes of its group",
    "missing": "missing",
}


def holds_study(folder: Path) -> bool:
    """Tell whether a folder, or a file, is a study; what is not there is taken for one that was meant."""
    return not folder.exists() or folder.is_file() or (folder / FILE).is_file()


def examine_study(path: Path) -> Iterator[Finding]:
    """Look at everything that a study needs from elsewhere.

    Parameters
    ----------
    path : Path
        Its folder, or its file.

    Yields
    ------
    Finding
        With the exit code that `run` would end with: 2 for wrong words, 4 for a source that
        cannot be had, 3 for one that breaks its contract.
    """
    try:
        study = load(path)
    except StudyError as error:
        for problem in error.problems or (str(error),):
            yield Finding("study", "cannot be read", False, str(problem), StudyError.exit_code)
        return
    wrong = [problem for problem in check(study) if problem.exit_code == StudyError.exit_code]
    for problem in wrong:
        yield Finding("study", "is wrong", False, str(problem), problem.exit_code)
    if not wrong:
        yield Finding("study", f"{study.folder.name}: all names, parameters and columns are right")
    opened: dict[str, Source] = {}
    for name, use in study.file.sources.items():
        try:
            opened[name] = sources.opened(use.use, use.parameters, study.folder)
        except IndustriaError as error:
            yield Finding(f"source {name}", f"{use.use} cannot be had", False, str(error), error.exit_code)
            continue
        about = opened[name]
        yield Finding(f"source {name}", f"{use.use}, {about.vintage or about.name}, {about.bytes:,} bytes")
        yield from _contract(study, name, about)
    if not wrong:
        yield from _bridges(study, set(opened))


def _contract(study: Study, name: str, source: Source) -> Iterator[Finding]:
    contract = study.file.sources[name].contract
    if contract is None:
        return
    what = f"contract of {name}"
    try:
        broken = violations(source.read(), contract, LISTS)
    except IndustriaError as error:
        yield Finding(what, "cannot be checked", False, str(error), error.exit_code)
        return
    for violation in broken:
        yield Finding(what, "is broken", False, str(violation), ContractError.exit_code)
    if not broken:
        yield Finding(what, "is kept")


def _bridges(study: Study, had: set[str]) -> Iterator[Finding]:
    """Compute the steps that carry codes over, and what they need; the others are left alone."""
    named = [name for name, step in study.steps.items() if step.use in BRIDGES]
    for name in named:
        needed = _needed(study, name)
        lacking = [f"source {one!r}" for one in study.file.sources if one in needed and one not in had]
        if lacking:
            yield Finding(f"bridge {name}", f"not known without {', '.join(lacking)}", False)
            continue
        try:
            with tempfile.TemporaryDirectory() as folder:
                made = run(_part(study, needed), folder=Path(folder) / "run")
                found = _coverage(made, name, study.steps[name].use)
            yield Finding(f"bridge {name}", found)
        except IndustriaError as error:
            yield Finding(f"bridge {name}", "cannot be computed", False, str(error), error.exit_code)


def _needed(study: Study, name: str) -> set[str]:
    """List a step, the steps before it that it rests on, and their sources."""
    needed = {name}
    known = {*study.file.sources, *study.steps}
    for step in reversed(list(study.steps.values())):
        if step.name in needed:
            needed |= {head for told in table_arguments(step, study.folder, known).values() if (head := head_of(told))}
    return needed


def _part(study: Study, needed: set[str]) -> Study:
    """Leave of a study what is needed, without claims and brief."""
    kept = {name: use for name, use in study.file.sources.items() if name in needed}
    return replace(
        study,
        file=study.file.model_copy(update={"sources": kept, "claim": []}),
        steps={name: step for name, step in study.steps.items() if name in needed},
        briefs={},
    )


def _coverage(made: Run, step: str, use: str) -> str:
    rows = made.table(step, BRIDGES[use])
    if "passage" not in rows.column_names:
        return _links(rows)
    shares = _shares(rows)
    if not shares:
        return "nothing passes: all values are 0 or missing"
    ways = ", ".join(f"{share:.1%} {PASSAGES[way]}" for way, share in shares.items() if way != "missing" and share)
    return f"{1 - shares.get('missing', 0.0):.1%} mapped ({ways}), {shares.get('missing', 0.0):.1%} missing"


def _shares(rows: pa.Table) -> Mapping[str, float]:
    """Add the mass of all groups up by passage, and divide by all of it."""
    mass = dict.fromkeys(PASSAGES, 0.0)
    for way, value in zip(rows["passage"].to_pylist(), rows["value"].to_pylist(), strict=True):
        mass[way] += value or 0.0
    total = sum(mass.values())
    return {way: value / total for way, value in mass.items()} if total else {}


def _links(rows: pa.Table) -> str:
    links = {(row["origin_code"], row["destination_code"]) for row in rows.to_pylist()}
    origins, destinations = ({link[side] for link in links} for side in (0, 1))
    return f"{len(links):,} links from {len(origins):,} codes to {len(destinations):,}"
