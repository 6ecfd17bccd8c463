"""The digest of a measure's code: what it says, without comments and docstrings."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import inspect
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

__all__ = ["code_digest", "package_digest"]

PACKAGE: Final = "industria"
# A better error message is no reason to run a study again.
ERRORS: Final = f"{PACKAGE}.errors"


def code_digest(function: Callable[..., Any]) -> str:
    """Digest the file of a measure and every module of Industria that it imports, near or far.

    Comments, docstrings, line breaks and the texts of `industria.errors` are not
    in it. The same code has the same digest on every Python that Industria runs on.

    Parameters
    ----------
    function : callable
        A measure: of a room, or of the study's own folder.

    Returns
    -------
    str
        SHA-256 in hexadecimal.
    """
    # What marks a synthetic result stands around the measure, and is no part of it.
    start = Path(inspect.getfile(inspect.unwrap(function)))
    files = {function.__module__ if function.__module__.startswith(f"{PACKAGE}.") else start.name: start}
    waiting = [start]
    while waiting:
        for module in _imported(waiting.pop().read_bytes()):
            path = _file(module)
            if path is not None and module not in files:
                files[module] = path
                waiting.append(path)
    parts = [f"{name} {_digest(path.read_bytes())}" for name, path in sorted(files.items())]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@cache
def package_digest() -> str:
    """Digest every file of Industria as it is installed, words and pictures too: for what all of it makes."""
    root = Path(__file__).parents[1]
    # Python and numba keep there what they have compiled: it comes with use, and says nothing new.
    files = sorted(path for path in root.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    parts = [f"{path.relative_to(root)} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in files]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@cache
def _digest(source: bytes) -> str:
    return hashlib.sha256(_shape(ast.parse(source)).encode()).hexdigest()


@cache
def _imported(source: bytes) -> tuple[str, ...]:
    """List the modules of Industria that a file imports, wherever in it."""
    return tuple(sorted({name for node in ast.walk(ast.parse(source)) for name in _names(node)}))


def _names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        found = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom) and not node.level:
        # `from industria.core import engine` names a module, `from industria.core.table import Table` does not.
        found = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
    else:
        found = []
    yield from (name for name in found if name.startswith(f"{PACKAGE}.") and not f"{name}.".startswith(f"{ERRORS}."))


@cache
def _file(module: str) -> Path | None:
    try:
        spec = importlib.util.find_spec(module)
    except ModuleNotFoundError:
        return None
    return Path(spec.origin) if spec is not None and spec.origin else None


def _shape(node: object) -> str:
    """Write a syntax tree down; `ast.dump` writes empty fields in some Pythons and not in others."""
    if isinstance(node, ast.AST):
        fields = [(name, value) for name, value in ast.iter_fields(node) if value is not None and value != []]
        return f"{type(node).__name__}({','.join(f'{name}={_shape(value)}' for name, value in fields)})"
    if isinstance(node, list):
        return f"[{','.join(_shape(item) for item in node if not _is_text_alone(item))}]"
    return repr(node)


def _is_text_alone(node: object) -> bool:
    """Tell a docstring, or a string that stands alone as one."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
