"""A study in one file that travels to the data."""

from __future__ import annotations

import hashlib
import json
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from pydantic import TypeAdapter, ValidationError

from industria import sources
from industria.core.result import MARK
from industria.core.table import collect
from industria.errors import PackError, StudyError
from industria.release._expected import expected
from industria.release._lock import requirements
from industria.release._messages import LANGUAGES, page
from industria.release._mocked import mock_plan
from industria.release._packed import FORMAT, KIND, as_json, refuse_public
from industria.release._site_sources import SiteSource, empty_source, of_study, written_contract
from industria.release._zip import write_archive
from industria.release.keys import public, read_key
from industria.release.policy import Policy
from industria.sources import Source
from industria.study.check import check
from industria.study.code import code_digest
from industria.study.extended import extended
from industria.study.given import with_sources
from industria.study.load import load
from industria.study.measures import files_of_measures, measure_of
from industria.study.model import Study, in_language
from industria.study.provenance import packages
from industria.study.sites import SiteContract

__all__ = ["pack"]


def pack(
    study: Study | str | Path,
    *,
    out: str | Path,
    contract: str | Path | None = None,
    policy: Policy | None = None,
    wheels: str | Path | None = None,
    key: str | Path | None = None,
) -> Path:
    """Put a study, all that it needs and all that it asks of a site into one file.

    The sources that `[contract.SOURCE]` names stay out: each site brings its own. All
    other sources travel along. The same study gives the same bytes.

    Parameters
    ----------
    study : Study or path
        Its steps are checked on tables without rows; no site's data is needed.
    out : path
        The file, usually `NAME.pack`.
    contract : path, optional
        A TOML file with a table for each source that sites bring, in place of the study's
        `[contract.SOURCE]`.
    policy : Policy, optional
        The least that each site must apply; a site's own may be stricter.
    wheels : path, optional
        A folder of wheels, for machines without a network.
    key : path, optional
        A private key that signs the pack, as `make_key` wrote it.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    PackError
        If no source is brought by sites, if columns are not promised, or a source that should
        travel may not.
    StudyError
        If the study does not go with the columns that are promised.
    KeyFileError
        If the key cannot be read, or others can read it.
    """
    words = study if isinstance(study, Study) else load(study)
    signer = read_key(key) if key is not None else None
    promised = of_study(words, dict(words.file.contract) if contract is None else _contracts(Path(contract)))
    if not promised:
        raise PackError("no source is brought by sites; write [contract.SOURCE] for each that is")
    refuse_public(promised, words.file.release.public)
    carried = {name: _carried(words, name) for name in words.file.sources if name not in promised}
    members = {
        **_words_of(words),
        **{f"bridges/{name}.parquet": content for name, content in carried.items()},
        **_rehearsed(words, promised, carried),
        "contract.json": as_json(written_contract(promised)),
        "mock.json": as_json(mock_plan(promised)),
    }
    brought = _wheels(wheels)
    members |= {f"wheels/{name}": content for name, content in brought.items()}
    members["requirements.lock"] = requirements(brought).encode()
    members |= {f"README.{language}.md": _readme(words, promised, language).encode() for language in LANGUAGES}
    hub = None if signer is None else public(signer)
    members["manifest.json"] = as_json(_manifest(words, members, hub, policy))
    if signer is not None:
        members["signature"] = signer.sign(members["manifest.json"])
    write_archive(Path(out), members)
    return Path(out)


def _manifest(study: Study, members: Mapping[str, bytes], hub: str | None, policy: Policy | None) -> dict[str, Any]:
    """Say which study it is, by whose hand, with which code, and what every file must be."""
    return {
        "format": FORMAT,
        "kind": KIND,
        "study": hashlib.sha256(members["study.toml"]).hexdigest(),
        "title": in_language(study.file.title, "en"),
        "measures": _measures(study),
        "hub": hub,
        "minimum_policy": None if policy is None else policy.model_dump(mode="json", exclude_defaults=True),
        "software": packages(),
        "files": {
            name: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
            for name, content in sorted(members.items())
        },
    }


