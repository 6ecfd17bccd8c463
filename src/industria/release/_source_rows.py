"""The rows of a source as a study reads them: of what somebody set, else of what it names itself."""

from __future__ import annotations

import pyarrow as pa

from industria.core.table import collect
from industria.sources import opened
from industria.study.model import Study

__all__ = ["source_rows"]


def source_rows(name: str, study: Study) -> pa.Table:
    """Read a source of a study.

    Parameters
    ----------
    name : str
        One of its sources.
    study : Study
        With the sources that were set.
    """
    use = study.file.sources[name]
    source = study.given.get(name) or opened(use.use, use.parameters, study.folder)
    return collect(source.read())
