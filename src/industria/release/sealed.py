"""What leaves a site: one file, signed, of which every byte is accounted for."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from industria.errors import BrokenSealError, ReleaseRefusedError, UnknownStepError, listing
from industria.release._approval import approval_of
from industria.release._bytes import read_parquet
from industria.release._clock import moment, not_ahead
from industria.release._manifest import beyond, is_site, lacking
from industria.release._signed import APPROVAL, Signed, open_signed, sign
from industria.release._zip import archive
from industria.release.keys import Trust, trusted

__all__ = ["FORMAT", "Sealed", "open_release", "open_unapproved", "seal"]

FORMAT: Final = "industria-release-1"
NAME: Final = r"[^\W\d]\w*"
LANGUAGE: Final = r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*"
MEMBER: Final = re.compile(
    rf"tables/{NAME}(?:\.{NAME})?\.parquet|moments/{NAME}\.parquet"
    rf"|values\.json|certificate\.json|relations\.json|brief/brief\.{LANGUAGE}\.html"
)
NEEDED: Final = ("certificate.json", "values.json")


@dataclass(frozen=True, slots=True, repr=False)
class Sealed(Signed):
    """A sealed release whose signatures and digests are right.

    Attributes
    ----------
    path : Path
        Where it lay.
    sha256 : str
        Of the whole file.
    manifest : mapping
        `format study pack site synthetic created steps software public_key files`.
    members : mapping of str to bytes
        Every file in it, by name.
    approval : mapping or None
        `public_key`, `time` and `note` of the second person who signed, where one did.
    """

    approval: Mapping[str, Any] | None = None

    @property
    def site(self) -> str:
        """Who released it."""
        return str(self.manifest["site"])

    @property
    def first_sha256(self) -> str:
        """Digest of the file as it was sealed: a second person's signature is put into it later."""
        if self.approval is None:
            return self.sha256
        before = {name: content for name, content in self.members.items() if name != APPROVAL}
        return hashlib.sha256(b"".join(archive(before))).hexdigest()

    @property
    def certificate(self) -> dict[str, Any]:
        """What was checked, by whom, and what was not; `checker` names the second person who signed."""
        told: dict[str, Any] = json.loads(self.members["certificate.json"])
        if self.approval is not None:
            told["checker"] = {**(told.get("checker") or {}), **self.approval}
        return told

    @property
    def values(self) -> Any:
        """Every number that its brief shows, with its address."""
        return json.loads(self.members["values.json"])

    @property
    def steps(self) -> list[str]:
        """The steps of which a table left, in file order."""
        return [step["name"] for step in self.manifest["steps"] if self.leaves(step["name"])]

    def leaves(self, step: str) -> bool:
        """Tell whether a table of a step left."""
        return f"tables/{step}.parquet" in self.members

    @property
    def languages(self) -> list[str]:
        """Languages of its brief."""
        return [name.split(".")[1] for name in sorted(self.members) if name.startswith("brief/")]

    def step(self, name: str) -> dict[str, Any]:
        """Return what the manifest says of a step.

        Raises
        ------
        UnknownStepError
            If there is none of this name.
        """
        for step in self.manifest["steps"]:
            if step["name"] == name:
                return dict(step)
        raise UnknownStepError(f"{self.path.name} has no step", name, [one["name"] for one in self.manifest["steps"]])

    def tables(self, step: str) -> list[str]:
        """List the further tables of a step that left."""
        begin, end = f"tables/{step}.", ".parquet"
        there = (name for name in sorted(self.members) if name.startswith(begin) and name.count(".") > 1)
        return [name.removeprefix(begin).removesuffix(end) for name in there]

    def table(self, step: str, table: str | None = None) -> pa.Table:
        """Read a released table.

        Parameters
        ----------
        step : str
            The step.
        table : str, optional
            A further table of it.

        Returns
        -------
        pyarrow.Table
            Null where a value is withheld; the fields carry `unit` and `meaning`.

        Raises
        ------
        UnknownStepError
            If no such table left the site.
        """
        name = f"tables/{step}.parquet" if table is None else f"tables/{step}.{table}.parquet"
        if name not in self.members:
            left = self.steps if table is None else self.tables(step)
            raise UnknownStepError(f"{self.path.name} holds no released table", str(table or step), left)
        return self._rows(name)

    def moments(self, step: str) -> pa.Table | None:
        """Read the moments of a step; None where none left."""
        name = f"moments/{step}.parquet"
        return self._rows(name) if name in self.members else None

    def _rows(self, name: str) -> pa.Table:
        try:
            return read_parquet(self.members[name])
        except (pa.ArrowException, OSError):
            raise BrokenSealError(self.path, f"{name} is no table that Industria writes") from None

    def brief(self, language: str) -> str:
        """Return the released brief as a page.

        Raises
        ------
        UnknownStepError
            If there is none in this language.
        """
        name = f"brief/brief.{language}.html"
        if name not in self.members:
            raise UnknownStepError(f"{self.path.name} has no brief in", language, self.languages)
        return self.members[name].decode()


