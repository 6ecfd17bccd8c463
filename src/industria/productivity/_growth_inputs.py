"""What the method of Petrin and Levinsohn reads besides productivity: inputs, and what they bring and cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from industria.errors import ExcludedParameterError, NeededParameterError, ParameterRangeError
from industria.kernels.decompositions import reallocated
from industria.productivity._panel import Array, Panel

__all__ = ["PETRIN_LEVINSOHN", "InputRoles", "input_roles"]

PETRIN_LEVINSOHN: Final = "petrin_levinsohn"
METHOD: Final = f"the method {PETRIN_LEVINSOHN}"


@dataclass(frozen=True, slots=True, kw_only=True)
class InputRoles:
    """Columns of inputs.

    Attributes
    ----------
    shares, elasticities : mapping of str to str or float
        Of each input, by the column of its quantity: a column or a number.
    value_added : str or None
        What Domar weights are over; None for the weight itself.
    """

    shares: Mapping[str, str | float]
    elasticities: Mapping[str, str | float]
    value_added: str | None

    @property
    def costs(self) -> list[str]:
        """Columns that hold shares, which are not negative."""
        return [of for of in self.shares.values() if isinstance(of, str)]

    @property
    def columns(self) -> list[str]:
        """All columns."""
        told = [of for of in self.elasticities.values() if isinstance(of, str)]
        return [*self.shares, *self.costs, *told, *([self.value_added] if self.value_added else [])]

    def moved(self, panel: Panel, spread: Callable[[Array], list[Array]]) -> Array:
        """Tell what moving inputs brought to each unit of two periods, shape (n,); `spread` lines the two up."""
        found: Array | float = 0.0
        for quantity, share in self.shares.items():
            e, s = (_values(panel, of) for of in (self.elasticities[quantity], share))
            found = found + reallocated(*spread(e), *spread(s), *spread(np.log(panel[quantity])))
        return np.asarray(found)


def _values(panel: Panel, of: str | float) -> Array:
    return panel[of] if isinstance(of, str) else np.full(len(panel), float(of))


def input_roles(
    methods: Sequence[str],
    within: Sequence[str],
    inputs: Mapping[str, str | float] | None,
    elasticities: Mapping[str, str | float] | None,
    value_added: str | None,
) -> InputRoles | None:
    """Take the roles of inputs, or none where no method reads them.

    Raises
    ------
    NeededParameterError, ExcludedParameterError, ParameterRangeError
        If what the method needs lacks, what it has no place for is told, or a number is out of its range.
    """
    told = {"inputs": inputs, "elasticities": elasticities, "value_added": value_added}
    if PETRIN_LEVINSOHN not in methods:
        for name, given in told.items():
            if given is not None:
                raise ExcludedParameterError(name, "these methods", f"{PETRIN_LEVINSOHN} alone reads it")
        return None
    if not inputs or not elasticities:
        raise NeededParameterError(METHOD, "inputs, their shares of the weight, and elasticities of the same columns")
    if {*inputs} != {*elasticities}:
        raise ParameterRangeError("elasticities", dict(elasticities), f"one of each input: {', '.join(inputs)}")
    if within:
        raise ExcludedParameterError("within", METHOD, "it adds up units, not groups: say by=, or leave it out")
    for name, of in (("inputs", inputs), ("elasticities", elasticities)):
        for quantity, one in of.items():
            if not isinstance(one, str) and not 0 <= one < np.inf:
                raise ParameterRangeError(f"{name}.{quantity}", one, "a column, or a number of 0 or more")
    return InputRoles(shares=dict(inputs), elasticities=dict(elasticities), value_added=value_added)
