"""The one door: all that leaves a site is one system, protected, attacked and certified."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from industria.core.result import Result
from industria.errors import NeededParameterError
from industria.release._bytes import json_bytes
from industria.release._certificate import certificate, counts_of
from industria.release._clock import now
from industria.release._decided import Decided, decided
from industria.release._leaving import Leaving, leaving
from industria.release._of_results import of_results
from industria.release._packed import open_pack, over_carried
from industria.release._rebuilt import rebuilt
from industria.release._refusals import leasts, refuse_weaker, refuse_withheld
from industria.release._release import Release
from industria.release._sealing import SUFFIX, Sealable, file_name, manifest, members, said_of_data
from industria.release._site import apart, keep, remembered
from industria.release._tables import site_table
from industria.release._zip import write_whole
from industria.release.keys import read_key, salt_of
from industria.release.policy import Policy
from industria.release.sealed import seal
from industria.study.load import load
from industria.study.model import Study
from industria.study.record import Run
from industria.study.run import Finish
from industria.study.steps import MAIN

__all__ = ["Release", "release"]


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """What is asked to leave, and what is known of it."""

    steps: list[Leaving]
    run: Run | None
    study: Study | None
    name: str
    digest: str
    synthetic: bool


def release(
    run: Run | str | Path | Mapping[str, Result],
    policy: Policy,
    *,
    out: str | Path | None = None,
    site: str = "site",
    earlier: Sequence[Release | str | Path] = (),
    key: str | Path | None = None,
    checker: str | None = None,
    steps: Sequence[str] | None = None,
    strict: bool = False,
    finish: Finish | None = None,
    site_folder: str | Path | None = None,
    study: Study | None = None,
    pack: str | Path | None = None,
) -> Release:
    """Let leave what may leave, withhold the rest, attack it, and say how that was done.

    All steps are one system: a cell that stands in several tables is one cell, totals are the sums of
    their parts, differences to what left before are cells. Sensitive cells are withheld, and others with
    them, until nobody who solves all relations comes too close. The brief is written again of what is left.

    Parameters
    ----------
    run : Run, path, or mapping of str to Result
        A run of a study, its folder, or results by name.
    policy : Policy
        The rules.
    out : path, optional
        A folder for the sealed file, or its name, which ends in `.release`; nothing is sealed without it.
    site : str
        What the site is called.
    earlier : sequence of Release or path
        What has left before, sealed files or releases of this process.
    key : path, optional
        Of the site, as `make_key` writes it; a sealed file needs one.
    checker : str, optional
        Name or role of the person who has looked at what leaves.
    steps : sequence of str, optional
        Those that leave; those that the study releases, or its brief speaks of, without it.
    strict : bool
        Whether a step or cell that may not leave is an error.
    finish : callable, optional
        Writes the brief, as of a run.
    site_folder : path, optional
        What stays at the site goes there; `site` beside a run's study, nowhere for plain results.
    study : Study, optional
        Of the run, where it does not lie in the study's folder.
    pack : path, optional
        Which sent the study; the policy must not be weaker than its. A run of a pack knows its own.

    Returns
    -------
    Release
        What leaves, and what stays.

    Raises
    ------
    ReleaseRefusedError
        If a rule lacks that a step needs, nothing protects a cell, an earlier release is of something else or
        of another key, the policy is weaker than the pack's, the folder of the site lies in `out`, or, with `strict`,
        something is withheld. No message holds a value of a record.
    UnknownStepError
        If `steps` names what is not there.
    NeededParameterError
        If a file is to be sealed without a key.
    """
    if out is not None and key is None:
        raise NeededParameterError("a sealed file", "`key`, the file that `make_key` wrote")
    asked = _asked(run, study, steps)
    beside = None if asked.study is None else asked.study.folder / "site"
    folder = beside if site_folder is None else Path(site_folder)
    apart(folder, out)
    sent = None if pack is None else open_pack(pack)
    for least in leasts(sent, asked.run):
        refuse_weaker(policy, least)
    told = remembered([Path(one) for one in earlier if not isinstance(one, Release)], folder)
    ledgers = [*(rows for _, rows in told), *(one._ledger for one in earlier if isinstance(one, Release))]
    salt = b"" if key is None else salt_of(read_key(key))
    equations = [] if asked.study is None else [one.terms for one in asked.study.file.identity]
    found = decided(asked.steps, policy, earlier=ledgers, salt=salt, identities=equations)
    if strict:
        refuse_withheld(found)
    return _written(
        asked,
        found,
        policy,
        earlier=[*(digest for digest, _ in told), *(one.sha256 for one in earlier if isinstance(one, Release))],
        out=out,
        site=site,
        key=key,
        checker=checker,
        finish=finish,
        folder=folder,
        pack=None if sent is None else sent.sha256,
    )


def _asked(run: Run | str | Path | Mapping[str, Result], study: Study | None, steps: Sequence[str] | None) -> _Asked:
    if isinstance(run, Mapping):
        synthetic = any(isinstance(one, Result) and one.synthetic for one in run.values())
        digest = hashlib.sha256(json_bytes(sorted(run))).hexdigest()
        return _Asked(of_results(run, steps), None, None, "tables", digest, synthetic)
    opened = run if isinstance(run, Run) else Run.read(run)
    words = study or load(opened.folder.parent)
    if opened.record.get("pack"):
        words = over_carried(words)
    asked = leaving(words, opened, steps)
    synthetic = any(opened.synthetic(step.name) for step in asked)
    return _Asked(asked, opened, words, words.folder.name, opened.record["study"]["sha256"], synthetic)


def _written(
    asked: _Asked,
    found: Decided,
    policy: Policy,
    *,
    earlier: Sequence[str],
    out: str | Path | None,
    site: str,
    key: str | Path | None,
    checker: str | None,
    finish: Finish | None,
    folder: Path | None,
    pack: str | None,
) -> Release:
    """Make the run of what is released, certify it, seal it, and keep what stays at the site."""
    path = content = None
    with TemporaryDirectory() as scratch:
        released = None
        if asked.run is not None and asked.study is not None:
            released = rebuilt(asked.study, asked.run, asked.steps, found.judged, Path(scratch) / "run", finish)
        leaves, refused = _leaves(asked, found, released)
        told = certificate(
            study=asked.digest,
            site=site,
            created=now(),
            policy=policy,
            judged=found.judged,
            places=found.places,
            several=found.several,
            earlier=earlier,
            notes=[*found.notes, *_notes(asked, refused, policy.method)],
            prose=_prose(released),
            checker=checker,
        )
        if out is not None and key is not None:
            path = file_name(out, asked.name, told["site"], told["created"])
            content = _sealed(asked, leaves, told, released, policy, place=path, key=key, pack=pack)
    digest = hashlib.sha256(content or json_bytes(told)).hexdigest()
    steps = {step.name: step for step in asked.steps}
    stays = {name: site_table(steps[name], places) for name, places in found.places.items()}
    ledger = found.ledger(digest)
    counts = counts_of(found.judged, found.places)
    if folder is not None and path is not None:
        forced = [words for one in found.several for words in one.forced]
        kept = {**told, "counts": counts, "policy": policy.model_dump(mode="json"), "forced": forced}
        keep(folder, path.name.removesuffix(SUFFIX), kept, stays, ledger)
    if path is not None and content is not None:
        # It leaves last: no sealed file lies there that the ledger does not know, whatever stops this.
        write_whole(path, iter([content]))
    of_cells = [counts[step] for step in found.places]
    return Release(
        certificate=told,
        counts=counts,
        path=path,
        site_folder=folder if path is not None else None,
        refused=refused,
        **{f"n_{word}": sum(of[word] for of in of_cells) for word in ("cells", "withheld", "primary", "secondary")},
        cost=sum(one.cost for one in found.several),
        bound=sum(one.bound for one in found.several),
        _tables={name: {MAIN: one.table, **one.tables} for name, one in leaves.items()},
        _site=stays,
        _by={name: one.by for name, one in leaves.items()},
        _ledger=ledger,
        _found=found,
        _policy=policy,
        sha256=digest,
    )


def _sealed(
    asked: _Asked,
    leaves: Mapping[str, Sealable],
    told: Mapping[str, Any],
    released: Run | None,
    policy: Policy,
    *,
    place: Path,
    key: str | Path,
    pack: str | None,
) -> bytes:
    """Seal what leaves into one file, and give its bytes; it is not in its place yet."""
    brought = {} if asked.run is None else dict(asked.run.record.get("pack") or {})
    words = manifest(
        leaves,
        study=asked.digest,
        pack=pack or brought.get("sha256"),
        site=told["site"],
        created=told["created"],
        synthetic=asked.synthetic,
        needs_approval=policy.checker,
        said=said_of_data(brought, policy),
    )
    place.parent.mkdir(parents=True, exist_ok=True)
    languages = asked.study.file.languages if asked.study else []
    chosen = asked.study.file.release.languages if asked.study else []
    files = members(leaves, told, released, chosen or languages, next(iter(languages), "en"))
    with TemporaryDirectory() as scratch:
        return seal(files, words, key=key, out=Path(scratch) / place.name).read_bytes()


def _leaves(asked: _Asked, found: Decided, released: Run | None) -> tuple[dict[str, Sealable], dict[str, str]]:
    """List what leaves of each step, and why nothing leaves of the others."""
    leaves, refused = {}, dict(found.refused)
    for step in asked.steps:
        places = found.places.get(step.name, [])
        by = places[0].by if places else tuple(step.by)
        sums = tuple(one.column for one in places if one.is_sum)
        period = step.facts.get("period")
        told = (by, sums, asked.run.step(step.name) if asked.run else {"pools": "sums" if sums else "none"})
        when = None if period is None else str(period)
        if released is None:
            if step.name in found.judged:
                one = found.judged[step.name]
                leaves[step.name] = Sealable(one.table, one.tables, *told, when)
            continue
        if not released.step(step.name)["tables"]:
            refused[step.name] = str(released.step(step.name).get("why", ""))
            continue
        further = {name: released.table(step.name, name, support=True) for name in released.tables(step.name)}
        leaves[step.name] = Sealable(released.table(step.name, support=True), further, *told, when)
    return leaves, refused


def _notes(asked: _Asked, refused: Mapping[str, str], method: str) -> list[str]:
    """Say what was not looked at, step by step."""
    notes = [f"step {name!r}, of which nothing leaves: {why}" for name, why in refused.items()]
    if method != "suppress" and asked.study is not None and asked.study.file.identity:
        notes.append("equations between variables of the study")
    return notes


def _prose(released: Run | None) -> dict[str, int]:
    values = [] if released is None else released.record["values"]
    gone = sum(one.get("value") is None for one in values)
    return {"shown": len(values) - gone, "withheld": gone}
