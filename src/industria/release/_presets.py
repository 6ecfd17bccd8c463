"""Policies that offices have published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

__all__ = ["PRESETS", "Preset"]


@dataclass(frozen=True, slots=True)
class Preset:
    """A published policy.

    Attributes
    ----------
    source : str
        Where it stands.
    fields : mapping
        Of the policy.
    needs : tuple of str
        Fields that it names without a value.
    """

    source: str
    fields: Mapping[str, Any]
    needs: tuple[str, ...] = ()


PRESETS: Final[Mapping[str, Preset]] = {
    "acro-1": Preset(
        "ACRO 1.0.1, default.yaml",
        {
            "threshold": 10,
            "degrees_of_freedom": 10,
            "dominance": ((2, 0.90),),
            "p": 0.10,
            "zeros": "withhold",
            "rounding_base": 5,
            # Its checks of quantiles count contributors, and ask for no mean around a rank.
            "percentile_values": "any",
        },
    ),
    "handbook": Preset("Handbook on Statistical Disclosure Control, 2nd ed.", {"threshold": 3}, ("p",)),
    "dual-dominance": Preset("sdcTools/UserSupport 174", {"threshold": 3, "dominance": ((1, 0.80), (2, 0.90))}),
    "qcew-2008": Preset(
        "InContext, Indiana Business Research Center, 2008", {"threshold": 3, "dominance": ((1, 0.80),)}
    ),
    "compnet-obs-5": Preset(
        "mditools 0.1.0",
        {"threshold": 5, "degrees_of_freedom": 5, "percentile_units": 5, "concentration": "none"},
    ),
    "compnet-de": Preset("CompNet, rules of the German site", {"threshold": 5, "threshold_level": "holding"}, ("p",)),
    "datashield": Preset("DataSHIELD, default options", {"threshold": 3, "concentration": "none"}),
    "opensafely": Preset(
        "OpenSAFELY, output checking: counts above 7, rounded to 5",
        {"threshold": 8, "concentration": "none", "method": "round", "rounding_base": 5},
    ),
}
