"""Which models, distributions and columns of a stochastic frontier go together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from industria.errors import ChoiceError, ExcludedParameterError, NeededParameterError, ParameterRangeError
from industria.productivity._frontier_model import Over

__all__ = ["LAWS", "OVER", "Distribution", "Form", "Kind", "Model", "refuse", "refuse_roles"]

Model = Literal[
    "cross_section",
    "pitt_lee",
    "battese_coelli_1992",
    "battese_coelli_1995",
    "true_fixed_effects",
    "true_random_effects",
    "four_component",
]
Distribution = Literal["half_normal", "exponential", "truncated_normal", "gamma"]
Form = Literal["cobb_douglas", "translog"]
Kind = Literal["production", "cost"]

LAWS: Final[dict[str, tuple[Distribution, ...]]] = {
    "cross_section": ("half_normal", "exponential", "truncated_normal", "gamma"),
    "pitt_lee": ("half_normal", "truncated_normal"),
    "battese_coelli_1992": ("half_normal", "truncated_normal"),
    "battese_coelli_1995": ("truncated_normal",),
    "true_fixed_effects": ("half_normal",),
    "true_random_effects": ("half_normal",),
    "four_component": ("half_normal",),
}
OVER: Final[dict[str, Over]] = {
    "pitt_lee": "lasting",
    "battese_coelli_1992": "decaying",
    "true_fixed_effects": "intercepts",
    "true_random_effects": "effect",
    "four_component": "persistent",
}
"""Models in which units have something of their own, and what."""


def refuse(model: str, distribution: str | None, form: str, frontier: str) -> None:
    """Refuse words that are not known, and a distribution that the model is not fitted with."""
    choices = (
        ("model", model, tuple(LAWS)),
        ("distribution", distribution, (None, *LAWS.get(model, ()))),
        ("form", form, ("cobb_douglas", "translog")),
        ("frontier", frontier, ("production", "cost")),
    )
    for parameter, value, allowed in choices:
        if value not in allowed:
            raise ChoiceError(parameter, value, [word for word in allowed if word is not None])


def refuse_roles(
    model: str,
    inputs: Sequence[str],
    unit: str | None,
    time: str | None,
    drivers: Sequence[str],
    variances: Sequence[str],
) -> None:
    """Refuse a model without the columns that it needs, and columns for which it has no place."""
    if not inputs:
        raise ParameterRangeError("inputs", inputs, "at least one column")
    if model in OVER and unit is None:
        raise NeededParameterError(f'model="{model}"', "unit, the column of those who are seen several times")
    if model == "battese_coelli_1992" and time is None:
        raise NeededParameterError(f'model="{model}"', "time, along which inefficiency changes")
    if model == "battese_coelli_1995" and not drivers:
        raise NeededParameterError(f'model="{model}"', "drivers, on which the mean of inefficiency hangs")
    if drivers and model != "battese_coelli_1995":
        raise ExcludedParameterError("drivers", f'model="{model}"', 'say model="battese_coelli_1995"')
    if variances and model in OVER:
        part = "inefficiency_variance and noise_variance"
        raise ExcludedParameterError(part, f'model="{model}"', 'they hang on rows: say model="cross_section"')
