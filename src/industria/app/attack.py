"""`industria attack`: what whoever has a release, or a published table, can reckon of what it withholds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from industria.app._options import Json

__all__ = ["attack"]

FALLS: Final = 7
BY_CERTIFICATE: Final = "what is under-protected is by the certificate; --site-folder checks it"
SLACK: Final = 1e-6


File = Annotated[Path, typer.Argument(metavar="FILE", help="A sealed release, or a table: CSV, Parquet, Excel.")]
By = Annotated[
    str | None, typer.Option("--by", metavar="NAMES", help="Of a table: the columns that make a cell, as size,region.")
]
ValueColumn = Annotated[
    str | None, typer.Option("--value", metavar="NAME", help="Of a table: the column of numbers, else value.")
]
Hierarchies = Annotated[
    Path | None,
    typer.Option("--hierarchies", metavar="FILE", help="Of a table: dimension, code, parent [, hierarchy]."),
]
Total = Annotated[
    str | None, typer.Option("--total", metavar="CODE", help="Of a table: the code of totals, else Total.")
]
Lower = Annotated[
    float | None, typer.Option("--lower", help="Of a table: no cell is less, else 0; 1 for counts, or -inf.")
]
Upper = Annotated[float | None, typer.Option("--upper", help="Of a table: no cell is more.")]
Digits = Annotated[int | None, typer.Option("--digits", help="Of a table: decimals it was rounded to.")]
Counts = Annotated[bool, typer.Option("--counts", help="Of a table: all values are whole numbers.")]
Mark = Annotated[
    list[str] | None,
    typer.Option("--mark", metavar="TEXT", help="Of a table: stands for what is withheld; nothing does anyway."),
]
Decimal = Annotated[
    str | None, typer.Option("--decimal", metavar="MARK", help="Of a table: before decimals, else a point.")
]
Encoding = Annotated[
    str | None, typer.Option("--encoding", metavar="NAME", help="Of a CSV file that is not UTF-8: latin-1.")
]
Earlier = Annotated[
    list[Path] | None,
    typer.Option("--earlier", metavar="FILE", help="Another of the kind that its reader has; once for each."),
]
SiteFolder = Annotated[
    Path | None,
    typer.Option("--site-folder", metavar="FOLDER", help="Of a release, at the site: values, required intervals."),
]
Suppose = Annotated[
    list[str] | None,
    typer.Option(
        "--suppose",
        metavar="CELL=VALUE",
        help="What falls if this were published: 'step[code,code]=12'; '[code,code]=12' of a table.",
    ),
]


def attack(
    file: File,
    by: By = None,
    value: ValueColumn = None,
    hierarchies: Hierarchies = None,
    total: Total = None,
    lower: Lower = None,
    upper: Upper = None,
    digits: Digits = None,
    counts: Counts = False,
    mark: Mark = None,
    decimal: Decimal = None,
    encoding: Encoding = None,
    earlier: Earlier = None,
    site_folder: SiteFolder = None,
    suppose: Suppose = None,
    json: Json = False,
) -> None:
    """Solve all that was published for what was withheld, as any reader can; ends with 7 where a cell falls.

    Of a table, nothing and the word withheld stand for what is withheld.
    """
    from industria.app._published_table import is_table
    from industria.errors import UsageError

    if by is None and not is_table(file):
        of_tables = (value, hierarchies, total, lower, upper, digits, counts or None, mark, decimal, encoding)
        _refuse_options("a table, and this is a release", *of_tables)
        _attack_release(file, earlier or [], site_folder, suppose or [], json=json)
        return
    if by is None:
        raise UsageError(f"which columns of {file.name} make a cell? Say --by, as in --by size,region.")
    _refuse_options("a release, and this is a table", site_folder)
    names = [name.strip() for name in by.split(",") if name.strip()]
    reading = {"decimal": decimal or ".", "encoding": encoding, "marks": mark or []}
    bounds = {"lower": 0.0 if lower is None else lower, "upper": upper}
    asked = {"total": total or "Total", **bounds, "digits": digits, "counts": counts}
    _attack_table(file, names, value or "value", hierarchies, earlier or [], suppose or [], reading, asked, json=json)


def _refuse_options(whose: str, *given: object) -> None:
    from industria.errors import UsageError

    if any(one is not None for one in given):
        raise UsageError(f"there is an option that belongs to {whose}; see industria attack --help.")


def _attack_release(file: Path, earlier: list[Path], site: Path | None, suppose: list[str], *, json: bool) -> None:
    from industria.core.table import collect
    from industria.release._attack_sealed import attack_release
    from industria.release.sealed import open_unapproved

    # Whoever is to approve it attacks it before.
    sealed = open_unapproved(file)
    found = attack_release(sealed, earlier=earlier, site=site, suppose=dict.fromkeys(suppose))
    rows = collect(found.table).to_pylist()
    under = found.n_under_protected
    told = {"cells": rows, "attacked": found.n_attacked, "not_attacked": found.n_not_attacked, "exact": found.n_exact}
    # Without the folder of the site nobody knows how wide an interval must be; the site has said what it reached.
    said = sealed.certificate["attack"]["under_protected"] if under is None and not suppose else under
    where = "; --site-folder tells" if said is None else ""
    notes = [f"not attacked: {found.n_not_attacked}"] if found.n_not_attacked else []
    notes += [BY_CERTIFICATE] if under is None and said is not None else []
    lines = [(f"{row['step']}{row['cell']}", *_verdict(row)) for row in rows]
    _tell(lines, notes, found.n_exact, said, where, suppose, told, json=json)


def _attack_table(
    file: Path,
    by: Sequence[str],
    value: str,
    hierarchies: Path | None,
    earlier: list[Path],
    suppose: list[str],
    reading: Mapping[str, Any],
    asked: Mapping[str, Any],
    *,
    json: bool,
) -> None:
    from industria.app._published_table import read_published, read_trees
    from industria.core.table import collect
    from industria.release._attack_table import attack_table
    from industria.release._published import dimensions_of

    names = dimensions_of(by, value, file.name)
    published = read_published(file, names, value, **reading)
    others = [read_published(one, names, value, **reading, all_dimensions=False).rows for one in earlier]
    found = attack_table(
        published.rows,
        read_trees(hierarchies, reading["encoding"]),
        names=names,
        value=value,
        insiders=None,
        earlier=others,
        suppose=dict.fromkeys(suppose),
        called=file.name,
        **asked,
    )
    rows = collect(found.table).to_pylist()
    under = None
    if published.levels is not None:
        for row in rows:
            row["protected"] = _is_wide(row, *published.levels.get(tuple(row[name] for name in names), (None, None)))
        under = sum(not row["protected"] for row in rows)
    told = {"cells": rows, "attacked": found.n_attacked, "exact": found.n_exact}
    lines = [(", ".join(row[name] for name in names), *_verdict(row)) for row in rows]
    where = "" if under is not None else "; required_low and required_high would tell"
    _tell(lines, [], found.n_exact, under, where, suppose, told, json=json)


def _is_wide(row: Mapping[str, Any], low: float | None, high: float | None) -> bool:
    """Tell whether an interval reaches as far as is required."""
    slack = SLACK * max(1.0, abs(low or 0.0), abs(high or 0.0))
    return (
        not row["exact"]
        and (low is None or row["low"] is None or row["low"] <= low + slack)
        and (high is None or row["high"] is None or row["high"] >= high - slack)
    )


def _verdict(row: Mapping[str, Any]) -> tuple[str, str]:
    low, high = ("no bound" if end is None else f"{end:.12g}" for end in (row["low"], row["high"]))
    verdict = "exact" if row["exact"] else "under-protected" if row.get("protected") is False else ""
    return f"{low} to {high}", verdict


def _tell(
    lines: Sequence[tuple[str, str, str]],
    notes: Sequence[str],
    exact: int,
    under: int | None,
    where: str,
    suppose: Sequence[str],
    told: Mapping[str, Any],
    *,
    json: bool,
) -> None:
    """Print a line a withheld cell, then what falls; nothing must fall."""
    from industria.app._show import columns, emit, say

    falls = [cell for cell, _, verdict in lines if verdict]
    if json:
        emit({**told, "under_protected": under, "supposed": list(suppose), "falls": falls})
    else:
        say(columns(lines) if lines else "nothing is withheld that sums could tell")
        for note in notes:
            say(note)
        if suppose:
            say(f"supposing {' and '.join(suppose)}, these fall: {'; '.join(falls) or 'none'}")
        say(f"{exact} exact, {'under-protected not known' if under is None else f'{under} under-protected'}{where}")
    if exact or under:
        raise typer.Exit(FALLS)
