"""Release: policies, packs, sites, cells that are withheld, and sealed files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from industria.errors.tree import ContractError, DataError, IndustriaError, ReleaseRefusedError, UsageError

__all__ = [
    "BrokenSealError",
    "HierarchyError",
    "KeyFileError",
    "NoAdditiveTableError",
    "NotAdditiveError",
    "PackError",
    "PolicyError",
    "RequiredIntervalError",
    "SiteContractError",
    "SiteStepError",
    "UnprotectableError",
    "UnwrittenFileError",
]


class PolicyError(UsageError):
    """A policy has a field that is not known, out of its range, or against another."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(f"policy: {problem}" for problem in problems))


class PackError(UsageError):
    """A study cannot be packed for sites, or a pack cannot be used here."""

    def __init__(self, what: str) -> None:
        super().__init__(f"pack: {what}")


class SiteContractError(DataError):
    """Tables of a site do not keep the contract of a pack; no record value is told."""

    exit_code = ContractError.exit_code

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))


class SiteStepError(DataError):
    """A step does not go with the data of a site; what it said may hold values, and stays in a file of the site."""

    def __init__(self, place: str, kind: str, file: Path) -> None:
        super().__init__(f"{place}: {kind}; the whole message may hold record values and stays at the site, in {file}")


class HierarchyError(DataError):
    """Codes of a dimension do not make a tree, or a table holds others."""

    def __init__(self, dimension: str, what: str) -> None:
        super().__init__(f"hierarchies, dimension {dimension!r}: {what}")


class UnprotectableError(DataError):
    """A sensitive cell cannot be hidden by what may be withheld; numbers are those of a system of relations."""

    def __init__(self, cell: int, relation: int, named: str = "", joined: str = "") -> None:
        where = f"in the sum of {joined or f'relation {relation}'} too little" if relation >= 0 else "nothing"
        super().__init__(
            f"{named or f'cell {cell}'} cannot be protected: {where} may be withheld besides, or moves far enough. "
            "Keep fewer cells, or ask for less."
        )
        self.cell, self.relation = cell, relation


class NoAdditiveTableError(DataError):
    """No table of rounded or moved numbers adds up, or none was found in time."""

    def __init__(self, method: str, cells: int) -> None:
        super().__init__(
            f"{method}: no table of these {cells} cells adds up, or none was found in time. "
            "Give more time, or protect them by suppression."
        )


class RequiredIntervalError(DataError):
    """A cell requires an interval, has bounds or a cost that cannot be; no value is told."""

    def __init__(self, cell: str, what: str, found: int) -> None:
        super().__init__(f"cells: {cell} {what}" + (f"; so do {found - 1} others." if found > 1 else "."))


class NotAdditiveError(DataError):
    """A published total is not the sum of its parts, or no withheld values make it one."""

    def __init__(self, table: str, cell: str, what: str) -> None:
        super().__init__(f"{table}: {cell} {what}")


class BrokenSealError(ReleaseRefusedError):
    """A sealed file is cut off, changed, or not of the form that was agreed."""


class KeyFileError(UsageError):
    """A file holds no key that may sign, or a word is no public key."""

    def __init__(self, what: object, reason: str) -> None:
        super().__init__(f"{what}: {reason}")


class UnwrittenFileError(IndustriaError):
    """A file cannot be written: no space, no permission, no such place."""

    def __init__(self, path: object, reason: str) -> None:
        super().__init__(f"{path} cannot be written: {reason}. Nothing half written is left there.")
