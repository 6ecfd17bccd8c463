"""Running a study: a straight list of steps, nothing computed twice."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from industria.core import engine
from industria.study.claims import judged
from industria.study.crosswalks import crosswalks
from industria.study.datapackage import datapackage
from industria.study.folders import for_its_owner_alone, replacing
from industria.study.inputs import from_source, open_sources
from industria.study.model import Study
from industria.study.plan import plan
from industria.study.provenance import environment, study_record
from industria.study.record import Run, result_file
from industria.study.steps import carry_out
from industria.study.store import Store, link, writing

__all__ = ["Finish", "Progress", "finish_again", "run"]

Progress = Callable[[str, float | None, bool], None]
"""Told the step, seconds (None when it begins), and whether it was taken from the store."""

UNITS: Final = frozenset({"contributors", "rows_used", "slopes_used", "units_used"})
"""Tables that tell who stands behind numbers, one by one."""

Finish = Callable[[Study, Run, Path], Mapping[str, Any]]
"""Writes the brief into the new folder and returns its `values` and `marks`."""


def run(
    study: Study,
    *,
    folder: Path | None = None,
    store: Store | None = None,
    local_code: bool = True,
    bit_exact: bool = False,
    memory: str | None = None,
    fresh: bool = False,
    progress: Progress | None = None,
    finish: Finish | None = None,
) -> Run:
    """Run a study: every step in file order, those that nothing changed for taken from the store.

    Parameters
    ----------
    study : Study
        As `load` reads it; `check` has told its problems.
    folder : path, optional
        Where the run goes; `run` in the study's folder. What lies there becomes `run.previous`.
    store : Store, optional
        Where results are kept and looked for; INDUSTRIA_CACHE, or `.industria` in the study's folder.
    local_code : bool
        Whether measures of the study's own folder may run.
    bit_exact : bool
        One thread, so that floating sums are the same bit for bit.
    memory : str, optional
        How much the engine may hold before it spills: "800MB".
    fresh : bool
        Compute every step anew.
    progress : callable, optional
        Is told of each step when it begins and when it is done.
    finish : callable, optional
        Writes the brief before the run takes its place.

    Returns
    -------
    Run
        Complete, in its place.

    Raises
    ------
    IndustriaError
        What a measure, a source or a contract refuses, with a note of the step.
    BusyFolderError
        If another run writes the same folder.
    UnwritableFolderError
        If disk or permissions do not allow it; the last run stays.
    """
    folder = folder or study.folder / "run"
    store, tell = store or Store.of(study.folder), progress or (lambda name, seconds, reused: None)
    with store.only_run_of(folder), _limits(memory, bit_exact) as threads, replacing(folder) as new:
        inputs, sources = {}, {}
        for name, source in open_sources(study).items():
            with _noted(f"source {name!r}"):
                inputs[name], sources[name] = from_source(name, study.file.sources[name], source, store)

        steps = []
        for name, step in study.steps.items():
            with _noted(f"step {name!r}"):
                tell(name, None, False)
                started = time.perf_counter()
                made, results = carry_out(
                    plan(step, study, local_code=local_code), inputs, store, threads=threads, fresh=fresh
                )
                inputs |= results
                steps.append(made)
                _closed(made, study, store, new)
                _place(made, store, new)
                tell(name, time.perf_counter() - started, made["reused"])

        record = {"study": study_record(study), "sources": sources, "steps": steps, "claims": []}
        record |= {"values": [], "marks": [], "environment": environment(study.folder)}
        record |= {"claims": judged(study, Run(new, record)), "crosswalks": crosswalks(Run(new, record))}
        if finish is not None:
            record |= finish(study, Run(new, record), new)
        _write(study, record, new)
    return Run.read(folder)


def finish_again(study: Study, run: Run, finish: Finish) -> Run:
    """Judge the claims of a run anew and write its brief, without running a step.

    Parameters
    ----------
    study : Study
        With other prose or other claims than when it ran.
    run : Run
        Whose results are shown; its folder gets the new brief.
    finish : callable
        Writes the brief.

    Returns
    -------
    Run
        With the same results.
    """
    with Store.of(study.folder).only_run_of(run.folder), replacing(run.folder, keep=False) as new:
        for file in (run.folder / "results").iterdir():
            link(file, new / "results" / file.name)
        shutil.copymode(run.folder, new)
        words = {**run.record["study"], "brief_sha256": study_record(study)["brief_sha256"]}
        record = {**run.record, "study": words, "claims": judged(study, run)}
        record |= finish(study, Run(new, record), new)
        _write(study, record, new)
    return Run.read(run.folder)


def _write(study: Study, record: Mapping[str, Any], folder: Path) -> None:
    with writing(folder):
        for name, told in (("run", record), ("datapackage", datapackage(study, Run(folder, record)))):
            text = json.dumps(told, indent=1, ensure_ascii=False, allow_nan=False, default=str)
            (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def _closed(step: Mapping[str, Any], study: Study, store: Store, folder: Path) -> None:
    """Close the folders of a step that lists units to all but their owner; who shares a store has it elsewhere."""
    if UNITS.intersection(step["tables"]):
        for_its_owner_alone(folder, *([store.root] if store.root.parent == study.folder else []))


def _place(step: Mapping[str, Any], store: Store, folder: Path) -> None:
    with writing(folder):
        for table, kept in step["tables"].items():
            link(store.table(kept), result_file(folder, step["name"], table))


@contextmanager
def _noted(place: str) -> Iterator[None]:
    """Say where in the study an error arose: a measure does not know who called it."""
    try:
        yield
    except Exception as error:
        error.add_note(f"in {place} of study.toml")
        raise


@contextmanager
def _limits(memory: str | None, bit_exact: bool) -> Iterator[int]:
    """Set the limits of the engine for one run, and tell its threads."""
    here = engine.connection()
    asked = "SELECT current_setting('memory_limit'), current_setting('threads')"
    before = here.execute(asked).fetchall()[0]
    memory_before, threads = before[0], int(before[1])
    engine.configure(memory=memory, threads=1 if bit_exact else None)
    try:
        yield 1 if bit_exact else threads
    finally:
        # To set a limit that is set frees what the engine holds, which takes milliseconds.
        if here.execute(asked).fetchall()[0] != before:
            engine.configure(memory=memory_before, threads=threads)
