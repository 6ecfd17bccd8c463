"""What the store holds, as a folder that a machine without a network can read from."""

from __future__ import annotations

import os
import shutil
from datetime import datetime
from pathlib import Path, PurePosixPath

from industria.errors import UnwritableStoreError
from industria.sources.store import Store

__all__ = ["export"]


def export(folder: Path) -> list[str]:
    """Write a mirror and a store for a machine without a network.

    `folder/mirror` has the newest of each file under its publisher's own name, for
    INDUSTRIA_MIRROR; `folder/store` has all answers, for INDUSTRIA_STORE, which may
    be read-only there. Keys are in neither.

    Parameters
    ----------
    folder : Path
        Made where it is not there; what is in it stays, or is written anew.

    Returns
    -------
    list of str
        The files and the interfaces that are in it now.

    Raises
    ------
    UnwritableStoreError
        If the folder cannot be written.
    BrokenFileError
        If bytes in the store are no longer those that were kept.
    """
    store = Store.here()
    told = []
    try:
        for part in ("objects", "answers"):
            if (store.root / part).is_dir():
                shutil.copytree(store.root / part, folder / "store" / part, dirs_exist_ok=True)
        for question, snapshot in store.questions():
            told.append(str(question.get("file") or question.get("use")))
            if "file" not in question:
                continue
            path = folder / "mirror" / str(question["publisher"]) / PurePosixPath(question["file"])
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(store.contents(snapshot)[0])
            # The mirror's date of a file is the day on which it was had.
            retrieved = datetime.fromisoformat(snapshot.retrieved).timestamp()
            os.utime(path, (retrieved, retrieved))
    except (OSError, shutil.Error) as error:
        raise UnwritableStoreError(str(folder), str(error)) from None
    return sorted(set(told))
