"""Contracts that are ready: what a source of a site promises, where the study names one instead of writing it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Final

__all__ = ["CONTRACTS", "extended"]

CONTRACTS: Final = ("multiprod",)
"""Names that `extends` may have."""
KEY: Final = "extends"


def extended(said: Mapping[str, Any]) -> dict[str, Any]:
    """Put ready contracts in place; what the study says of a column, or asks besides, holds.

    Parameters
    ----------
    said : mapping
        A study as its file says it.

    Returns
    -------
    dict
        With `sources.NAME.contract` and `contract.NAME` written out wherever `contract.NAME.extends` names one of
        `CONTRACTS`; another name is left for the model to refuse.
    """
    made = dict(said)
    of = said.get("contract")
    for source, site in of.items() if isinstance(of, Mapping) else ():
        if not isinstance(site, Mapping) or site.get(KEY) not in CONTRACTS:
            continue
        ready = tomllib.loads((files("industria.study") / "contracts" / f"{site[KEY]}.toml").read_text("utf-8"))
        made["contract"] = {**made["contract"], source: _over(ready["site"], site)}
        sources = made.get("sources", {})
        if isinstance(sources, Mapping) and isinstance(sources.get(source), Mapping):
            own = {**sources[source], "contract": _over(ready["table"], sources[source].get("contract", {}))}
            made["sources"] = {**sources, source: own}
    return made


def _over(ready: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """Lay words over others: tables of columns and questions are joined, all else is replaced."""
    joined = {
        name: {**ready[name], **said[name]}
        for name in ("columns", "definitions")
        if name in said and name in ready and isinstance(said[name], Mapping)
    }
    return {**ready, **said, **joined}
