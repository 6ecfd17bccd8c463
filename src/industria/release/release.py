"""The one door: all that leaves a site is one system, protected, attacked and certified."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from industria.core.result import Result
from industria.errors import NeededParameterError
from industria.release._below_zero import with_signs
from industria.release._bytes import json_bytes
from industria.release._certificate import certificate, counts_of
from industria.release._clock import now
from industria.release._decided import Decided, decided
from industria.release._foreign import unless_it_copies_records
from industria.release._intervals import with_intervals
from industria.release._leaving import Leaving, leaving
from industria.release._narrowest import numbers_attacked
from industria.release._not_looked_at import forgotten, not_looked_at
from industria.release._of_results import of_results
from industria.release._packed import open_pack, over_carried
from industria.release._promised import unless_it_breaks_a_promise
from industria.release._public_sources import called_public
from industria.release._rebuilt import rebuilt
from industria.release._refusals import leasts, refuse_weaker, refuse_withheld
from industria.release._relations import MEMBER, Relations, relations, relations_bytes
from industria.release._release import Release
from industria.release._sealing import SUFFIX, Sealable, file_name, manifest, members, prose, said_of_data
from industria.release._site import apart, keep, remembered
from industria.release._stays import certificate_of_site
from industria.release._tables import site_table
from industria.release._zip import made_folder, write_whole
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
    public: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """How it is to leave: by which rules, after what, sealed where, by whom and for which pack."""

    policy: Policy
    earlier: list[str]
    out: str | Path | None
    site: str
    key: str | Path | None
    checker: str | None
    finish: Finish | None
    folder: Path | None
    pack: str | None


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
        Whether a step or cell that may not leave is an error, or one that no time was left to attack.
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
    before = [*(digest for digest, _ in told), *(one.sha256 for one in earlier if isinstance(one, Release))]
    pack_sent = None if sent is None else sent.sha256
    return _written(asked, found, _Wanted(policy, before, out, site, key, checker, finish, folder, pack_sent))


def _asked(run: Run | str | Path | Mapping[str, Result], study: Study | None, steps: Sequence[str] | None) -> _Asked:
    if isinstance(run, Mapping):
        synthetic = any(isinstance(one, Result) and one.synthetic for one in run.values())
        digest = hashlib.sha256(json_bytes(sorted(run))).hexdigest()
        return _Asked(of_results(run, steps), None, None, "tables", digest, synthetic, {})
    opened = run if isinstance(run, Run) else Run.read(run)
    words = study or load(opened.folder.parent)
    if opened.record.get("pack"):
        words = over_carried(words)
    asked = [unless_it_breaks_a_promise(step, opened, words) for step in leaving(words, opened, steps)]
    asked = [unless_it_copies_records(step, opened, words) for step in asked]
    synthetic = any(opened.synthetic(step.name) for step in asked)
    digest, public = opened.record["study"]["sha256"], called_public(words, opened, asked)
    return _Asked(asked, opened, words, words.folder.name, digest, synthetic, public)


def _written(asked: _Asked, found: Decided, wanted: _Wanted) -> Release:
    """Make the run of what is released, certify it, seal it, and keep what stays at the site."""
    path = content = None
    policy, folder, unnamed = wanted.policy, wanted.folder, forgotten(wanted.folder, wanted.earlier)
    systems = relations({step.name: step.table for step in asked.steps}, found.places, found.several, policy)
    systems = with_signs(systems, found.several, found.judged, policy)
    if policy.publish_intervals:
        found = replace(found, judged=with_intervals(found.judged, found.several, systems, policy))
    with TemporaryDirectory() as scratch:
        released = None
        if asked.run is not None and asked.study is not None:
            released = rebuilt(asked.study, asked.run, asked.steps, found.judged, Path(scratch) / "run", wanted.finish)
        leaves, refused = _leaves(asked, found, released)
        attacked = sum(numbers_attacked(*of, found.judged, policy) for of in zip(systems, found.several, strict=True))
        told = certificate(
            study=asked.digest,
            site=wanted.site,
            created=now(),
            policy=policy,
            judged=found.judged,
            places=found.places,
            several=found.several,
            systems=systems,
            earlier=wanted.earlier,
            notes=[*found.notes, *not_looked_at(refused, unnamed, equations=_are_left_aside(asked, policy))],
            prose=prose(released),
            checker=wanted.checker,
            attacked=attacked,
            public=asked.public,
        )
        if wanted.out is not None and wanted.key is not None:
            path = file_name(wanted.out, asked.name, told["site"], told["created"])
            content = _sealed(asked, found, leaves, systems, told, released, wanted, path, wanted.key)
    digest = hashlib.sha256(content or json_bytes(told)).hexdigest()
    stays = {step.name: site_table(step, found.places[step.name]) for step in asked.steps if step.name in found.places}
    counts = counts_of(found.judged, found.places)
    if folder is not None and path is not None:
        kept = certificate_of_site(told, counts, found, systems, wanted.policy)
        keep(folder, path.name.removesuffix(SUFFIX), kept, stays, found.pages(digest))
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
        public=asked.public,
        forgotten=unnamed,
        n_attacked=attacked,
        **{f"n_{word}": sum(of[word] for of in of_cells) for word in ("cells", "withheld", "primary", "secondary")},
        _tables={name: {MAIN: one.table, **one.tables} for name, one in leaves.items()},
        _site=stays,
        _by={name: one.by for name, one in leaves.items()},
        _found=found,
        _policy=policy,
        sha256=digest,
    )


def _sealed(
    asked: _Asked,
    found: Decided,
    leaves: Mapping[str, Sealable],
    systems: Sequence[Relations],
    told: Mapping[str, Any],
    released: Run | None,
    wanted: _Wanted,
    place: Path,
    key: str | Path,
) -> bytes:
    """Seal what leaves into one file, and give its bytes; it is not in its place yet."""
    brought = {} if asked.run is None else dict(asked.run.record.get("pack") or {})
    words = manifest(
        leaves,
        study=asked.digest,
        pack=wanted.pack or brought.get("sha256"),
        site=told["site"],
        created=told["created"],
        synthetic=asked.synthetic,
        needs_approval=wanted.policy.checker or any(one.ran_out_of_time for one in found.several),
        said=said_of_data(brought, wanted.policy, found.several, wanted.checker),
    )
    made_folder(place.parent)
    languages = asked.study.file.languages if asked.study else []
    chosen = asked.study.file.release.languages if asked.study else []
    files = members(leaves, told, released, chosen or languages, next(iter(languages), "en"))
    files[MEMBER] = relations_bytes(systems)
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


def _are_left_aside(asked: _Asked, policy: Policy) -> bool:
    return policy.method != "suppress" and asked.study is not None and bool(asked.study.file.identity)
