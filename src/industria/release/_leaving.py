"""Which steps of a study leave, and by what each of them is judged."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from industria.core.result import SUPPORT
from industria.core.value import Address, Scalar
from industria.errors import UnknownStepError
from industria.release._classes import is_ours
from industria.release._names import give_back
from industria.release._plain import plain
from industria.study.model import Study
from industria.study.record import Run

__all__ = [
    "JUDGED",
    "SOME",
    "UNITS",
    "Kind",
    "Leaving",
    "Stored",
    "columns_of",
    "keys_of",
    "leaving",
    "unless_it_names_units",
]

Kind = Literal["cells", "units", "percentiles", "estimates", "derived", "none"]

JUDGED: Final = ("cells", "units", "percentiles", "estimates")
LISTS: Final = ("contributors", "slopes_used", "units_used")
"""Tables of a row a unit, or more."""
UNITS: Final = f"{SUPPORT}units"
SOME: Final = 7
"""Units up to which codes may be one each by chance."""
_EXPRESSION: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.S)
_PLACE: Final = re.compile(r"(?<![\w.])(\w+)\s*(?:\[|\.[^\W\d])")
_TAG: Final = re.compile(r"\{%[-+]?\s*(?:figure|table|sliders)\s+[\"'](\w+)")


@dataclass(frozen=True, slots=True, eq=False)
class Leaving:
    """A step that is asked to leave, with all that its judges read.

    Attributes
    ----------
    name : str
        The step.
    kind : str
        cells, units, percentiles or estimates: by what its measure tells of its rows; derived: it
        reads released steps and public sources alone, so that it is made again of what is
        released; none: nothing is told of who stands behind it, and it does not leave.
    measure : str
        What made it.
    table : pyarrow.Table
        Its rows with their `support_` columns.
    by : tuple of str
        The columns that tell its rows apart.
    facts : mapping
        The numbers, words and truth values beside the table.
    tables : mapping of str to pyarrow.Table
        The further tables of the result, `contributors` and `hierarchies` of cells among them.
    parameters : mapping
        Of the step, after defaults.
    reads : mapping of str to str
        By argument: the source, the step or `step.table` that it reads.
    why : str
        Why it does not leave; empty where it may.
    foreign : bool
        Whether its measure is not of Industria, so that nobody has read what its columns hold.
    """

    name: str
    kind: Kind
    measure: str
    table: pa.Table
    by: tuple[str, ...]
    facts: Mapping[str, Scalar] = field(default_factory=dict)
    tables: Mapping[str, pa.Table] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    reads: Mapping[str, str] = field(default_factory=dict)
    why: str = ""
    foreign: bool = False


class Stored(Mapping[str, pa.Table]):
    """The further tables of a step of a run, read when they are asked for.

    Those who list units, who may be millions, are read anew each time, so that nobody holds them.
    """

    def __init__(self, run: Run, step: str) -> None:
        self._run, self._step = run, step
        self._read: dict[str, pa.Table] = {}

    def __getitem__(self, name: str) -> pa.Table:
        if name in self._read:
            return self._read[name]
        if name not in self:
            raise KeyError(name)
        rows = plain(self._run.table(self._step, name, support=True))
        if name not in LISTS:
            self._read[name] = rows
        return rows

    def __contains__(self, name: object) -> bool:
        return name in self._run.tables(self._step)

    def __iter__(self) -> Iterator[str]:
        return iter(self._run.tables(self._step))

    def __len__(self) -> int:
        return len(self._run.tables(self._step))

    def column_names(self, name: str) -> list[str]:
        """Name the columns of a table without reading its rows."""
        return list(pq.read_schema(self._run.file(self._step, name)).names)


def columns_of(step: Leaving, table: str) -> list[str]:
    """Name the columns of a further table of a step."""
    found = step.tables
    return found.column_names(table) if isinstance(found, Stored) else list(found[table].column_names)


def leaving(study: Study, run: Run, steps: Sequence[str] | None = None) -> list[Leaving]:
    """List the steps that are asked to leave, in file order.

    Those are the steps that `steps` names, else `[release] steps` of the study, else
    those that its briefs and claims address; and the steps that a derived one among them
    is made of.

    Parameters
    ----------
    study : Study
        Whose brief and claims tell what is asked for.
    run : Run
        Its results, at the site.
    steps : sequence of str, optional
        Those to leave, whatever the study says.

    Raises
    ------
    UnknownStepError
        If `steps`, or `[release] steps`, names a step that the run does not have.
    """
    asked = list(study.file.release.steps if steps is None else steps) or _addressed(study, run)
    for name in asked:
        if name not in run.steps:
            raise UnknownStepError("what is to be released is no step of the run", name, run.steps)
    kinds = _kinds(run, set(study.file.release.public))
    wanted = set(asked)
    for name in reversed(run.steps):
        if name in wanted and kinds[name] == "derived":
            wanted |= {step for step in _read(run, name) if step in kinds}
    found = [_leaving(run, name, kinds) for name in run.steps if name in wanted]
    give_back()
    return found


def keys_of(rows: pa.Table, by: Iterable[str] = ()) -> tuple[str, ...]:
    """Find the columns that tell the rows apart: those of `by`, and the first ones that are needed besides."""
    plain = [name for name in rows.column_names if not name.startswith(SUPPORT)]
    keys = [name for name in by if name in plain]
    for name in plain:
        if keys and rows.select(keys).group_by(keys).aggregate([]).num_rows == rows.num_rows:
            break
        keys += [name] if name not in keys else []
    return tuple(keys)


def unless_it_names_units(step: Leaving) -> Leaving:
    """Keep a step whose codes are names of units: a row that is withheld still tells who is there."""
    if "contributors" not in step.tables:
        units = step.table[UNITS] if UNITS in step.table.column_names else pa.chunked_array([[2]])
        if len(units) > SOME and (pc.max(units).as_py() or 0) <= 1:
            return replace(step, kind="none", why="each of its rows is of one unit, and its codes name them")
        return step
    rows = step.tables["contributors"]
    names = [name for name in ("unit", "holding") if name in rows.column_names]
    different = {name: pc.count_distinct(rows[name]).as_py() for name in names}
    for code in rows.column_names[: rows.column_names.index("unit")]:
        # A code that names some units has as many words as there are of them, and holdings may be none at some.
        few = pc.count_distinct(rows[code]).as_py() < min(different.values())
        for name in () if few else names:
            pairs = rows.select([code, name]).filter(pc.is_valid(rows[name]))
            units, codes = (pc.count_distinct(pairs[one]).as_py() for one in (name, code))
            together = pairs.group_by([code, name]).aggregate([]).num_rows
            if units > SOME and units == codes == together:
                return replace(step, kind="none", why=f"its column {code!r} has one code for each {name}, and names it")
    return step


def _addressed(study: Study, run: Run) -> list[str]:
    """Name the steps that claims and briefs speak of; a brief that never takes a branch speaks of it too."""
    found = {Address.parse(claim.value).step for claim in study.file.claim}
    for path in study.briefs.values():
        text = path.read_text(encoding="utf-8")
        found |= {tag[1] for tag in _TAG.finditer(text)}
        found |= {place[1] for said in _EXPRESSION.finditer(text) for place in _PLACE.finditer(said[0])}
    return [name for name in run.steps if name in found]


def _kinds(run: Run, public: Collection[str]) -> dict[str, Kind]:
    """Tell of each step by what it is judged; records of units are never a result that leaves."""
    kinds: dict[str, Kind] = {}
    for name in run.steps:
        read = _read(run, name)
        told = run.step(name)["support"]
        supported = any(column.startswith(SUPPORT) for column in run.columns(name))
        if read and all(one in public or kinds.get(one, "none") != "none" for one in read):
            kinds[name] = "derived"
        else:
            kinds[name] = told if told in JUDGED and supported else "none"
    return kinds


def _read(run: Run, step: str) -> list[str]:
    """Name the sources and steps that a step reads."""
    return [read["table"].partition(".")[0] for read in run.step(step)["inputs"].values()]


def _leaving(run: Run, name: str, kinds: Mapping[str, Kind]) -> Leaving:
    step = run.step(name)
    rows = plain(run.table(name, support=True))
    by = step["parameters"].get("by") or ()
    made = Leaving(
        name=name,
        kind=kinds[name],
        measure=step["measure"],
        table=rows,
        by=keys_of(rows, [by] if isinstance(by, str) else by),
        facts=run.facts(name),
        tables=Stored(run, name),
        parameters=step["parameters"],
        reads={argument: read["table"] for argument, read in step["inputs"].items()},
        why=_why(run, name, kinds),
        foreign=not is_ours(step["measure"]),
    )
    return unless_it_names_units(made) if made.kind in JUDGED else made


def _why(run: Run, name: str, kinds: Mapping[str, Kind]) -> str:
    """Say why nothing can be told of who stands behind a step."""
    if kinds[name] != "none":
        return ""
    read = [one for one in _read(run, name) if kinds.get(one, "none") == "none"]
    measure = run.step(name)["measure"]
    of = f", and reads {', '.join(repr(one) for one in read)}, which does not leave" if read else ""
    return f"{measure} does not tell who stands behind its rows{of}"
