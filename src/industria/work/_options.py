"""Options that all decompositions share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

from industria.errors import ChoiceError, ParameterRangeError
from industria.kernels.group_covariance import Errors

__all__ = ["Weighting", "errors_called", "levels_of", "refuse_options", "refuse_weighting"]

Weighting = Literal["reference", "other", "half", "share", "neumark", "pooled", "threefold", "all"]


def refuse_options(*, vcov: str = "HC1", confidence: float, replications: int) -> None:
    """Refuse what no decomposition takes.

    Raises
    ------
    ChoiceError, ParameterRangeError
        If an option is not among its choices or outside its range.
    """
    if vcov not in get_args(Errors):
        raise ChoiceError("vcov", vcov, get_args(Errors))
    if not 0 < confidence < 1:
        raise ParameterRangeError("confidence", confidence, "a number between 0 and 1")
    if replications < 0 or replications == 1:
        raise ParameterRangeError("replications", replications, "0, or a whole number of 2 or more")


def refuse_weighting(weighting: str | float, reweighting: str | None) -> None:
    """Refuse a weighting that there is none of, or that does not go with reweighting.

    Raises
    ------
    ChoiceError, ParameterRangeError
        If the weighting is not known, or reweighting leaves no choice of it.
    """
    number = isinstance(weighting, float | int) and not isinstance(weighting, bool)
    if not number and weighting not in get_args(Weighting):
        raise ChoiceError("weighting", weighting, get_args(Weighting))
    if number and not 0 <= float(weighting) <= 1:
        raise ParameterRangeError("weighting", weighting, "a number from 0 to 1")
    if reweighting is not None and weighting != "reference":
        raise ParameterRangeError("weighting", weighting, "'reference' with reweighting, which reweights the reference")


def levels_of(parameter: str, given: float | Sequence[float] | None) -> tuple[float, ...]:
    """Take one level, or several, each once.

    Raises
    ------
    ParameterRangeError
        If one is not between 0 and 1.
    """
    found = () if given is None else (given,) if isinstance(given, float | int | str) else tuple(given)
    for level in found:
        if not isinstance(level, float | int) or not 0 < level < 1:
            raise ParameterRangeError(parameter, given, "numbers between 0 and 1")
    return tuple(dict.fromkeys(float(level) for level in found))


def errors_called(vcov: str, cluster: str | None, replications: int, reweighting: str | None) -> str:
    """Name the errors that an estimate has.

    Returns
    -------
    str
        iid, HC1, clustered, bootstrap or none.
    """
    if replications:
        return "clustered bootstrap" if cluster else "bootstrap"
    if reweighting is not None:
        return "none"
    return "clustered" if cluster else vcov
