"""What moved between two runs, and what moved it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal, TypeAlias

from industria.core.value import Address
from industria.study.compare import Cell, compared, differ
from industria.study.digest import canonical
from industria.study.record import Run
from industria.study.revisions import causes, revisions
from industria.study.status import what_changed
from industria.study.steps import MAIN

__all__ = ["Cause", "Change", "Comparison", "diff"]

Cause: TypeAlias = Literal["data", "parameter", "method", "code", "package"]

DIGITS: Final = 1e-12
"""Sums of several threads differ in the last bits; twelve digits are the same."""

COUNTED: Final = ("count", "firms", "fraction", "jobs", "persons", "units")
"""Whole numbers in these units are figures; those in others may be labels, as years are."""


@dataclass(frozen=True, slots=True)
class Change:
    """A number that changed.

    Attributes
    ----------
    address : str
        Where it stands.
    old, new : number, text, date or None
        What stood and stands there.
    cause : str
        data, parameter, method, code or package; several joined by "and".
    in_brief : bool
        Whether the brief of either run prints it.
    """

    address: str
    old: Any
    new: Any
    cause: str
    in_brief: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two runs differ.

    Attributes
    ----------
    values : list of Change
        Numbers in the brief first, then by step; the first 10,000 of each table.
    claims : list of dict
        Claims that flipped: says, value, old, new (a status, or None where a run lacks the claim).
    steps : list of dict
        Steps that differ: step, cause, why, and where there are any n_values, rows_added,
        rows_removed, columns_added, columns_removed, tables_added, tables_removed.
    sources : list of dict
        Sources that differ: name, sha256 of both, and what it is: a data revision
        (with the vintage under which a file was published again), another file, or
        a source that only one run has.
    packages : dict
        Versions that differ, of Python too: [old, new] by name.
    """

    values: list[Change] = field(default_factory=list)
    claims: list[dict[str, Any]] = field(default_factory=list)
    steps: list[dict[str, Any]] = field(default_factory=list)
    sources: list[dict[str, Any]] = field(default_factory=list)
    packages: dict[str, list[str | None]] = field(default_factory=dict)

    @property
    def differs(self) -> bool:
        """Whether any number, claim, step or source does; other packages alone are no difference."""
        return bool(self.values or self.claims or self.steps or self.sources)

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data for JSON."""
        return asdict(self)


def diff(old: Run, new: Run, *, relative: float = DIGITS, absolute: float = 0.0) -> Comparison:
    """Compare two runs number by number.

    Parameters
    ----------
    old, new : Run
        Of one study, at two times or two places.
    relative, absolute : float
        Numbers are the same within the larger of `absolute` and `relative` times the larger of them.

    Returns
    -------
    Comparison
        Empty in all its parts where nothing differs.
    """
    printed = {value["address"] for run in (old, new) for value in run.record["values"]}
    values: list[Change] = []
    steps: list[dict[str, Any]] = []
    causes: dict[str, list[Cause]] = {}
    for name in dict.fromkeys([*old.steps, *new.steps]):
        if name not in old.steps or name not in new.steps:
            steps.append(
                {"step": name, "cause": "method", "why": ["new step" if name in new.steps else "step is gone"]}
            )
            continue
        before, after = old.step(name), new.step(name)
        causes[name], why = _causes(before, after, old, new, causes)
        why += _turned(name, old, new)
        # Inputs may differ and the rows not: then nothing moved.
        changes, shapes = _moved(old, new, name, relative, absolute)
        if not changes and not any(shapes.values()) and not _turned(name, old, new):
            causes[name] = []
            continue
        cause = " and ".join(causes[name] or ["package"])
        values += [Change(str(a), was, now, cause, str(a) in printed) for a, was, now in changes]
        steps.append({"step": name, "cause": cause, "why": why, **shapes})
    return Comparison(
        values=sorted(values, key=lambda change: not change.in_brief),
        claims=_flipped(old, new),
        steps=steps,
        sources=_sources(old, new),
        packages=_versions(old, new),
    )


def _turned(step: str, old: Run, new: Run) -> list[str]:
    """Say that a step is synthetic in one run alone: a real number that becomes a drawn one has changed."""
    was, now = old.synthetic(step), new.synthetic(step)
    return [] if was == now else ["is now synthetic" if now else "is no longer synthetic"]


def _causes(
    before: Mapping[str, Any], after: Mapping[str, Any], old: Run, new: Run, earlier: Mapping[str, list[Cause]]
) -> tuple[list[Cause], list[str]]:
    """List what of a step differs, and what of the steps and sources that it reads."""
    found: list[Cause] = []
    if before["measure"] != after["measure"]:
        found.append("method")
    elif before["code"] != after["code"]:
        found.append("code")
    if before["parameters"] != after["parameters"] or _tables(before) != _tables(after):
        found.append("parameter")
    for table in _tables(after).values():
        head = table.partition(".")[0]
        if head in earlier:
            found += earlier[head]
        elif head in old.sources and head in new.sources and old.sources[head]["digest"] != new.sources[head]["digest"]:
            # Another file that the study names, or the same bytes read otherwise, are no new data.
            found += causes(old.sources[head], new.sources[head])
    if before["engine"] != after["engine"] or before["epoch"] != after["epoch"]:
        found.append("package")
    return list(dict.fromkeys(found)), list(what_changed(before, after, revisions(old.sources, new.sources)))


def _tables(step: Mapping[str, Any]) -> dict[str, str]:
    return {argument: read["table"] for argument, read in step["inputs"].items()}


def _moved(
    old: Run, new: Run, step: str, relative: float, absolute: float
) -> tuple[list[tuple[Address, Any, Any]], dict[str, Any]]:
    """List the facts and cells of a step that differ, and how many rows and columns only one run has."""
    moved: list[tuple[Address, Any, Any]] = []
    shapes: Counter[str] = Counter()
    was, now = old.facts(step), new.facts(step)
    for fact in dict.fromkeys([*was, *now]):
        if differ(was.get(fact), now.get(fact), relative, absolute):
            moved.append((Address(step, None, (), fact), was.get(fact), now.get(fact)))
    for table in dict.fromkeys([MAIN, *old.tables(step), *new.tables(step)]):
        name = None if table == MAIN else table
        there = [table == MAIN or table in run.tables(step) for run in (old, new)]
        if not all(there):
            shapes["tables_removed" if there[0] else "tables_added"] += 1
            continue
        if old.step(step)["tables"][table]["digest"] == new.step(step)["tables"][table]["digest"]:
            continue
        figures = [c for c, label in new.columns(step, name).items() if label["unit"] in COUNTED]
        found = compared(
            old.file(step, name), new.file(step, name), figures=figures, relative=relative, absolute=absolute
        )
        moved += [(_address(step, name, cell, found.keyed), cell.old, cell.new) for cell in found.cells]
        shapes["n_values"] += found.n_cells
        for word in ("rows_added", "rows_removed"):
            shapes[word] += getattr(found, f"n_{word.removeprefix('rows_')}")
        shapes["columns_added"] += len(found.added)
        shapes["columns_removed"] += len(found.removed)
    return moved, {word: n for word, n in shapes.items() if n}


def _address(step: str, table: str | None, cell: Cell, keyed: bool) -> Address:
    # Rows without labels are told by their number, counted from one.
    keys = cell.keys if keyed else (("row", str(int(cell.keys[0][1]) + 1)),)
    return Address(step, table, tuple((key, str(text)) for key, text in keys), cell.column)


def _flipped(old: Run, new: Run) -> list[dict[str, Any]]:
    """List claims whose status differs; a claim is known by its value and its bound."""
    before, after = ({_claim(claim): claim for claim in run.claims} for run in (old, new))
    return [
        {
            "says": (after.get(key) or before[key])["says"],
            "value": (after.get(key) or before[key])["value"],
            "old": before[key]["status"] if key in before else None,
            "new": after[key]["status"] if key in after else None,
        }
        for key in dict.fromkeys([*before, *after])
        if key not in before or key not in after or before[key]["status"] != after[key]["status"]
    ]


def _claim(claim: Mapping[str, Any]) -> str:
    return canonical([claim["value"], claim["bound"]])


def _sources(old: Run, new: Run) -> list[dict[str, Any]]:
    sums = {
        name: [run.sources[name]["sha256"] if name in run.sources else None for run in (old, new)]
        for name in dict.fromkeys([*old.sources, *new.sources])
    }
    how = revisions(old.sources, new.sources)
    return [
        {"name": name, "old": was, "new": now, "what": how.get(name, "new source" if was is None else "source is gone")}
        for name, (was, now) in sums.items()
        if was != now
    ]


def _versions(old: Run, new: Run) -> dict[str, list[str | None]]:
    was, now = (
        {"python": run.record["environment"]["python"], **run.record["environment"]["packages"]} for run in (old, new)
    )
    return {name: [was.get(name), now.get(name)] for name in sorted({*was, *now}) if was.get(name) != now.get(name)}
