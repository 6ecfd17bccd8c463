"""A run of released tables alone: written anew from what may leave, never cut out of the run of the site."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from industria.core.result import MARK, SUPPORT
from industria.core.value import Scalar
from industria.release._bytes import parquet_bytes, rounded, shortened
from industria.release._leaving import Leaving
from industria.release._remade import Released, Unmade, remade
from industria.release._trees_told import HIERARCHIES
from industria.sources import opened
from industria.study.claims import judged as judged_claims
from industria.study.crosswalks import crosswalks
from industria.study.folders import replacing
from industria.study.model import Study
from industria.study.plan import plan
from industria.study.provenance import packages, study_record
from industria.study.record import STATUS, WITHHELD, Run, result_file
from industria.study.steps import MAIN
from industria.study.store import writing
from industria.study.units import Columns

if TYPE_CHECKING:
    from industria.study.run import Finish

__all__ = ["Judgment", "rebuilt"]

TOLD: Final = ("measure", "title", "formula", "cites", "design", "pools", "support", "code", "engine", "epoch", MARK)
"""What a record says of every step: words of the study and of its measures."""
OF_SOURCE: Final = (
    *("name", "use", "publisher", "title", "vintage", "url", "license", "citation", "documentation"),
    *("retrieved", "redistributable", MARK),
)
OF_PUBLIC: Final = ("sha256", "bytes", "rows")
"""What is told besides of a source that anybody can have."""
OF_ESTIMATES: Final = (f"{SUPPORT}df", f"{SUPPORT}units")
"""Degrees of freedom and units leave with their estimate."""
CONTRIBUTORS: Final = "contributors"
"""The table of a step that names everybody: it stays, whoever hands it on."""
MEANING: Final = "whether the row is published, withheld, rounded or adjusted"


class Judgment(Protocol):
    """What may leave of a step: nulls for what may not, and None among its facts."""

    @property
    def table(self) -> pa.Table:
        """The rows."""

    @property
    def tables(self) -> Mapping[str, pa.Table]:
        """Further tables of the result."""

    @property
    def facts(self) -> Mapping[str, Scalar]:
        """What stands beside the table."""


def rebuilt(
    study: Study,
    run: Run,
    asked: Sequence[Leaving],
    judged: Mapping[str, Judgment],
    folder: Path,
    finish: Finish | None = None,
) -> Run:
    """Write the run of a study as far as it may leave.

    Derived steps are made again of released tables, claims are judged again, the brief is
    written again. A step of which nothing leaves keeps its place in the record: its name,
    what it reads and its measure; `why` says what kept it.

    Parameters
    ----------
    study : Study
        Its words.
    run : Run
        Its results at the site, for units and meanings of columns.
    asked : sequence of Leaving
        The steps that are asked to leave, in file order.
    judged : mapping of str to Judged
        By step: what of it leaves. Derived steps are none of them.
    folder : Path
        Where the run goes.
    finish : callable, optional
        Writes the brief.

    Returns
    -------
    Run
        In its folder, and `released`.
    """
    with replacing(folder, keep=False) as new:
        writer = _Writer(study, run, new, {step.name: step for step in asked})
        for step in asked:
            writer.take(step, judged.get(step.name))
        record = {
            "released": True,
            "study": study_record(study),
            "sources": dict(_sources(study, run)),
            "steps": [writer.record(name) for name in run.steps],
            **{name: [] for name in ("claims", "values", "marks")},
            "environment": {"packages": packages()},
        }
        record |= {"claims": judged_claims(study, Run(new, record)), "crosswalks": crosswalks(Run(new, record))}
        if finish is not None:
            record |= finish(study, Run(new, record), new)
        with writing(new):
            text = json.dumps(record, indent=1, ensure_ascii=False, allow_nan=False, default=str)
            (new / "run.json").write_text(text + "\n", encoding="utf-8")
    return Run.read(folder)


@dataclass(slots=True)
class _Writer:
    """Writes tables that leave, and remembers what the record says of them."""

    study: Study
    run: Run
    folder: Path
    asked: Mapping[str, Leaving]
    told: dict[str, dict[str, Any]] = field(default_factory=dict)

    def take(self, step: Leaving, judged: Judgment | None) -> None:
        """Write a step that leaves; of one that does not, note why."""
        if step.kind == "none":
            self.told[step.name] = {"why": step.why}
            return
        try:
            released = self._derived(step) if step.kind == "derived" else _released(step, judged)
        except Unmade as error:
            self.told[step.name] = {"why": str(error)}
            return
        written = {
            name: self._written(step, name, rows) for name, rows in {MAIN: released.table, **released.tables}.items()
        }
        facts = {name: rounded(fact) if isinstance(fact, float) else fact for name, fact in released.facts.items()}
        self.told[step.name] = {
            "parameters": self.run.step(step.name)["parameters"],
            "seed": self.run.step(step.name)["seed"],
            "facts": facts,
            "fact_columns": {k: v for k, v in self.run.step(step.name)["fact_columns"].items() if k in facts},
            "withheld": [k for k, fact in facts.items() if fact is None and step.facts.get(k) is not None],
            **{word: written[MAIN][word] for word in ("digest", "rows")},
            "tables": {name: {word: kept[word] for word in ("rows", "columns")} for name, kept in written.items()},
            "read_columns": self._pointed(step, released),
        }

    def record(self, name: str) -> dict[str, Any]:
        """Say of a step what anybody may know: of one that stays, little."""
        step = self.run.step(name)
        nothing: dict[str, Any] = {
            "parameters": {},
            "seed": None,
            "facts": {},
            "fact_columns": {},
            "withheld": [],
            "digest": None,
            "rows": None,
            "tables": {},
            "read_columns": {},
            "why": "",
        }
        reads = {argument: {"table": read["table"]} for argument, read in step["inputs"].items()}
        words: dict[str, Any] = {word: step[word] for word in TOLD if word in step}
        return {"name": name, **words, "inputs": reads, "warnings": [], **nothing, **self.told.get(name, {})}

    def _derived(self, step: Leaving) -> Released:
        public = set(self.study.file.release.public)
        if all(name in public for name in self._origins(step)):
            # Nothing of it is confidential, so that it needs no making again.
            return Released(_told_apart(step.table, step.table), dict(_further(step, step.tables)), step.facts)
        made = plan(self.study.steps[step.name], self.study, local_code=self.study.file.site.local_code)
        if made.code != self.run.step(step.name)["code"]:
            raise Unmade("the code of its measure has changed since the run")
        return remade(made.measure.function, made.parameters, {a: self._open(t) for a, t in made.tables.items()})

    def _origins(self, step: Leaving) -> Iterator[str]:
        """Name the sources that a step goes back to."""
        for place in step.reads.values():
            name = place.partition(".")[0]
            if name in self.asked:
                yield from self._origins(self.asked[name])
            else:
                yield name

    def _open(self, place: str) -> Any:
        """Open a released table, or a public source."""
        name, _, table = place.partition(".")
        if name in self.study.file.sources:
            use = self.study.file.sources[name]
            return (self.study.given.get(name) or opened(use.use, use.parameters, self.study.folder)).read()
        file = result_file(self.folder, name, table or None)
        if not file.is_file():
            raise Unmade(f"it reads {place!r}, which does not leave")
        return pq.read_table(file)

    def _written(self, step: Leaving, name: str, rows: pa.Table) -> dict[str, Any]:
        table = None if name == MAIN else name
        labels = self.run.columns(step.name, table)
        columns: Columns = {one: labels[one] for one in rows.column_names if one in labels}
        columns[STATUS] = {"unit": None, "meaning": MEANING}
        # What is made of released rows keeps their order; all other rows stand in the order of their keys.
        content = _in_place(rows) if step.kind == "derived" else parquet_bytes(rows, _keys(step, rows))
        with writing(self.folder):
            result_file(self.folder, step.name, table).write_bytes(content)
        return {"digest": hashlib.sha256(content).hexdigest(), "rows": rows.num_rows, "columns": columns}

    def _pointed(self, step: Leaving, released: Released) -> Columns:
        """Keep units of columns that the rows are about: `unit of column` asks for them."""
        words = {
            word
            for rows in (released.table, *released.tables.values())
            for one in rows.schema
            if pa.types.is_string(one.type)
            for word in rows[one.name].to_pylist()
        }
        return {name: label for name, label in self.run.read_columns(step.name).items() if name in words}


def _released(step: Leaving, judged: Judgment | None) -> Released:
    if judged is None:
        raise Unmade(step.why or "nothing was said of whether it may leave")
    table = _told_apart(judged.table, step.table)
    if step.kind == "estimates":
        table = _with_degrees(table, step)
    return Released(table, dict(_further(step, judged.tables)), judged.facts)


def _further(step: Leaving, tables: Mapping[str, pa.Table]) -> Iterator[tuple[str, pa.Table]]:
    for name, rows in tables.items():
        if name != CONTRIBUTORS:
            # Codes without rows are no part of a tree that leaves; nothing of those that are was taken away.
            yield name, _told_apart(rows, rows if name == HIERARCHIES else step.tables.get(name, rows))


def _told_apart(rows: pa.Table, before: pa.Table) -> pa.Table:
    """Say of each row whether something of it was taken away, where its judge did not."""
    rows = rows.select([name for name in rows.column_names if not name.startswith(SUPPORT)])
    if STATUS in rows.column_names:
        return rows
    if rows.num_rows != before.num_rows:
        return rows.append_column(STATUS, pa.array([WITHHELD] * rows.num_rows, pa.string()))
    lost = [
        any(now is None and then is not None for now, then in zip(of.values(), was.values(), strict=True))
        for of, was in zip(rows.to_pylist(), before.select(rows.column_names).to_pylist(), strict=True)
    ]
    return rows.append_column(STATUS, pa.array([WITHHELD if one else "published" for one in lost], pa.string()))


def _with_degrees(rows: pa.Table, step: Leaving) -> pa.Table:
    """Add degrees of freedom and units of the estimates that leave: what is made of them reads both."""
    there = [name for name in OF_ESTIMATES if name in step.table.column_names]
    keys = [name for name in step.by if name in rows.column_names]
    told = {tuple(row[k] for k in keys): row for row in step.table.select([*keys, *there]).to_pylist()}
    for name in there:
        values = [
            None if row[STATUS] == WITHHELD else told.get(tuple(row[k] for k in keys), {}).get(name)
            for row in rows.to_pylist()
        ]
        rows = rows.append_column(name, pa.array(values, step.table.schema.field(name).type))
    return rows


def _keys(step: Leaving, rows: pa.Table) -> list[str]:
    return [name for name in step.by if name in rows.column_names]


def _in_place(rows: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(shortened(rows), sink, use_dictionary=False, write_statistics=False, compression="zstd")
    return bytes(sink.getvalue())


def _sources(study: Study, run: Run) -> Iterator[tuple[str, dict[str, Any]]]:
    """Say of each source what its publisher says; what its bytes say stays where they are."""
    for name, source in run.sources.items():
        words = {word: source.get(word) for word in OF_SOURCE}
        nothing: dict[str, Scalar] = dict.fromkeys(OF_PUBLIC)
        public = {word: source.get(word) for word in OF_PUBLIC} if name in study.file.release.public else {}
        yield name, {**words, **nothing, **public, "columns": {}}
