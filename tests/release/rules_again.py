"""The rules on who has how much of a cell, written anew from their definitions for tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

SAME = 1e-12
"""Part of a cell by which what is equal may differ in the last bits."""


class Part(NamedTuple):
    """What a unit brings to a cell, and the holding that it belongs to, or itself."""

    unit: str
    owner: str
    x: float


class Level(NamedTuple):
    """How far above a value and below it an outsider must stay, and how wide the interval is at least."""

    up: float
    down: float
    width: float


def level(parts: Iterable[Part], rules: Mapping[str, Any], *, counts: bool) -> Level | None:
    """Hold a cell to the rules of a policy; None where it breaks none."""
    parts = list(parts)
    owners = added_up(parts, "owner")
    few = 0 < len({part[rules.get("threshold_level") == "holding"] for part in parts}) < rules["threshold"]
    if counts:
        return Level(1.0, 0.0, 2.0) if few else None
    size = sorted((abs(x) for x in owners.values()), reverse=True)
    whole, negative = sum(size), min(owners.values(), default=0.0) < 0
    if whole == 0:
        return Level(0.0, 0.0, 0.0) if parts and rules.get("zeros") == "withhold" else None
    asked = [rules.get("threshold_range", 0.1) * whole] if few else []
    asked += _concentrated(size, rules, rules.get("negative_factor", 2.0) if negative else 1.0)
    asked = [up for up in asked if up > SAME * whole]
    if not asked:
        return None
    up = max(asked)
    if rules.get("protection") == "sliding":
        return Level(0.0, 0.0, 2 * up)
    down = up if negative else min(up, whole)
    return Level(up, 0.0 if rules.get("protection") == "upper" else down, 0.0)


def _concentrated(size: list[float], rules: Mapping[str, Any], factor: float) -> list[float]:
    """Return the levels that (n, k), p and (p, q) ask for; not above 0 where a rule is kept."""
    whole, rest = sum(size), sum(size[rules.get("coalition", 1) + 1 :])
    found = [sum(size[:n]) / (1 - (1 - k) / factor) - whole for n, k in rules.get("dominance", ())]
    found += [rules["p"] / factor * size[0] - rest] if "p" in rules else []
    found += [rules["pq"][0] / rules["pq"][1] / factor * size[0] - rest] if "pq" in rules else []
    return found


def added_up(parts: Iterable[Part], by: str) -> dict[str, float]:
    """Add up what each unit, or each owner, brings."""
    found: dict[str, float] = {}
    for part in parts:
        found[getattr(part, by)] = found.get(getattr(part, by), 0.0) + part.x
    return found
