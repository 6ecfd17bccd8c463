"""The readers that the sources of a study use: which there are, what they take, which columns they will give."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

from industria import sources
from industria.core.parameters import wrong_parameters
from industria.errors import IndustriaError, hint
from industria.sources.reader import parameters_of
from industria.study.model import SourceUse
from industria.study.shapes import Shape

__all__ = ["located", "shape_of_source"]


def located(reader: Callable[..., Any], given: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Resolve the paths among the parameters of a source against the folder of the study.

    Raises
    ------
    PathOutsideError, MissingFileError
        If a path leads out of the folders that a study may read, or to nothing.
    """
    paths = [name for name, parameter in parameters_of(reader).items() if _is_path(parameter.type)]
    return {key: str(sources.locate(value, folder)) if key in paths else value for key, value in given.items()}


def shape_of_source(name: str, source: SourceUse, folder: Path) -> tuple[Shape | None, dict[str, str]]:
    """Learn the columns of a source, and what is wrong with it, by key.

    Returns
    -------
    tuple of (Shape or None, dict of str to str)
        None where a problem stands in the way.
    """
    user = f"source {name!r} ({source.use})"
    try:
        reader = sources.find(source.use)
    except IndustriaError as error:
        return None, {"use": f"source {name!r}: {error}"}
    wrong = wrong_parameters(source.parameters, parameters_of(reader), user)
    if wrong:
        return None, wrong
    try:
        shape = Shape.of(reader(**located(reader, source.parameters, folder)).read())
    except IndustriaError as error:
        return None, {_blamed(source): f"source {name!r}: {error}"}
    return shape, _broken_promises(source, shape, name)


def _broken_promises(source: SourceUse, shape: Shape, name: str) -> dict[str, str]:
    """Tell a column that the contract promises and the header lacks."""
    rules = source.contract.columns if source.contract else {}
    missing = [column for column, rule in rules.items() if rule.required and column not in shape.names]
    told = [f"{column!r}.{hint(column, shape.names)}" for column in missing]
    return (
        {"contract": f"the contract of source {name!r} promises a column that is not there: {told[0]}"} if told else {}
    )


def _blamed(source: SourceUse) -> str:
    return "path" if "path" in source.parameters else "use"


def _is_path(kind: Any) -> bool:
    return get_origin(kind) is Annotated and "path" in get_args(kind)[1:]
