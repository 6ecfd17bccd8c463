"""Which measure a step uses, of a room or of the study's own files, and which of its keys are tables."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import inspect
import re
import sys
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import cloudpickle

from industria.core.measure import Measure, find, record
from industria.errors import LocalCodeError, UnknownMeasureError, hint
from industria.study.model import StepUse, Study

__all__ = ["LOCAL", "Split", "files_of_measures", "head_of", "local_file", "measure_of", "split", "table_arguments"]

LOCAL: Final = re.compile(r"(\./[^:]+\.py):([A-Za-z_]\w*)")


@dataclass(frozen=True, slots=True)
class Split:
    """The keys of a step, told apart.

    Attributes
    ----------
    tables : dict of str to Any
        Table arguments and what they refer to: a source, a step, `step.table`.
    parameters : dict of str to Any
        The other keys.
    """

    tables: dict[str, Any]
    parameters: dict[str, Any]


def measure_of(step: StepUse, study: Study, *, local_code: bool = True) -> Measure:
    """Find the measure that a step uses.

    Parameters
    ----------
    step : StepUse
        One of the study, or of its scenarios.
    study : Study
        Whose folder holds `./measures.py`.
    local_code : bool
        Whether code from that folder may run; `[site] local_code = false` forbids it too.

    Returns
    -------
    Measure
        Its `name` is the step's `use`.

    Raises
    ------
    UnknownMeasureError
        If there is none of this name; the message has the nearest.
    LocalCodeError
        If code of the folder is needed and not allowed, lies elsewhere, or cannot be imported.
    """
    if "/" not in step.use and ":" not in step.use:
        return find(step.use)
    path, name = local_file(step.use, study.folder)
    if not local_code:
        raise LocalCodeError(step.use, "code from the study's folder is refused here (--no-local-code)")
    if not study.file.site.local_code:
        raise LocalCodeError(step.use, "code from the study's folder is refused by [site] local_code = false")
    module = _module(path, step.use)
    return replace(_recorded(module, name, step.use), name=step.use)


def split(step: StepUse, measure: Measure, names: Collection[str]) -> Split:
    """Tell the tables of a step from its parameters.

    A measure that takes tables under any name (`tables.query`) gets every key
    that is none of its parameters as a table. Where it takes a word or a table,
    what is among the `names` of sources and steps is one.
    """
    named = [word for word in measure.tables_or_words if head_of(step.parameters.get(word)) in names]
    return _split(step, [*measure.tables, *named], measure.any_tables, list(measure.parameters))


def files_of_measures(study: Study) -> set[Path]:
    """List the files that hold the measures of a study which has run."""
    functions = (inspect.unwrap(measure_of(step, study).function) for step in study.steps.values())
    return {Path(inspect.getfile(function)).resolve() for function in functions}


def head_of(reference: object) -> str | None:
    """Return the source or step that a reference such as `step.table` begins with; None where it is no text."""
    return reference.partition(".")[0] if isinstance(reference, str) else None


def table_arguments(step: StepUse, folder: Path, names: Collection[str]) -> dict[str, Any]:
    """List the keys of a step that are tables, without running any code of the study's folder.

    Returns
    -------
    dict of str to Any
        Empty where the measure is not to be found: `check` tells why.
    """
    if "/" in step.use or ":" in step.use:
        try:
            path, name = local_file(step.use, folder)
            tables, others = _signature(path, name)
        except (LocalCodeError, OSError, SyntaxError, ValueError):
            return {}
        return _split(step, tables, False, others).tables
    try:
        return split(step, find(step.use), names).tables
    except UnknownMeasureError:
        return {}


def local_file(use: str, folder: Path) -> tuple[Path, str]:
    """Split `./measures.py:name` into the file, which must lie in the study's folder, and the name.

    Raises
    ------
    LocalCodeError
        If it is of another form, leads out of the folder, or the file is not there.
    """
    form = LOCAL.fullmatch(use)
    if not form:
        raise LocalCodeError(use, "write ./measures.py:name, a file of the study's folder and a function in it")
    path = (folder / form[1]).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise LocalCodeError(use, "the file lies outside the study's folder")
    if not path.is_file():
        there = [f"./{p.name}" for p in sorted(folder.glob("*.py"))]
        raise LocalCodeError(use, f"there is no file {form[1]}.{hint(form[1], there)}")
    return path, form[2]


def _split(step: StepUse, tables: Sequence[str], any_tables: bool, parameters: Sequence[str]) -> Split:
    def is_table(key: str) -> bool:
        return key in tables or (any_tables and key not in parameters)

    keys = step.parameters
    return Split(
        {key: value for key, value in keys.items() if is_table(key)},
        {key: value for key, value in keys.items() if not is_table(key)},
    )


def _signature(path: Path, name: str) -> tuple[list[str], list[str]]:
    """Read from the text of a file which arguments of a function are tables."""
    tree = ast.parse(path.read_bytes())
    function = next((n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == name), None)
    if function is None:
        return [], []
    arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    told = {a.arg: ast.unparse(a.annotation) if a.annotation else "" for a in arguments}
    tables = [name for name, kind in told.items() if re.search(r"\bTable(Like)?\b", kind)]
    return tables, [name for name in told if name not in tables]


def _module(path: Path, use: str) -> ModuleType:
    """Import a file of the study's folder under a name of its contents, so that an edited file is a new module."""
    code = path.read_bytes()
    name = f"study_code_{hashlib.sha256(str(path).encode() + code).hexdigest()[:16]}"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    # Worker processes cannot import a name that only this one knows.
    cloudpickle.register_pickle_by_value(module)
    try:
        spec.loader.exec_module(module)
    except SyntaxError as error:
        del sys.modules[name]
        raise LocalCodeError(use, f"line {error.lineno} of {path.name} is no Python: {error.msg}") from error
    except Exception as error:
        del sys.modules[name]
        raise LocalCodeError(use, f"{path.name} cannot be imported: {type(error).__name__}: {error}") from error
    return module


def _recorded(module: ModuleType, name: str, use: str) -> Measure:
    measures = {word: value for word, value in vars(module).items() if _is_measure(value)}
    if name in measures:
        return record(measures[name])
    if callable(getattr(module, name, None)):
        raise LocalCodeError(use, f"{name} is not decorated with @measure")
    raise LocalCodeError(use, f"the file has no measure {name!r}.{hint(name, list(measures))}")


def _is_measure(value: object) -> bool:
    try:
        record(value)  # type: ignore[arg-type]
    except UnknownMeasureError:
        return False
    return True
