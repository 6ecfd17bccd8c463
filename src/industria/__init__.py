"""From a question about industry to a defensible two-page brief.

Rooms (`industria.evaluation`, `industria.tables`, ...) hold the measures: plain
functions from tables to results. `load` and `run` walk a study, `figure` draws
a result. Nothing below is imported before it is used.
"""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any

__version__ = "0.1.0"
__all__ = ["figure", "load", "run"]

_PLACES = {"figure": "industria.brief.figure", "load": "industria.study.load", "run": "industria.study.run"}


def __getattr__(name: str) -> Any:
    if name in _PLACES:
        return getattr(importlib.import_module(_PLACES[name]), name)
    # `from industria import sources` asks here first: what lies in the package needs no list of rooms.
    if not name.startswith("_") and importlib.util.find_spec(f"{__name__}.{name}") is not None:
        return importlib.import_module(f"{__name__}.{name}")
    from industria.core.measure import rooms

    try:
        package = rooms()[name]
    except KeyError:
        raise AttributeError(f"module 'industria' has no attribute {name!r}") from None
    return importlib.import_module(package)


def __dir__() -> list[str]:
    from industria.core.measure import rooms

    return sorted({*__all__, *rooms(), "__version__"})
