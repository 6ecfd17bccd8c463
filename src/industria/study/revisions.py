"""How a source differs from what it was: revised data, another file, or the same bytes read otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

from industria.study.digest import canonical

__all__ = ["REVISED", "Cause", "causes", "revision", "revisions"]

REVISED: Final = "data revision"
"""What is said first where the same question has another answer than before."""

ASKED: Final = "asked otherwise, and other bytes came"
READ: Final = "read otherwise"

Cause = Literal["data", "parameter"]


def revision(before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """Say how a source differs.

    Parameters
    ----------
    before, now : mapping
        As `run.json` tells the source: its name, request, vintage and sha256.

    Returns
    -------
    str
        "data revision" where its file has other bytes; with the vintages where they
        are known, so that a file published again under the name of an old vintage is
        seen. "another file", "asked otherwise" where the study asks another question,
        or "read otherwise" where the bytes are the same.
    """
    if before["sha256"] == now["sha256"]:
        return READ
    if before["name"] != now["name"]:
        return f"another file, {before['name']} -> {now['name']}"
    if canonical(before["request"]) != canonical(now["request"]):
        return ASKED
    was, vintage = before.get("vintage"), now.get("vintage")
    if not was or not vintage:
        return REVISED
    if was == vintage:
        return f"{REVISED}, published again under the same vintage {vintage}"
    return f"{REVISED}, vintage {was} -> {vintage}"


def revisions(before: Mapping[str, Mapping[str, Any]], now: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Say by name how those sources differ that both have."""
    return {name: revision(before[name], now[name]) for name in now if name in before}


def causes(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[Cause]:
    """Tell whether the data moved a source, or the study that asks for it; to another question both may have."""
    how = revision(before, now)
    if how == ASKED:
        return ["parameter", "data"]
    return ["data" if how.startswith(REVISED) else "parameter"]
