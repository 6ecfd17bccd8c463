"""Writes a stub for each room when the package is built.

A room hands out a function where Python sees a module of the same name. Type
checkers only see the module, and call it "not callable"; a stub with one line a
measure tells them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Stubs(BuildHookInterface):  # type: ignore[type-arg]
    """The hook that pyproject.toml names."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the stubs and put them into what is built."""
        source = Path(self.root, "src", "industria")
        for room in rooms(source):
            (room / "__init__.pyi").write_text(stub(room), encoding="utf-8")
        build_data["artifacts"].append("src/industria/*/__init__.pyi")


def rooms(source: Path) -> list[Path]:
    """List the packages that open a room."""
    return sorted(init.parent for init in source.glob("*/__init__.py") if "open_room(" in init.read_text("utf-8"))


def stub(room: Path) -> str:
    """Write one line a measure: the files of the room that are not private."""
    names = sorted(file.stem for file in room.glob("*.py") if not file.stem.startswith("_"))
    lines = [f"from industria.{room.name}.{name} import {name} as {name}\n" for name in names]
    return "# Written by hatch_build.py at each build.\n" + "".join(lines)
