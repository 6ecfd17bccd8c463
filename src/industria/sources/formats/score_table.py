"""How tables of scores are laid out, as their authors publish them; nothing here opens one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

__all__ = ["Cells", "Kind", "ScoreTable", "Stack"]

Kind = Literal["text", "number", "whole", "mark"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """What the cells of a column are.

    Attributes
    ----------
    name : str
        What the column is called here.
    kind : {"text", "number", "whole", "mark"}
        A text, a number, a whole number, or a mark that is set or not.
    form : str
        Pattern of every text: that of a code.
    shape : str
        A code of that pattern, for people.
    among : tuple of str
        Every text there may be.
    lacking : bool
        Whether a cell may be empty.
    identifier : bool
        Whether a text is a whole number that is written as 8823.0: it becomes 8823.
    digits : int
        Of a code of digits: zeros that were lost are put back before it.
    missing : tuple of str
        Words for what is not there, besides nothing at all.
    per : float
        What a number is divided by: 100 makes a fraction of a percent.
    least, most : float
        Bounds of a number, as it is published.
    """

    name: str
    kind: Kind = "text"
    form: str = ""
    shape: str = ""
    among: tuple[str, ...] = ()
    lacking: bool = False
    identifier: bool = False
    digits: int = 0
    missing: tuple[str, ...] = ()
    per: float = 1.0
    least: float = -math.inf
    most: float = math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """How columns that stand side by side become rows.

    Attributes
    ----------
    key : Cells
        What tells the rows apart; its name is that of the new column.
    labels : tuple of str
        What stands in it, in order; without them, the names of all columns that
        the table does not have in `columns`.
    values : mapping of str to Cells
        From the names of the columns, where {} stands for a label, to what their
        cells are.
    """

    key: Cells
    values: Mapping[str, Cells]
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreTable:
    """A published table, and where it has what.

    Attributes
    ----------
    columns : mapping of str to Cells
        From the names in its header, in the order they are given in; columns that are
        not named here are left out.
    edition : str
        Which one `counts` are of.
    counts : mapping of str to int
        Of that edition: `rows`, and how many different texts there are in a column.
    delimiter : str
        Between the cells of a file of text.
    stack : Stack, optional
        Of the columns that become rows.
    ends : bool
        Whether the last line of a file of text has an end: where it lacks one, the
        file is cut off.
    """

    columns: Mapping[str, Cells]
    edition: str
    counts: Mapping[str, int] = field(default_factory=dict)
    delimiter: str = ","
    stack: Stack | None = None
    ends: bool = True
