"""`industria sources`: where tables can come from, all about one, and what a closed machine needs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from industria.app._options import Json
from industria.errors import UnknownSourceError, UsageError

__all__ = ["sources"]


def sources(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[NAME]", help="A reader, as files.csv; a publisher, as bls; pull, or export."),
    ] = None,
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[WORDS]", help="pull NAME parameter=value ...; export FOLDER."),
    ] = None,
    study: Annotated[
        str | None, typer.Option("--study", metavar="STUDY", help="Pull all sources of this study.")
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Pull from the publisher, whatever mirror and store hold.")
    ] = False,
    json: Json = False,
) -> None:
    """List the sources, tell all about one, pull one into the store, or export the store for a closed machine."""
    from industria.app._show import emit, say

    given = words or []
    if (study is not None or fresh) and name != "pull":
        raise UsageError("--study and --fresh are for `industria sources pull`.")
    if name == "pull":
        _pull(given, study, fresh, json)
    elif name == "export":
        _export(given, json)
    elif given:
        raise UsageError(f"sources {name} takes no more words; sources pull and sources export do.")
    elif name and "." not in name:
        _list(json, name)
    elif name:
        from industria.app._source_page import page, record

        if json:
            emit([record(name)])
        else:
            say(page(name))
    else:
        _list(json)


def _list(json: bool, *prefix: str) -> None:
    """List all sources, or those whose name begins with a word, as bls."""
    from industria.app._show import emit, say

    if prefix or json:
        from industria import sources as floor

        if prefix and prefix[0] not in floor.PUBLISHERS:
            raise UnknownSourceError(prefix[0], [*floor.PUBLISHERS, *floor.names()])
    if json:
        from industria.app._source_page import record

        emit([record(one) for one in floor.names() if not prefix or one.partition(".")[0] in prefix])
        return
    from industria.app._source_list import index, listed

    say(listed(index(*prefix) if prefix else None))


def _pull(words: list[str], study: str | None, fresh: bool, json: bool) -> None:
    """Have sources as a study would, into the store; the others too where one cannot be had."""
    from industria.app._pull import as_record, pull_all_of, pull_one
    from industria.app._show import columns, complain, emit, say

    if bool(words) == bool(study):
        raise UsageError("sources pull takes a reader, as bls.oews vintage=2023, or --study STUDY.")
    done = pull_all_of(study, fresh=fresh) if study else [pull_one(words[0], words[1:], fresh=fresh)]
    if json:
        emit([as_record(one) for one in done])
    else:
        for one in done:
            facts: dict[str, Any] = {word: getattr(one, word) for word in ("vintage", "sha256", "bytes", "path")}
            told = columns([(f"  {word}", str(value)) for word, value in facts.items() if value is not None])
            named = one.name if one.name == one.use else f"{one.name} ({one.use})"
            say(f"{named}\n{told}" if one.error is None else f"{named}  not had")
    failed = [one for one in done if one.error is not None]
    for one in failed:
        complain(f"error: source {one.name!r}: {one.error}")
    if failed:
        codes = {one.error.exit_code for one in failed if one.error is not None}
        raise typer.Exit(min(codes))


def _export(words: list[str], json: bool) -> None:
    """Write what the store holds to a folder, and tell what it is and how it is used."""
    from industria.app._show import emit, say
    from industria.sources.enclave import export

    if len(words) != 1:
        raise UsageError("sources export takes a folder: industria sources export FOLDER")
    folder = Path(words[0])
    told = export(folder)
    if json:
        emit({"folder": str(folder), "exported": told})
        return
    for one in told:
        say(one)
    say(f"INDUSTRIA_OFFLINE=1 INDUSTRIA_MIRROR={folder / 'mirror'} INDUSTRIA_STORE={folder / 'store'}")
