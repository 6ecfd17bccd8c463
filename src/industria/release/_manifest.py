"""What the manifest of a release says, no more and no less."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

__all__ = ["SAID", "beyond", "is_site", "lacking"]

SAID: Final = ("study", "pack", "site", "synthetic", "created", "steps", "software")
"""What a manifest says besides its format, the key and the files."""
MAY_SAY: Final = ("coverage", "definitions", "needs_approval")
"""What a site may tell beside: shares of official totals by source and column, answers by question, and whether
a second person must approve what leaves."""
OF_A_STEP: Final = ("name", "measure", "code", "parameters", "pools", "rows", "population_period", "by", "additive")
"""What it says of each step: `by` are the columns that make a row, `additive` those that add up over sites."""
SITE: Final = re.compile(r"[\w.()&'/-]+(?: [\w.()&'/-]+)*")
"""Names of sites are listed one after the other, so that they hold no comma."""
LETTERS: Final = 80


def lacking(manifest: Mapping[str, Any]) -> list[str]:
    """List the words that a manifest lacks."""
    steps = manifest.get("steps")
    if not isinstance(steps, list) or not all(isinstance(step, Mapping) for step in steps):
        return ["steps"]
    of_steps = [f"{word} of step {step.get('name')}" for step in steps for word in OF_A_STEP if word not in step]
    return [word for word in SAID if word not in manifest] + of_steps


def beyond(manifest: Mapping[str, Any]) -> list[str]:
    """List the words of a manifest, and of its steps, that have no place there."""
    strange = [word for word in manifest if word not in SAID + MAY_SAY]
    return strange + [word for step in manifest["steps"] for word in step if word not in OF_A_STEP]


def is_site(name: object) -> bool:
    """Tell whether a site can be called so."""
    return isinstance(name, str) and len(name) <= LETTERS and SITE.fullmatch(name) is not None
