"""What is asked of each unit by data envelopment analysis, and which words go together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from industria.errors import ChoiceError, ExcludedParameterError, ParameterRangeError
from industria.productivity._directions import DIRECTIONS, SIDES, Direction, Side
from industria.productivity._technology import (
    BAD_DISPOSALS,
    RETURNS,
    BadDisposal,
    Returns,
    choose,
    refuse_idle_disposal,
)

__all__ = ["MODELS", "Model", "Program", "SlackWeights", "asked_for"]

Model = Literal["radial", "directional", "additive", "slacks_based", "russell"]
SlackWeights = Literal["none", "ram", "bam", "mip"]
MODELS: Final = ("radial", "directional", "additive", "slacks_based", "russell")
SLACK_WEIGHTS: Final = ("none", "ram", "bam", "mip")


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What is asked of each unit.

    Attributes
    ----------
    model, returns, side, direction, weights, bad_disposal
        As in `dea`; `side` is its orientation, filled in.
    slacks : bool
        Whether the slacks beyond a step are made as large as they can be.
    without_itself : bool
        Whether a unit is left out of the frontier that it is measured by.
    """

    model: Model
    returns: Returns
    side: Side
    direction: Direction | Mapping[str, float]
    weights: SlackWeights
    bad_disposal: BadDisposal
    slacks: bool
    without_itself: bool

    def __post_init__(self) -> None:
        choose(
            model=(self.model, MODELS),
            returns=(self.returns, RETURNS),
            orientation=(self.side, SIDES),
            weights_of_slacks=(self.weights, SLACK_WEIGHTS),
            bad_disposal=(self.bad_disposal, BAD_DISPOSALS),
        )
        if not isinstance(self.direction, Mapping):
            choose(direction=(self.direction, DIRECTIONS))
        steps = self.model in ("radial", "directional")
        if self.model == "radial" and self.side == "both":
            raise ChoiceError("orientation", self.side, ("input", "output"))
        if self.direction == "range" and self.returns != "variable":
            raise ParameterRangeError("returns", self.returns, "'variable' with direction='range'")
        self._refuse_idle()
        if not steps and self.returns == "free_disposal":
            raise ParameterRangeError("model", self.model, "'radial' or 'directional' with returns='free_disposal'")
        if not steps and self.without_itself:
            raise ParameterRangeError("model", self.model, "'radial' or 'directional' with super_efficiency=True")

    def _refuse_idle(self) -> None:
        """Refuse words that the model would take no notice of."""
        if self.model != "directional" and self.direction != "observed":
            raise ExcludedParameterError("direction", f"model={self.model!r}", "say model='directional'")
        if self.weights == "none" or self.model == "additive":
            return
        advice = "leave it out, or say model='additive'"
        if self.model in ("slacks_based", "russell"):
            raise ExcludedParameterError("weights_of_slacks", f"model={self.model!r}", advice)
        if self.returns == "free_disposal":
            raise ExcludedParameterError("weights_of_slacks", "returns='free_disposal'", advice)
        if not self.slacks:
            advice = "say slacks=True or model='additive'"
            raise ExcludedParameterError("weights_of_slacks", f"model={self.model!r} without slacks", advice)

    @property
    def signed(self) -> bool:
        """Whether numbers below zero can be measured: where only differences count."""
        ranged = self.model == "directional" and self.direction == "range"
        differences = self.model == "additive" and self.returns == "variable" and self.weights in ("none", "ram")
        return ranged or differences


def asked_for(
    *,
    model: Model,
    returns: Returns,
    orientation: Side | None,
    direction: Direction | Mapping[str, float],
    bad_outputs: Sequence[str],
    bad_disposal: BadDisposal,
    weights: SlackWeights = "none",
    slacks: bool = False,
    super_efficiency: bool = False,
) -> Program:
    """Fill in the orientation that the model has where none is told, and refuse words that do not go together.

    Raises
    ------
    ChoiceError, ParameterRangeError, ExcludedParameterError
        With what may be said.
    """
    program = Program(
        model=model,
        returns=returns,
        side=orientation or ("input" if model == "radial" else "both"),
        direction=direction,
        weights=weights,
        bad_disposal=bad_disposal,
        slacks=slacks,
        without_itself=super_efficiency,
    )
    if isinstance(direction, Mapping) and orientation:
        raise ExcludedParameterError("orientation", "a direction given by good", "its numbers tell which goods move")
    for bad in bad_outputs:
        if model not in ("radial", "directional") or returns == "free_disposal":
            raise ParameterRangeError("bad_outputs", bad, "none but in radial and directional models of combinations")
    refuse_idle_disposal(bad_disposal, bad_outputs)
    return program
