"""What a run would compute again, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from industria.core.result import MARK
from industria.errors import NoRunError
from industria.study.digest import canonical
from industria.study.inputs import open_sources, source_digest
from industria.study.model import Study
from industria.study.plan import plan
from industria.study.record import Run
from industria.study.revisions import revisions
from industria.study.steps import MAIN

__all__ = ["Standing", "status", "what_changed"]

State = Literal["fresh", "stale", "new"]
LONG: Final = 40


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a step stands.

    Attributes
    ----------
    step : str
        Its name.
    state : {"fresh", "stale", "new"}
        Whether the last run has its result, has another one, or never had it.
    why : tuple of str
        never ran; code changed; parameter confidence: 0.95 -> 0.9; input firms
        changed: data revision; after effect: that step is stale, and may still
        come out the same.
    """

    step: str
    state: State
    why: tuple[str, ...] = ()


def status(study: Study, *, local_code: bool = True) -> list[Standing]:
    """Compare every step with the last run, without computing any.

    Parameters
    ----------
    study : Study
        As `load` reads it. Its sources are read as far as their bytes are hashed.
    local_code : bool
        Whether measures of the study's own folder may be imported.

    Returns
    -------
    list of Standing
        In file order.

    Raises
    ------
    SourceError
        If a source cannot be had.
    """
    try:
        run = Run.read(study.folder)
    except NoRunError:
        return [Standing(name, "new", ("never ran",)) for name in study.steps]
    sources = open_sources(study)
    digests = {name: source_digest(study.file.sources[name], source) for name, source in sources.items()}
    synthetic = {name for name, source in sources.items() if source.synthetic}
    revised = revisions(run.sources, {name: source.describe() for name, source in sources.items()})
    standings = []
    for name, step in study.steps.items():
        now = plan(step, study, local_code=local_code)
        before = run.step(name) if name in run.steps else None
        # A table without a digest is of a step that must run first.
        parts = now.parts({table: digests.get(table) for table in now.tables.values()}, synthetic)
        why = what_changed(before, parts, revised) if before else ("never ran",)
        standings.append(Standing(name, "new" if before is None else "stale" if why else "fresh", why))
        if before and not why:
            tables = {name if table == MAIN else f"{name}.{table}": kept for table, kept in before["tables"].items()}
            digests |= {table: kept["digest"] for table, kept in tables.items()}
            synthetic |= {*tables} if before.get(MARK) else set()
    return standings


def what_changed(
    before: Mapping[str, Any], now: Mapping[str, Any], revised: Mapping[str, str] | None = None
) -> tuple[str, ...]:
    """List how what goes into a step differs from what went into it in a run.

    Parameters
    ----------
    before : mapping
        The step in `run.json`.
    now : mapping
        Its parts now; the digest of an input may be None.
    revised : mapping of str to str, optional
        By source, how it differs.

    Returns
    -------
    tuple of str
        One reason a difference; empty where the result would be the same.
    """
    if before["measure"] != now["measure"]:
        return (f"measure changed: {before['measure']} -> {now['measure']}",)
    why = ["code changed"] if before["code"] != now["code"] else []
    for name in dict.fromkeys([*before["parameters"], *now["parameters"]]):
        old, new = _written(before["parameters"], name), _written(now["parameters"], name)
        if old != new:
            why.append(f"parameter {name}: {_short(old)} -> {_short(new)}")
    for argument in dict.fromkeys([*before["inputs"], *now["inputs"]]):
        why += _input_changed(argument, before["inputs"].get(argument), now["inputs"].get(argument), revised or {})
    why += [
        f"{part} changed: {before[part]} -> {now[part]}" for part in ("engine", "epoch") if before[part] != now[part]
    ]
    return tuple(dict.fromkeys(why))


def _input_changed(
    argument: str, before: Mapping[str, Any] | None, now: Mapping[str, Any] | None, revised: Mapping[str, str]
) -> list[str]:
    if before is None or now is None:
        return [f"input {argument}: {before['table'] if before else 'none'} -> {now['table'] if now else 'none'}"]
    if now["digest"] is None:
        return [f"after {now['table'].partition('.')[0]}"]
    if now["digest"] == before["digest"]:
        marked = [read.get(MARK, False) for read in (before, now)]
        return (
            [f"input {now['table']} is {'now' if marked[1] else 'no longer'} synthetic"] if len({*marked}) > 1 else []
        )
    if now["table"] != before["table"]:
        return [f"input {argument}: {before['table']} -> {now['table']}"]
    how = f": {revised[now['table']]}" if now["table"] in revised else ""
    return [f"input {now['table']} changed{how}"]


def _written(parameters: Mapping[str, Any], name: str) -> str:
    return canonical(parameters[name]) if name in parameters else "none"


def _short(text: str) -> str:
    return text if len(text) <= LONG else f"{text[:LONG]}…"
