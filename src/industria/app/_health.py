"""What a machine needs to run studies, looked at piece by piece."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import industria
from industria.app._finding import Finding
from industria.app._official import examine_official

__all__ = ["examine"]

PYTHONS: Final = ((3, 11), (3, 13))
ENOUGH_DISK: Final = 2 * 1024**3  # the spill of a few million rows with a handful of columns
_REQUIREMENT: Final = re.compile(r"([A-Za-z0-9._-]+)(?:.*extra\s*==\s*['\"]([a-z]+)['\"])?")


def examine(folder: Path) -> list[Finding]:
    """Look at everything a study in this folder may need; nothing is changed.

    Parameters
    ----------
    folder : Path
        Where the study lies, or will lie.

    Returns
    -------
    list of Finding
        Those that are not ok are warnings: many studies run without.
    """
    return [_python(), *_packages(), *_engine(), _fonts(), _pdf(), _writable(folder), *_folders(), *examine_official()]


def _python() -> Finding:
    version = f"{'.'.join(map(str, sys.version_info[:3]))} on {sys.platform}"
    ok = PYTHONS[0] <= sys.version_info[:2] <= PYTHONS[1]
    return Finding("python", version, ok, "" if ok else "industria is tested on Python 3.11 to 3.13")


def _packages() -> Iterator[Finding]:
    """Tell the versions of the packages that are needed always, then extra by extra."""
    yield Finding("industria", industria.__version__)
    groups: dict[str, list[str]] = defaultdict(list)
    for line in metadata.requires("industria") or []:
        found = _REQUIREMENT.match(line)
        # `all` names the packages of the other extras again.
        if found and found[1] != "industria" and found[2] != "all":
            groups[found[2] or ""].append(found[1])
    for extra, packages in groups.items():
        versions = {package: _version(package) for package in packages}
        missing = [package for package, version in versions.items() if version is None]
        told = ", ".join(f"{package} {version or 'missing'}" for package, version in versions.items())
        wanted = f"industria[{extra}]" if extra else "industria"
        advice = f"pip install '{wanted}' adds {', '.join(missing)}" if missing else ""
        yield Finding(f"extra {extra}" if extra else "packages", told, not missing, advice)


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _engine() -> Iterator[Finding]:
    from industria.core.engine import connection, major_version

    asked = "SELECT current_setting('memory_limit'), current_setting('threads'), current_setting('temp_directory')"
    ((memory, threads, spill),) = connection().execute(asked).fetchall()
    yield Finding("engine", f"{major_version()}, {threads} threads, memory limit {memory}")
    free = shutil.disk_usage(_there(Path(str(spill)))).free
    advice = "" if free >= ENOUGH_DISK else "set INDUSTRIA_SPILL to a folder on a larger disk"
    yield Finding("spill", f"{spill}, {free / 1024**3:.1f} GB free", not advice, advice)


def _fonts() -> Finding:
    fonts = sorted(path.stem for path in (Path(industria.__file__).parent / "brief" / "fonts").glob("*.ttf"))
    advice = "" if fonts else "install industria again: its fonts are missing"
    return Finding("fonts", ", ".join(fonts) or "none", bool(fonts), advice)


def _pdf() -> Finding:
    if find_spec("typst") is None:
        return Finding("pdf", "typst is missing", False, "pip install 'industria[brief]' adds it")
    import typst

    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "page.typ")
        page.write_text('#set document(title: "Test")\nA page.', encoding="utf-8")
        try:
            made = typst.compile(str(page), pdf_standards=["ua-1"])
        except Exception as error:
            return Finding("pdf", f"typst fails: {error}", False, "pip install --force-reinstall typst")
    return Finding("pdf", f"a tagged page of {len(made)} bytes was set")


def _writable(folder: Path) -> Finding:
    cache = Path(os.environ.get("INDUSTRIA_CACHE") or folder / ".industria")
    ok = os.access(_there(cache), os.W_OK)
    advice = "" if ok else "make the folder writable, or set INDUSTRIA_CACHE to one that is"
    return Finding("cache", f"{cache} {'can' if ok else 'cannot'} be written", ok, advice)


def _folders() -> Iterator[Finding]:
    """Look for the folders that the environment names."""
    for variable in ("INDUSTRIA_DATA", "INDUSTRIA_MIRROR"):
        for folder in filter(None, os.environ.get(variable, "").split(os.pathsep)):
            ok = Path(folder).is_dir()
            advice = "" if ok else f"{variable} names a folder that is not there: {folder}"
            yield Finding(variable, f"{folder} {'is there' if ok else 'is missing'}", ok, advice)


def _there(path: Path) -> Path:
    """Return the path, or the nearest folder around it that exists."""
    return next(folder for folder in (path, *path.resolve().parents) if folder.exists())
