"""A pack as it is opened at a site."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from industria import sources
from industria.errors import PackError, hint, listing
from industria.release._site_sources import SiteSource, read_contract
from industria.release._zip import archive, read_archive
from industria.release.keys import Trust, signed_by, trusted
from industria.release.policy import Policy
from industria.sources import Source
from industria.study.code import code_digest
from industria.study.given import with_sources
from industria.study.load import load
from industria.study.measures import measure_of
from industria.study.model import Study

__all__ = ["FORMAT", "KIND", "Pack", "as_json", "open_pack", "over_carried", "refuse_public"]

FORMAT: Final = 1
KIND: Final = "pack"
MEMBER: Final = re.compile(r"[\w.+-]+(/[\w.+-]+)*", re.ASCII)
MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "signature"


def as_json(told: Mapping[str, Any]) -> bytes:
    """Write plain data as JSON of one form."""
    return (json.dumps(told, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def refuse_public(brought: Iterable[str], public: Collection[str]) -> None:
    """Refuse to call a source public that sites bring.

    Raises
    ------
    PackError
        With the first of them.
    """
    for name in brought:
        if name in public:
            raise PackError(
                f"it calls {name!r} public, which each site brings itself; what of it anybody can have is not for the "
                "study to say"
            )


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack whose files are what its manifest says.

    Attributes
    ----------
    path : Path
        The file, or a folder into which it was unpacked.
    sha256 : str
        Of the file; of a folder, that of the file which it came from.
    manifest : mapping
        What it says of itself.
    members : mapping of str to bytes
        Its files.
    """

    path: Path
    sha256: str
    manifest: Mapping[str, Any]
    members: Mapping[str, bytes]

    @property
    def name(self) -> str:
        """What it is called."""
        return self.path.name.removesuffix(".pack")

    @property
    def promised(self) -> dict[str, SiteSource]:
        """The sources that a site brings."""
        return read_contract(json.loads(self.members["contract.json"]))

    @property
    def mock(self) -> Mapping[str, Any]:
        """How its tables are drawn."""
        return dict(json.loads(self.members["mock.json"]))

    @property
    def expected(self) -> Mapping[str, Any]:
        """What its steps will give."""
        return dict(json.loads(self.members["expected.json"]))

    @property
    def policy(self) -> Policy | None:
        """The least that a site must apply; None where the pack asks for nothing."""
        told = self.manifest["minimum_policy"]
        return None if told is None else Policy(**told)

    def unpacked(self, folder: Path) -> Study:
        """Write the words of the study into a folder, and read them over the sources that travel along."""
        for name, content in self.members.items():
            if name == MANIFEST or name.startswith(("wheels/", SIGNATURE)):
                continue
            place = folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        return over_carried(load(folder))

    def refuse_other_code(self, study: Study, *, local_code: bool = True) -> None:
        """Refuse to run measures whose code is not what the pack was made with.

        Raises
        ------
        PackError
            With the first step whose measure differs.
        """
        for name, told in self.manifest["measures"].items():
            if code_digest(measure_of(study.steps[name], study, local_code=local_code).function) != told["code"]:
                made_with = self.manifest["software"].get("industria")
                raise PackError(
                    f"step {name!r} uses {told['measure']}, whose code here is not that of the pack (industria "
                    f"{made_with}); install what requirements.lock names"
                )

    def sources(self, names: Iterable[str]) -> None:
        """Refuse names of sources that it does not ask for or calls public, and tell those that are missing.

        Raises
        ------
        PackError
            With the nearest name.
        """
        asked, given = list(self.promised), list(names)
        refuse_public(asked, tomllib.loads(self.members["study.toml"].decode()).get("release", {}).get("public", ()))
        for name in given:
            if name not in asked:
                there = f"it asks for {listing(asked)}.{hint(name, asked)}"
                raise PackError(f"{name!r} is no source of it; {there}")
        missing = [name for name in asked if name not in given]
        if missing:
            raise PackError(f"it asks for {listing(missing)}; say --set {missing[0]}=FILE")


def over_carried(study: Study) -> Study:
    """Put the sources that travelled along in a pack under the study that was unpacked of it."""
    given: dict[str, Source] = {}
    for name, use in study.file.sources.items():
        carried = study.folder / "bridges" / f"{name}.parquet"
        if carried.is_file():
            given[name] = replace(sources.find("files.parquet")(str(carried)), use=use.use, name=name)
    return with_sources(study, given)


def open_pack(path: str | Path, *, trust: Iterable[str] | Trust = ()) -> Pack:
    """Open a pack, and hold every byte of it to its manifest.

    Parameters
    ----------
    path : path
        The file, or a folder into which it was unpacked; neither is written to.
    trust : iterable of str, or mapping
        Public keys of coordinators; with any, the pack must be signed by one of them.

    Raises
    ------
    PackError
        If it is no pack, of another version, changed, or not signed by a trusted key.
    BrokenSealError
        If the archive was changed.
    """
    place = Path(path)
    if place.is_dir():
        members = {p.relative_to(place).as_posix(): p.read_bytes() for p in sorted(place.rglob("*")) if p.is_file()}
        sha256 = hashlib.sha256(b"".join(archive(members))).hexdigest()
    else:
        whole, members = read_archive(place, lambda name: MEMBER.fullmatch(name) is not None)
        sha256 = hashlib.sha256(whole).hexdigest()
    manifest = _manifest(place, members)
    _refuse_changed(place, members, manifest)
    _refuse_unsigned(place, members, manifest, trusted(trust))
    return Pack(place, sha256, manifest, members)


def _manifest(place: Path, members: Mapping[str, bytes]) -> Mapping[str, Any]:
    try:
        told = json.loads(members[MANIFEST])
    except (KeyError, ValueError):
        raise PackError(f"{place.name} has no {MANIFEST}; it is no pack") from None
    if not isinstance(told, dict) or told.get("kind") != KIND:
        raise PackError(f"{place.name} is no pack")
    if told.get("format") != FORMAT:
        raise PackError(f"{place.name} is a pack of format {told.get('format')!r}; this version reads format {FORMAT}")
    return told


def _refuse_changed(place: Path, members: Mapping[str, bytes], manifest: Mapping[str, Any]) -> None:
    held = {name: content for name, content in members.items() if name not in (MANIFEST, SIGNATURE)}
    for name in sorted({*held, *manifest["files"]}):
        told = manifest["files"].get(name)
        if told is None or name not in held or hashlib.sha256(held[name]).hexdigest() != told["sha256"]:
            state = "is missing" if name not in held else "was changed" if told else "does not belong to it"
            raise PackError(f"{place.name}: {name} {state}; ask the coordinator for the pack once more")


def _refuse_unsigned(place: Path, members: Mapping[str, bytes], manifest: Mapping[str, Any], trust: Trust) -> None:
    hub, signature = manifest["hub"], members.get(SIGNATURE)
    if (hub is None) != (signature is None):
        raise PackError(f"{place.name}: its signature was taken away or put there later")
    if hub is not None and signature is not None and not signed_by(hub, signature, members[MANIFEST]):
        raise PackError(f"{place.name}: its signature is not of the key that it names")
    if trust and hub not in trust:
        raise PackError(f"{place.name} is not signed by a key that is trusted here")
