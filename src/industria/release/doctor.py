"""Whether a site can run a pack: its machine, its tables, how much of official totals they cover."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

import narwhals.stable.v2 as nw
import pyarrow as pa

from industria.core.contract import Contract
from industria.core.table import Table, as_table, collect
from industria.errors import ContractError, IndustriaError, MissingColumnError, PackError, hint
from industria.release._coverage import Coverage, coverage_of, coverage_table
from industria.release._machine import Piece, looked_over
from industria.release._messages import word
from industria.release._packed import Pack, open_pack
from industria.release._rows_of_site import Trouble, broken_by_rows, numbered
from industria.release._site_sources import SiteSource, opened_at_site
from industria.sources import Source
from industria.sources.code_lists import LISTS

__all__ = ["Answers", "Checkup", "doctor", "read_answers"]

Answers = Mapping[str, Mapping[str, Any]]
READER: Final = "reader"
"""The table of answers that has options for the reader of the file, as `decimal = ","`."""
PROBLEMS: Final = pa.schema(
    {"source": pa.string(), "column": pa.string(), "rule": pa.string(), "rows": pa.int64(), "positions": pa.string()}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """What a doctor found; no value of any record is in it.

    Attributes
    ----------
    troubles : tuple of Trouble
        Promises that are not kept.
    pieces : tuple of Piece
        Of the machine.
    covered : tuple of Coverage
        Records against official totals.
    sources : mapping of str to Source
        Those that could be opened.
    definitions : mapping of str to mapping of str to str
        Answers in words, by source.
    n_rows : mapping of str to int
        Rows of each source that could be read.
    """

    troubles: tuple[Trouble, ...]
    pieces: tuple[Piece, ...]
    covered: tuple[Coverage, ...]
    sources: Mapping[str, Source]
    definitions: Mapping[str, Mapping[str, str]]
    n_rows: Mapping[str, int]

    @property
    def ok(self) -> bool:
        """Whether the contract is kept."""
        return not self.troubles

    @property
    def exit_code(self) -> int:
        """What the command line ends with: 3 where the contract is broken."""
        return 0 if self.ok else ContractError.exit_code

    @property
    def problems(self) -> Table:
        """The promises that are not kept: `source column rule rows positions`."""
        told = [
            {
                "source": one.source,
                "column": one.column,
                "rule": one.rule,
                "rows": one.rows,
                "positions": ", ".join(map(str, one.positions)),
            }
            for one in self.troubles
        ]
        return as_table(pa.Table.from_pylist(told, PROBLEMS), "problems")

    @property
    def coverage(self) -> Table:
        """Records against official totals by cell: `source column`, the cell, `micro official share`.

        Null where fewer than three units report. It is confidential: `summary` is what may be sent.
        """
        return as_table(coverage_table(self.covered), "coverage")

    @property
    def machine(self) -> Table:
        """What was looked at of the machine: `what found ok`."""
        told = [
            {"what": one.what, "found": word(f"machine_{one.what}", **one.words), "ok": one.ok} for one in self.pieces
        ]
        schema = pa.schema({"what": pa.string(), "found": pa.string(), "ok": pa.bool_()})
        return as_table(pa.Table.from_pylist(told, schema), "machine")

    def messages(self, language: str = "en") -> list[str]:
        """Write the promises that are not kept in words, one line each."""
        return [_said(one, language) for one in self.troubles]

    def summary(self) -> dict[str, Any]:
        """List what a site may be told of itself: `definitions`, `coverage` (medians of two digits), no sums."""
        return {
            "definitions": {
                f"{name}.{asked}": said for name, told in self.definitions.items() for asked, said in told.items()
            },
            "coverage": {f"{one.source}.{one.column}": one.summary()["median"] for one in self.covered},
        }


def doctor(
    pack: Pack | str | Path, sources: Mapping[str, str | Path | Source], *, answers: Answers | str | Path | None = None
) -> Checkup:
    """Look at the machine and the tables of a site before anything is computed.

    Parameters
    ----------
    pack : Pack or path
        As `pack` wrote it.
    sources : mapping of str to path or Source
        The site's file for each source that the pack asks for.
    answers : mapping or path, optional
        By source: answers to the questions of the contract, and `reader`, options of the
        file's reader. As a path, a TOML file of these.

    Returns
    -------
    Checkup
        `.problems`, `.coverage`, `.machine`; `.messages("pt-BR")` says the problems in words.

    Raises
    ------
    PackError
        If a source is not asked for, or missing.
    MissingFileError
        If a file is not there.
    """
    opened = pack if isinstance(pack, Pack) else open_pack(pack)
    opened.sources(sources)
    told = read_answers(answers) if isinstance(answers, str | Path) else answers or {}
    for name in told:
        if name not in opened.promised:
            known = list(opened.promised)
            raise PackError(f"the answers name {name!r}, which is no source of it.{hint(name, known)}")
    troubles: list[Trouble] = []
    covered: list[Coverage] = []
    held: dict[str, Source] = {}
    n_rows: dict[str, int] = {}
    for name, one in opened.promised.items():
        given = sources[name]
        options = told.get(name, {}).get(READER, {})
        held[name] = given if isinstance(given, Source) else opened_at_site(name, given, options)
        table, unread = _read(name, held[name])
        troubles += unread
        if table is not None:
            found, shares, n_rows[name] = _examined(name, one, table, held[name])
            troubles += found
            covered += shares
        troubles += _unanswered(name, one, told)
    definitions = {
        name: {asked: str(told[name][asked]) for asked in one.site.definitions if told.get(name, {}).get(asked)}
        for name, one in opened.promised.items()
    }
    return Checkup(
        troubles=tuple(troubles),
        pieces=tuple(looked_over(opened.members)),
        covered=tuple(covered),
        sources=held,
        definitions=definitions,
        n_rows=n_rows,
    )


def read_answers(path: str | Path) -> Answers:
    """Read the answers of a site from TOML.

    Raises
    ------
    PackError
        If the file cannot be read, or holds something else than a table for each source.
    """
    try:
        told = tomllib.loads(Path(path).read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise PackError(f'the answers {path} cannot be read; write [source] and word = "…", in UTF-8') from None
    for name, one in told.items():
        if not isinstance(one, dict):
            raise PackError(f"the answers {path} have {name!r} outside of a source; write [source] above it")
    return told


def _read(name: str, source: Source) -> tuple[Table | None, list[Trouble]]:
    """Open a table; what a reader says of a file that it cannot read may hold a line of it."""
    line = _not_utf8(source)
    if line is not None:
        return None, [Trouble(name, None, "not_utf8", positions=(line,))]
    try:
        table = as_table(source.read(), name)
        table.collect_schema()
    except MissingColumnError as error:
        # The answers give the type of a column that is not there.
        return None, [_missing(name, error.column, error.available)]
    except IndustriaError as error:
        return None, [Trouble(name, None, "unreadable", words={"kind": type(error).__name__})]
    return table, []


def _not_utf8(source: Source) -> int | None:
    """Find the first line that is no UTF-8, in a text that is read as such."""
    if source.use not in ("files.csv", "files.json") or source.request.get("encoding"):
        return None
    with source.path.open("rb") as file:
        if file.read(3)[:2] in (b"\x1f\x8b", b"BZ", b"PK", b"\xff\xfe", b"\xfe\xff"):
            return None
        file.seek(0)
        for number, line in enumerate(file, 1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                return number
    return None


def _examined(name: str, one: SiteSource, table: Table, source: Source) -> tuple[list[Trouble], list[Coverage], int]:
    header = table.collect_schema().names()
    troubles = _of_header(name, one.table, header)
    with numbered(table) as rows:
        broken = broken_by_rows(name, table, rows, one.table, LISTS)
        labeled = source.use == "files.stata" and source.request.get("labels") == "text"
        troubles += [_with_labels(trouble) if labeled else trouble for trouble in broken]
        unsound = {
            trouble.column for trouble in broken if trouble.rule in ("wrong_type", "decimal_comma", "value_labels")
        }
        covered = coverage_of(name, one, rows, [column for column in header if column not in unsound])
        n = int(collect(table.select(n=nw.len().cast(nw.Int64)))["n"][0].as_py())
    troubles += [
        Trouble(name, share.column, share.unit_of_file, words={"share": f"{share.median:.2g}"})
        for share in covered
        if share.unit_of_file is not None
    ]
    if n < one.table.minimum_rows:
        troubles.append(Trouble(name, None, "few_rows", n, words={"least": one.table.minimum_rows}))
    return troubles, covered, n


def _of_header(name: str, contract: Contract, header: list[str]) -> list[Trouble]:
    """Tell columns that are missing, with the nearest word of the header, and those that are too many."""
    troubles = [_missing(name, column, header) for column in contract.needed() if column not in header]
    extra = [column for column in header if column not in contract.columns] if contract.closed else []
    return troubles + [Trouble(name, column, "extra") for column in extra]


def _missing(name: str, column: str, header: Sequence[str]) -> Trouble:
    same = [there for there in header if _plain(there) == _plain(column)]
    near = same or get_close_matches(column, header, n=1, cutoff=0.5)
    rule = "other_case" if same else "missing_near" if near else "missing"
    return Trouble(name, column, rule, words={"near": near[0]} if near else {})


def _plain(column: str) -> str:
    return re.sub(r"[\W_]+", "", column).casefold()


def _with_labels(trouble: Trouble) -> Trouble:
    """Name value labels where numbers of a Stata file came as text."""
    words = trouble.words
    if trouble.rule != "wrong_type" or words["found"] != "string" or words["expected"] == "text":
        return trouble
    return Trouble(trouble.source, trouble.column, "value_labels", words=words)


def _unanswered(name: str, one: SiteSource, answers: Answers) -> list[Trouble]:
    told = answers.get(name, {})
    return [
        Trouble(name, asked, "unanswered") for asked in one.site.definitions if not str(told.get(asked, "")).strip()
    ]


def _said(one: Trouble, language: str) -> str:
    words = {key: word(f"type_{value}", language) if key == "expected" else value for key, value in one.words.items()}
    positions = ", ".join(map(str, one.positions))
    told = word(f"problem_{one.rule}", language, source=one.source, column=one.column, first=positions, **words)
    counted = word("rows", language, n=one.rows, first=positions) if one.rows and one.positions else ""
    return f"{one.source}: {told}{counted}"
