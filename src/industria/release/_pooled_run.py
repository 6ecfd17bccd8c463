"""A pool as a run in its folder, so that a brief, `read` and `explain` find what they look for."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from industria.core import engine
from industria.core.measure import find
from industria.core.result import MARK
from industria.errors import UnknownMeasureError
from industria.release._packed import Pack
from industria.release._part import Part
from industria.release._pool_report import report
from industria.release._pooled_derived import derived
from industria.release._pooled_steps import with_status
from industria.release.sealed import Sealed
from industria.study.claims import judged
from industria.study.digest import EPOCH
from industria.study.model import StepUse, Study
from industria.study.plan import Plan, plan
from industria.study.provenance import packages, study_record
from industria.study.record import Run, result_file
from industria.study.run import Finish
from industria.study.steps import MAIN
from industria.study.store import sha256, writing
from industria.study.units import FACTS, Columns

__all__ = ["write_run"]


def write_run(
    folder: Path,
    releases: Sequence[Sealed],
    parts: dict[str, Part],
    left: dict[str, str],
    cautions: Sequence[str],
    pack: Pack | None,
    finish: Finish | None,
) -> None:
    """Write the pooled tables, what is made of them, the record of the run, its claims and its brief.

    Parameters
    ----------
    folder : Path
        With `results/`.
    releases : sequence of Sealed
        Of the sites; they stand there as the sources.
    parts : dict of str to Part
        The steps that were pooled.
    left : dict of str to str
        Those that were not, and why.
    cautions : sequence of str
        For the report.
    pack : Pack, optional
        Whose study has the words, and tells what is made of pooled tables.
    finish : callable, optional
        Writes the brief.
    """
    with _study(pack) as study:
        told = {step["name"]: step for step in releases[0].manifest["steps"]}
        steps = []
        for name in study.steps if study is not None else told:
            if name not in parts and study is not None:
                made = derived(name, study, folder, releases)
                if isinstance(made, Part):
                    parts[name] = made
                    left.pop(name, None)
                elif name in told:
                    left.setdefault(name, made)
            steps.append(_step(name, told.get(name), parts.get(name), releases, study, folder))
        words = report(releases, parts, left, cautions)
        record: dict[str, Any] = {
            "study": _words(study, releases),
            "sources": {release.site: _source(release) for release in releases},
            "steps": [{**step, "why": left.get(step["name"], "")} for step in steps],
            **{name: [] for name in ("claims", "values", "marks", "crosswalks")},
            "released": True,
            "environment": {"packages": packages()},
            "pool": {"sites": {release.site: _site(release) for release in releases}, "report": words},
        }
        if study is not None:
            record |= {"claims": judged(study, Run(folder, record))}
            if finish is not None:
                record |= finish(study, Run(folder, record), folder)
    with writing(folder):
        # Without lines of their own for each site of each step, of which there are thousands.
        text = json.dumps(record, ensure_ascii=False, allow_nan=False, default=str)
        (folder / "run.json").write_text(text + "\n", encoding="utf-8")
        (folder / "report.txt").write_text(words, encoding="utf-8")


@contextmanager
def _study(pack: Pack | None) -> Iterator[Study | None]:
    if pack is None:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="industria-pack-") as folder:
        yield pack.unpacked(Path(folder))


def _words(study: Study | None, releases: Sequence[Sealed]) -> dict[str, Any]:
    if study is not None:
        return study_record(study)
    names = ", ".join(release.site for release in releases)
    return {
        "title": f"Releases of {names}",
        "question": "",
        "sha256": releases[0].manifest["study"],
        "brief_sha256": None,
        "schema": 1,
    }


def _source(release: Sealed) -> dict[str, Any]:
    """Tell a sealed file as a run tells a source: it is what the pool was made of."""
    created = str(release.manifest["created"])
    return {
        "name": release.site,
        "use": "release",
        "publisher": release.site,
        "title": f"sealed release of {release.site}",
        "vintage": created[:10],
        "url": None,
        "license": None,
        "citation": None,
        "retrieved": created[:10],
        "sha256": release.sha256,
        "bytes": release.path.stat().st_size,
        "rows": sum(step["rows"] or 0 for step in release.manifest["steps"]),
        "request": {},
        "redistributable": None,
        "parameters": {},
        "digest": release.sha256,
        "columns": {},
        MARK: bool(release.manifest["synthetic"]),
    }


def _site(release: Sealed) -> dict[str, Any]:
    told = {word: release.manifest[word] for word in ("created", "public_key", "software")}
    return {**told, "sha256": release.sha256, "approval": release.approval}


def _step(
    name: str,
    told: Mapping[str, Any] | None,
    part: Part | None,
    releases: Sequence[Sealed],
    study: Study | None,
    folder: Path,
) -> dict[str, Any]:
    synthetic = bool(releases[0].manifest["synthetic"])
    tables = {} if part is None else {MAIN: with_status(part.table), **part.tables}
    facts = {} if part is None else part.facts
    return {
        "name": name,
        **_said(name, told, study),
        "inputs": {release.site: {"table": release.site, "digest": release.sha256} for release in releases},
        "engine": engine.major_version(),
        "epoch": EPOCH,
        "digest": None,
        "rows": tables[MAIN].num_rows if tables else None,
        MARK: synthetic,
        "warnings": [] if part is None else part.said,
        "seed": None,
        "facts": facts,
        "fact_columns": {fact: FACTS.get(fact, {"unit": None, "meaning": None}) for fact in facts},
        "withheld": [fact for fact, value in facts.items() if value is None and fact != "caution"],
        "tables": {table: _written(folder, name, table, rows, synthetic) for table, rows in tables.items()},
        "read_columns": {},
    }


def _written(folder: Path, step: str, table: str, rows: pa.Table, synthetic: bool) -> dict[str, Any]:
    path = result_file(folder, step, table)
    with writing(folder):
        pq.write_table(rows.replace_schema_metadata({MARK: "true"} if synthetic else None), path)
    digest = sha256(path)
    return {"sha256": digest, "digest": digest, "rows": rows.num_rows, "columns": _columns(rows.schema)}


def _columns(schema: pa.Schema) -> Columns:
    found: Columns = {}
    for field in schema:
        told = {key.decode(): word.decode() for key, word in (field.metadata or {}).items()}
        found[field.name] = {"unit": told.get("unit"), "meaning": told.get("meaning")}
    return found


def _said(name: str, told: Mapping[str, Any] | None, study: Study | None) -> dict[str, Any]:
    """Say what the measure says of itself; of one that only the sites have, its name is known."""
    if study is not None:
        made = plan(study.steps[name], study)
        return {"measure": made.measure.name, "code": made.code, "parameters": dict(made.parameters), **made.said}
    assert told is not None
    words = {word: told[word] for word in ("measure", "code", "parameters")}
    return {**words, **(_of_measure(str(told["measure"])) or _of_unknown(told))}


@cache
def _of_measure(name: str) -> dict[str, Any] | None:
    try:
        measure = find(name)
    except UnknownMeasureError:
        return None
    return Plan(StepUse(name="step", use=name), measure, {}, {}, "").said


def _of_unknown(told: Mapping[str, Any]) -> dict[str, Any]:
    nothing = {"title": str(told["measure"]), "formula": "", "cites": "", "design": "descriptive"}
    return {**nothing, "pools": told["pools"], "support": "none"}
