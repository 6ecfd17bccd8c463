"""Tables that stand in for those of a site until its data may be seen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from industria.core.result import MARK
from industria.release._mocked import drawn
from industria.release._packed import Pack, open_pack
from industria.release._zip import made_folder, write_whole

__all__ = ["mock"]


def mock(pack: Pack | str | Path, *, out: str | Path, rng: int | np.random.Generator) -> dict[str, Path]:
    """Draw a table for each source that a pack asks of a site, from its contract alone.

    What is made of these tables is marked as synthetic in results, briefs and sealed
    files, and cannot be pooled with releases of real data.

    Parameters
    ----------
    pack : Pack or path
        As `pack` wrote it.
    out : path
        A folder; made where it is not there.
    rng : int or Generator
        The same number gives the same tables.

    Returns
    -------
    dict of str to Path
        By source: `OUT/<source>.parquet`, whose footer bears the mark.

    Raises
    ------
    PackError
        If the contract asks for what is not drawn.
    UnwrittenFileError
        If the folder cannot be written.
    """
    opened = pack if isinstance(pack, Pack) else open_pack(pack)
    generator = np.random.default_rng(rng)
    folder = Path(out)
    written = {}
    for name, one in opened.promised.items():
        table = drawn(name, one, opened.mock["sources"][name], generator)
        held = pa.BufferOutputStream()
        pq.write_table(table.replace_schema_metadata({MARK: "true"}), held)
        write_whole(made_folder(folder) / f"{name}.parquet", iter([held.getvalue()]))
        written[name] = folder / f"{name}.parquet"
    return written
