"""A package whose attributes are its measures."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from types import ModuleType
from typing import Any


class Room(ModuleType):
    """A room: `room.measure` is the function in the file `room/measure.py`, imported when first used."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self.__dir__():
            raise AttributeError(f"room {self.__name__!r} has no measure {name!r}")
        return getattr(importlib.import_module(f"{self.__name__}.{name}"), name)

    def __setattr__(self, name: str, value: object) -> None:
        # Importing room/name.py would bind the module over the function of the same name.
        # Nothing is bound instead: __getattr__ finds the function, a reloaded one too.
        if not (isinstance(value, ModuleType) and hasattr(value, name)):
            super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return sorted(module.name for module in pkgutil.iter_modules(self.__path__) if not module.name.startswith("_"))


def open_room(name: str) -> None:
    """Make the package of this name a room: the one line of a room's `__init__`."""
    sys.modules[name].__class__ = Room
