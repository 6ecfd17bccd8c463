"""`datapackage.json`: the tables of a run, described so that programs of other people can read them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, Final
from urllib.parse import urlsplit

import pyarrow.parquet as pq

from industria.core.result import MARK, SYNTHETIC
from industria.study.model import Study, in_language
from industria.study.record import Run, result_file
from industria.study.steps import MAIN
from industria.study.table_schema import table_schema

__all__ = ["datapackage"]

PROFILE: Final = "https://datapackage.org/profiles/2.0/datapackage.json"

# Words that a license begins with, and its identifier on the list of the Open Definition.
_LICENSES: Final = (
    (re.compile(r"CC[ -]BY[ -](\d\.\d)"), "CC-BY-{}"),
    (re.compile(r"MIT\b"), "MIT"),
    (re.compile(r"GPL-?(3)"), "GPL-3.0"),
    (re.compile(r".*public domain", re.I), "other-pd"),
)


def datapackage(study: Study, run: Run) -> dict[str, Any]:
    """Describe the tables of a run by Data Package 2.0.

    Parameters
    ----------
    study : Study
        Whose contracts tell keys and constraints.
    run : Run
        Its results lie beside the file.

    Returns
    -------
    dict
        Resources are the tables of steps, and the sources whose files have an address
        of their own: a package may name files below it and on the web, no others. All
        sources, with their hash and schema, stand under `sources`.
    """
    language = study.file.languages[0]
    told = {
        "$schema": PROFILE,
        "name": _name(in_language(study.file.title, language)),
        "title": in_language(study.file.title, language),
        "description": in_language(study.file.question, language),
        "contributors": [{"title": in_language(author, language)} for author in study.file.authors],
        "sources": [_source(study, name, source) for name, source in run.sources.items()],
        "resources": [*_results(study, run), *_files(study, run)],
    }
    return {word: said for word, said in told.items() if said}


def _results(study: Study, run: Run) -> Iterator[dict[str, Any]]:
    for step in run.record["steps"]:
        read = [given["table"].partition(".")[0] for given in step["inputs"].values()]
        titles = [_title(name, run.sources[name]) for name in dict.fromkeys(read) if name in run.sources]
        for table, kept in step["tables"].items():
            path = result_file(run.folder, step["name"], table)
            types = {field.name: str(field.type) for field in pq.read_schema(path)}
            contract = study.steps[step["name"]].contract if table == MAIN else None
            told = {
                "name": path.stem.lower(),
                "path": path.relative_to(run.folder).as_posix(),
                "title": f"{step['measure']}{'' if table == MAIN else f', {table}'}",
                **_marked(run.synthetic(step["name"])),
                "type": "table",
                "format": "parquet",
                "mediatype": "application/vnd.apache.parquet",
                "bytes": path.stat().st_size,
                "hash": f"sha256:{kept['sha256']}",
                "schema": table_schema(types, kept["columns"], contract),
                "sources": [{"title": title} for title in titles],
            }
            yield {word: said for word, said in told.items() if said}


def _files(study: Study, run: Run) -> Iterator[dict[str, Any]]:
    """Describe the sources whose very file has an address: not an archive around it, nor an answer to a question."""
    taken = {result_file(run.folder, step, table).stem for step in run.steps for table in run.step(step)["tables"]}
    for name, source in run.sources.items():
        file = PurePosixPath(urlsplit(str(source.get("url") or "")).path).name
        if not _on_the_web(source) or file != PurePosixPath(str(source["name"])).name:
            continue
        told = {
            "name": name if name not in taken else f"{name}.source",
            "path": source["url"],
            **_marked(source.get(MARK, False)),
            **_known(study, name, source),
            "sources": [{"title": _title(name, source)}],
        }
        yield {word: said for word, said in told.items() if said}


def _source(study: Study, name: str, source: Mapping[str, Any]) -> dict[str, Any]:
    path = source["url"] if _on_the_web(source) else None
    told = {"title": _title(name, source), "path": path, "version": source.get("vintage"), "name": name}
    marked = _marked(source.get(MARK, False))
    return {word: said for word, said in told.items() if said} | marked | _known(study, name, source)


def _marked(synthetic: bool) -> dict[str, Any]:
    """Say of a synthetic table that it is, in a word for programs and in one for people."""
    return {MARK: True, "description": SYNTHETIC} if synthetic else {}


def _known(study: Study, name: str, source: Mapping[str, Any]) -> dict[str, Any]:
    types = source.get("types")
    told = {
        "bytes": source["bytes"],
        "hash": f"sha256:{source['sha256']}",
        "retrieved": source.get("retrieved"),
        "licenses": [_license(source)],
        "schema": table_schema(types, source["columns"], study.file.sources[name].contract) if types else None,
    }
    return {word: said for word, said in told.items() if said}


def _license(source: Mapping[str, Any]) -> dict[str, str]:
    """Name a license as the Open Definition does; what it says in full is its title."""
    text = str(source.get("license") or "")
    for form, name in _LICENSES:
        if found := form.match(text):
            return {"name": name.format(*found.groups()), "title": text}
    shared = source.get("redistributable")
    name = "notspecified" if shared is None else "other-open" if shared else "other-closed"
    return {"name": name} | ({"title": text} if text else {})


def _title(name: str, source: Mapping[str, Any]) -> str:
    return ", ".join(str(source[word]) for word in ("publisher", "title") if source.get(word)) or name


def _on_the_web(source: Mapping[str, Any]) -> bool:
    return str(source.get("url") or "").lower().startswith(("https://", "http://"))


def _name(title: str) -> str:
    """Make a title a name: small letters of English, digits and dashes."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", title.lower()) if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "-", bare).strip("-") or "study"
