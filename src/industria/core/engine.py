"""DuckDB, embedded: the default engine, with a memory limit and a spill folder.

What comes in from frames goes to one connection of the process, so that all
tables of a run meet: DuckDB does not join relations of different connections.
"""

from __future__ import annotations

import atexit
import os
import re
import shutil
import tempfile
import threading
from pathlib import Path

import duckdb

from industria.errors import UsageError

__all__ = ["configure", "connection", "major_version"]

_lock = threading.RLock()
_connection: duckdb.DuckDBPyConnection | None = None

MEMORY = re.compile(r"\d+(\.\d+)?\s*([KMGT]i?B|%)", re.I)


def connection() -> duckdb.DuckDBPyConnection:
    """Return the connection that tables without an engine of their own go to.

    Its memory limit is `INDUSTRIA_MEMORY` ("800MB", "60%") or 70 % of the
    machine's; what does not fit spills to `INDUSTRIA_SPILL` or a folder that is
    removed at the end.
    """
    global _connection
    with _lock:
        if _connection is None:
            spill = os.environ.get("INDUSTRIA_SPILL") or _temporary()
            _connection = duckdb.connect(config={"temp_directory": spill, "preserve_insertion_order": "false"})
            # Nothing that a study says may reach for the network.
            _connection.execute("SET autoinstall_known_extensions = false; SET autoload_known_extensions = false")
            # Standard output belongs to the commands: a progress bar would break their JSON.
            _connection.execute("SET enable_progress_bar = false")
            configure(memory=os.environ.get("INDUSTRIA_MEMORY", "70%"))
        return _connection


def configure(*, memory: str | None = None, threads: int | None = None, spill: Path | None = None) -> None:
    """Set the limits of the default connection.

    Parameters
    ----------
    memory : str, optional
        How much DuckDB may hold before it spills: "800MB", "4GB", "60%".
    threads : int, optional
        Worker threads; 1 makes floating sums equal bit for bit from run to run.
    spill : path, optional
        The folder that takes what does not fit.

    Raises
    ------
    UsageError
        If a limit is not of the form above.
    """
    if memory is not None and not MEMORY.fullmatch(memory):
        raise UsageError(f"memory limit {memory!r} is no size; write 800MB, 4GB or 60%.")
    if threads is not None and threads < 1:
        raise UsageError(f"threads is {threads}; at least 1 is needed.")
    here = connection()
    if memory is not None:
        here.execute("SET memory_limit = ?", [memory])
    if threads is not None:
        here.execute("SET threads = ?", [threads])
    if spill is not None:
        here.execute("SET temp_directory = ?", [str(spill)])


def major_version() -> str:
    """Name the engine and its major version, as cache keys carry it."""
    return f"duckdb {duckdb.__version__.split('.')[0]}"


def _temporary() -> str:
    folder = tempfile.mkdtemp(prefix="industria-spill-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