def seal(members: Mapping[str, bytes], manifest: Mapping[str, Any], *, key: str | Path, out: str | Path) -> Path:
    """Seal what may leave a site into one signed file.

    The same members, manifest and key give the same bytes.

    Parameters
    ----------
    members : mapping of str to bytes
        `certificate.json`, `values.json`, `relations.json`, `tables/<step>.parquet`, `tables/<step>.<table>.parquet`,
        `moments/<step>.parquet`, `brief/brief.<language>.html`; nothing else leaves.
    manifest : mapping
        `study pack site synthetic created steps software`, and where a site tells them, `coverage` (of source
        and column, as in "firms.employees"), `definitions` (answers by question) and `needs_approval` (whether it
        opens only once a second person has signed). Each of `steps` has
        `name measure code parameters pools rows population_period by additive`: `by` lists the columns that
        make a row of its table, `additive` those that add up over sites, and no share and no mean.
    key : path
        A file that `make_key` wrote.
    out : path
        The sealed file; it is there whole or not at all.

    Returns
    -------
    Path
        Of the sealed file.

    Raises
    ------
    ReleaseRefusedError
        If a member or a word of the manifest has no place there, or is missing.
    BrokenSealError
        If `created` is no time, or lies before this program was written.
    KeyFileError
        If the key cannot be used, or others can read it.
    UnwrittenFileError
        If disk or permissions do not allow the file.
    """
    place = Path(out)
    for name in members:
        if not MEMBER.fullmatch(name):
            raise ReleaseRefusedError(place, f"{name!r} is no file that may leave a site")
    lacks = [name for name in NEEDED if name not in members] + lacking(manifest)
    if lacks:
        raise ReleaseRefusedError(place, f"it lacks {listing(lacks)}")
    if strange := beyond(manifest):
        raise ReleaseRefusedError(place, f"its manifest has no place for {listing(strange)}")
    if not is_site(manifest["site"]):
        raise ReleaseRefusedError(place, f"{str(manifest['site'])[:80]!r} names no site: words without commas, please")
    moment(manifest["created"], place, "its date")
    return sign(members, {"format": FORMAT, **manifest}, key=key, out=place)


def open_release(path: str | Path, *, trust: Iterable[str] | Trust = ()) -> Sealed:
    """Open a sealed release, and check every byte of it.

    Parameters
    ----------
    path : path
        The sealed file.
    trust : iterable of str, or mapping
        Public keys in hex, as a mapping each with its site. Whoever signed, the site and the
        second person, must be among them; without any, only that nothing was changed is checked.

    Returns
    -------
    Sealed
        With its manifest, tables, values, certificate and brief.

    Raises
    ------
    BrokenSealError
        If it is cut off or changed by a single bit, is of another format, has no right
        signature, or is signed by somebody who is not trusted; the message names site and member.
    ReleaseRefusedError
        If its site wants a second person to approve it, and nobody has.
    KeyFileError
        If a word of `trust` is no public key.
    """
    sealed = open_unapproved(path, trust=trust)
    if sealed.approval is None and sealed.manifest.get("needs_approval", False) is not False:
        raise ReleaseRefusedError(
            sealed.path,
            f"site {sealed.site} wants a second person to approve it, and nobody has: "
            "industria release approve FILE --key KEY --note TEXT",
        )
    return sealed


def open_unapproved(path: str | Path, *, trust: Iterable[str] | Trust = ()) -> Sealed:
    """Open a sealed release as `open_release` does, for whoever is to approve it: nobody needs to have done so."""
    keys = trusted(trust)
    signed = open_signed(path, lambda name: MEMBER.fullmatch(name) is not None, trust=keys)
    place, manifest = signed.path, signed.manifest
    if manifest.get("format") != FORMAT:
        raise BrokenSealError(place, f"it has the format {manifest.get('format')!r}; this version reads {FORMAT!r}")
    lacks = [name for name in NEEDED if name not in signed.members] + lacking(manifest)
    if lacks:
        raise BrokenSealError(place, f"it lacks {listing(lacks)}")
    if not is_site(manifest["site"]):
        raise BrokenSealError(place, "its manifest names no site")
    for name in NEEDED:
        _read_json(place, name, signed.members[name], dict if name == "certificate.json" else list)
    not_ahead(moment(manifest["created"], place, "its date"), place, "its date")
    return Sealed(place, signed.sha256, manifest, signed.members, approval_of(signed, keys))


def _read_json(place: Path, name: str, content: bytes, kind: type) -> None:
    try:
        told = json.loads(content)
    except ValueError:
        told = None
    if not isinstance(told, kind):
        raise BrokenSealError(place, f"{name} is not what Industria writes; ask the sender how it was made")