def _contracts(path: Path) -> dict[str, SiteContract]:
    try:
        told = extended({"contract": tomllib.loads(path.read_text("utf-8"))})["contract"]
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise PackError(f"the contract {path} cannot be read: {error}") from None
    try:
        return TypeAdapter(dict[str, SiteContract]).validate_python(told)
    except ValidationError as error:
        first = error.errors()[0]
        raise PackError(f"the contract {path}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None


def _carried(study: Study, name: str) -> bytes:
    """Write a source that travels along as Parquet; what is synthetic stays marked."""
    use = study.file.sources[name]
    source = study.given.get(name) or sources.opened(use.use, use.parameters, study.folder)
    if source.redistributable is False:
        raise PackError(f"source {name!r} ({use.use}) may not be passed on; sites must bring it: [contract.{name}]")
    rows = collect(source.read())
    rows = rows.sort_by([(column, "ascending") for column in rows.column_names])
    told = {"about": json.dumps(source.describe(), default=str), **({MARK: "true"} if source.synthetic else {})}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.parquet"
        pq.write_table(rows.replace_schema_metadata(told), path)
        return path.read_bytes()


def _words_of(study: Study) -> dict[str, bytes]:
    files = [study.folder / "study.toml", *study.briefs.values()]
    # Of the measures those of the study's own folder travel; the others are Industria's.
    files += [file for file in files_of_measures(study) if file.is_relative_to(study.folder)]
    return {file.relative_to(study.folder).as_posix(): file.read_bytes() for file in files}


def _rehearsed(study: Study, promised: Mapping[str, SiteSource], carried: Mapping[str, bytes]) -> dict[str, bytes]:
    """Check the study on the columns that sites will bring, and tell what its steps will give."""
    with tempfile.TemporaryDirectory() as folder:
        given: dict[str, Source] = {name: empty_source(one, Path(folder), name) for name, one in promised.items()}
        for name, content in carried.items():
            path = Path(folder) / f"{name}.parquet"
            path.write_bytes(content)
            given[name] = replace(sources.find("files.parquet")(str(path)), use=study.file.sources[name].use)
        there = with_sources(study, given)
        problems = check(there)
        if problems:
            raise StudyError(problems)
        return {"expected.json": as_json(expected(there))}


def _wheels(folder: str | Path | None) -> dict[str, bytes]:
    if folder is None:
        return {}
    found = {path.name: path.read_bytes() for path in sorted(Path(folder).glob("*.whl"))}
    if not found:
        raise PackError(f"{folder} holds no wheel; `pip download -d {folder} industria` fetches them")
    return found


def _measures(study: Study) -> dict[str, dict[str, str]]:
    return {
        name: {"measure": step.use, "code": code_digest(measure_of(step, study).function)}
        for name, step in study.steps.items()
    }


def _readme(study: Study, promised: Mapping[str, SiteSource], language: str) -> str:
    name = study.folder.name
    sets = " ".join(f"--set {source}=FILE" for source in promised)
    asked: list[str] = []
    for source, one in promised.items():
        asked += ["", f"## {source}", ""]
        asked += [f"- `{column}`{_said(rule.model_dump())}" for column, rule in one.table.columns.items()]
        asked += [f"- {source}.{word}: {in_language(text, language)}" for word, text in one.site.definitions.items()]
    return page(
        language,
        title=in_language(study.file.title, language),
        question=in_language(study.file.question, language),
        name=name,
        sets=sets,
        asked="\n".join(asked).strip(),
    )


def _said(rule: Mapping[str, Any]) -> str:
    words = [rule["type"], f"[{rule['unit']}]" if rule["unit"] else None, rule["classification"], rule["meaning"]]
    told = ", ".join(str(word) for word in words if word)
    return f": {told}" if told else ""
