"""What every floor above stands on: tables, measures, results, engines.

`core.Bridge`, `core.Contract`, `core.Hierarchy`, `core.Result` and `core.as_table` are
what a script needs of it; each is imported when it is asked for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from industria.core.bridge import Bridge
    from industria.core.contract import Contract
    from industria.core.hierarchy import Hierarchy
    from industria.core.result import Result
    from industria.core.table import as_table

__all__ = ["Bridge", "Contract", "Hierarchy", "Result", "as_table"]

_PLACES = {
    "Bridge": "bridge",
    "Contract": "contract",
    "Hierarchy": "hierarchy",
    "Result": "result",
    "as_table": "table",
}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_PLACES[name]}"), name)
