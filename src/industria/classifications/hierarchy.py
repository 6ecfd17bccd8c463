"""The levels of a classification."""

from __future__ import annotations

from itertools import pairwise

import narwhals.stable.v2 as nw
import pyarrow as pa

from industria.classifications._rows import table_of
from industria.core.codes import check_form, check_kinds, rows_of
from industria.core.hierarchy import Hierarchy, HierarchyLike
from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import TableLike, as_table, collect
from industria.errors import DuplicateLabelError, MissingValueError, UnknownCodeError

__all__ = ["hierarchy"]


@measure(
    gives={
        "code": "as it came [code]",
        "title": "as it came; null where there is none [name]",
        "level": "1 at the top, and 1 more a step down [count]",
        "parent": "the code that it belongs to; null at the top [code]",
        "leaf": "whether no other code of the table stands below it [1]",
    },
    cites="ILO (2012), International Standard Classification of Occupations: ISCO-08, vol. 1",
    design="descriptive",
)
def hierarchy(codes: TableLike, *, classification: HierarchyLike) -> Result:
    """Tell level and parent of codes.

    Parents are read from the codes by the rule of the classification, irregular groups
    and ranges included: SOC's minor group 15-1200, NAICS 31-33, sections of ISIC.

    Parameters
    ----------
    codes : Table
        `code` as text, each once; `title` where there is one.
    classification : name or table
        "SOC", "O*NET-SOC", "ISCO-08", "ISCO-88", "NAICS", "ISIC", "ISIC 3.1", "NACE",
        "NACE 2.1", "HS", "SITC", "CBO 2002"; a table of `code` and `parent`; or "own",
        for the column `parent` of `codes` itself.

    Returns
    -------
    Result
        One row a code. `parent` is null at the top, whether or not `codes` lists the others.

    Raises
    ------
    MissingColumnError
        If `codes` lacks `code`, or a table lacks `parent`.
    ColumnTypeError
        If a column is of another type.
    CodeError
        If codes are numbers, padded, mangled by a spreadsheet, notes, or in two cases.
    UnknownCodeError
        If a code is not of the form of the classification, or the tree goes in circles.
    MissingValueError
        If a code is missing.
    DuplicateLabelError
        If a code stands twice.
    UnknownClassificationError
        If no classification has the name.
    """
    own = isinstance(classification, str) and classification == "own"
    row_of = rows_of(codes, "code")
    codes = as_table(codes, "codes", "code", *(["parent"] if own else []))
    check_kinds(codes, "codes", ["code", *(["parent"] if own else [])])
    titled = codes.collect_schema().get("title") == nw.String

    rows = collect(codes.select("code", *(["title"] if titled else []), *(["parent"] if own else []))).sort_by("code")
    labels = rows["code"].to_pylist()
    if None in labels:
        raise MissingValueError("codes", "code", labels.count(None), len(labels), "the rows are sorted, last")
    check_form(labels, "codes", "code", row_of)
    for one, other in pairwise(labels):
        if one == other:
            raise DuplicateLabelError("codes", "code", one, labels.count(one))
    tree = Hierarchy.from_table(codes) if own else Hierarchy.of(classification)
    for code in labels:
        if not tree.knows(code):
            raise UnknownCodeError("codes", "code", code, tree.name, tree.form, row_of(code))
    below = tree.descendants(labels)
    return Result(
        table=table_of(
            {
                "code": pa.array(labels, pa.string()),
                "title": rows["title"] if titled else pa.array([None] * len(labels), pa.string()),
                "level": pa.array([tree.level(code) for code in labels], pa.int64()),
                "parent": pa.array([tree.parent(code) for code in labels], pa.string()),
                "leaf": pa.array([below[tree.canonical(code)] == [code] for code in labels], pa.bool_()),
            }
        )
    )
