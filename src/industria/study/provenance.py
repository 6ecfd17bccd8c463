"""What surrounds a run: versions, machine, repository."""

from __future__ import annotations

import hashlib
import platform
import re
import subprocess
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Any, Final

from industria.core import engine
from industria.study.model import Study

__all__ = ["environment", "packages", "peak_memory", "study_record"]

SCHEMA: Final = 1


def study_record(study: Study) -> dict[str, Any]:
    """Tell which study it is: its words, and digests of the files that hold them."""
    briefs = "".join(path.read_text("utf-8") for path in study.briefs.values())
    return {
        "title": study.file.title,
        "question": study.file.question,
        "sha256": hashlib.sha256((study.folder / "study.toml").read_bytes()).hexdigest(),
        "brief_sha256": hashlib.sha256(briefs.encode()).hexdigest() if study.briefs else None,
        "schema": SCHEMA,
    }


def environment(folder: Path) -> dict[str, Any]:
    """Tell Python, platform, versions of packages, threads, and the commit that the study's folder is at."""
    threads = engine.connection().execute("SELECT current_setting('threads')").fetchall()[0][0]
    return {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "packages": packages(),
        "git": _git(folder),
        "threads": int(threads),
    }


def peak_memory() -> int | None:
    """Return the most memory that this process ever held, in bytes; None where the system does not tell."""
    # Linux counts the memory of the process that started this one into ru_maxrss, but not here.
    status = Path("/proc/self/status")
    if status.exists() and (found := re.search(r"VmHWM:\s+(\d+) kB", status.read_text())):
        return int(found[1]) * 1024
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Linux counts in kilobytes, macOS in bytes.
    return peak if sys.platform == "darwin" else peak * 1024


@cache
def packages() -> dict[str, str]:
    """List Industria and what it asks for, as far as it is installed."""
    asked = {re.split(r"[^\w.-]", line, maxsplit=1)[0] for line in requires("industria") or ()}
    found = {}
    for name in sorted({"industria", *asked}):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _git(folder: Path) -> dict[str, Any] | None:
    try:
        commit = _ask_git(folder, "rev-parse", "HEAD")
        changed = _ask_git(folder, "status", "--porcelain", "--", ".")
    except (OSError, subprocess.SubprocessError):
        return None
    return {"commit": commit, "dirty": bool(changed)}


def _ask_git(folder: Path, *words: str) -> str:
    asked = subprocess.run(["git", "-C", str(folder), *words], capture_output=True, text=True, check=True, timeout=10)
    return asked.stdout.strip()
