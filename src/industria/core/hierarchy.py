"""Classifications as trees: which code a code belongs to, by rule or by a table."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import narwhals.stable.v2 as nw

from industria.core.regions import region_of
from industria.core.table import Table, TableLike, as_table, collect
from industria.errors import MissingValueError, UnknownClassificationError, UnknownCodeError

__all__ = ["CLASSIFICATIONS", "Hierarchy", "HierarchyLike"]


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """The tree of a classification.

    Attributes
    ----------
    name : str
        "SOC", or "table" for one that a table tells.
    """

    name: str
    _parents: Mapping[str, str | None] | None = None

    @classmethod
    def of(cls, classification: HierarchyLike) -> Hierarchy:
        """Take a name, a table of `code` and `parent`, or a hierarchy as one.

        Raises
        ------
        UnknownClassificationError
            If no classification has the name.
        MissingColumnError, MissingValueError
            If a table lacks `code` or `parent`, or a code is missing.
        """
        if isinstance(classification, Hierarchy):
            return classification
        if isinstance(classification, str):
            if classification not in _RULES:
                raise UnknownClassificationError(classification, CLASSIFICATIONS)
            return cls(classification)
        return cls.from_table(classification)

    @classmethod
    def from_table(cls, table: TableLike) -> Hierarchy:
        """Read a tree from `code` and `parent`; a root has no parent.

        Raises
        ------
        MissingColumnError, MissingValueError
            If a column or a code is missing.
        UnknownCodeError
            If a code is its own ancestor.
        """
        rows = collect(as_table(table, "hierarchy", "code", "parent").select(nw.col("code", "parent").cast(nw.String)))
        if rows["code"].null_count:
            gap = rows["code"].is_null().index(True).as_py() + 1
            raise MissingValueError("hierarchy", "code", rows["code"].null_count, rows.num_rows, f"row {gap}")
        tree = cls("table", dict(zip(rows["code"].to_pylist(), rows["parent"].to_pylist(), strict=True)))
        for code in tree._parents or {}:
            tree.ancestors(code)
        return tree

    def canonical(self, code: str) -> str:
        """Return a code as its classification writes it: OEWS's 622000 is NAICS 622, CBO's 5143-20 is 514320."""
        return code if self._parents is not None else _RULES[self.name].canonical(code)

    def knows(self, code: str) -> bool:
        """Tell whether a code is of the form that the classification has, or stands in its table."""
        if self._parents is not None:
            return code in self._parents or code in self._parents.values()
        return _RULES[self.name].form.fullmatch(self.canonical(code)) is not None

    @property
    def form(self) -> str:
        """How codes look, in words."""
        return "its table does not list it" if self._parents is not None else _RULES[self.name].words

    def parent(self, code: str) -> str | None:
        """Return the code that a code belongs to; None for a root and for what is no code."""
        if self._parents is not None:
            return self._parents.get(code)
        return _RULES[self.name].parent(self.canonical(code)) if self.knows(code) else None

    def ancestors(self, code: str) -> list[str]:
        """List parent, grandparent and so on up to the root.

        Raises
        ------
        UnknownCodeError
            If a table makes a code its own ancestor.
        """
        line: list[str] = []
        above = self.parent(code)
        while above is not None:
            if above in line or above == code:
                raise UnknownCodeError("hierarchy", "code", code, self.name, "it is its own ancestor")
            line.append(above)
            above = self.parent(above)
        return line

    def level(self, code: str) -> int:
        """Return 1 for a root, 2 for its children, and so on; 31, 32 and 33 are one sector of NAICS."""
        line = [self.canonical(code), *self.ancestors(code)]
        return len(line) - sum(self.name == "NAICS" and part in _NAICS_SECTORS for part in line)

    def descendants(self, codes: Sequence[str]) -> dict[str, list[str]]:
        """List, for every code above some of these, which of them stand below it, a code that is one itself included.

        Parameters
        ----------
        codes : sequence of str
            Those that are looked for, as in a correspondence.

        Returns
        -------
        dict of str to list of str
            By canonical code, in the order of `codes`.
        """
        below: dict[str, list[str]] = {}
        for code in codes:
            for above in (self.canonical(code), *self.ancestors(code)):
                below.setdefault(above, []).append(code)
        return below


HierarchyLike = Hierarchy | Table | str
"""A name such as "SOC", a table of `code` and `parent`, or a hierarchy."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """How codes of a classification look, and how the parent is read from a code."""

    words: str
    form: re.Pattern[str]
    parent: Callable[[str], str | None]
    canonical: Callable[[str], str] = str


# Minor groups whose third digit counts with the second; 15-1100 is SOC 2010's.
_SOC_MINORS: Final = ("15-1100", "15-1200", "31-1100", "51-5100")
_NAICS_SECTORS: Final = dict(
    part.split("=") for part in ["31=31-33", "32=31-33", "33=31-33", "44=44-45", "45=44-45", "48=48-49", "49=48-49"]
)
# The first division of every section; letters are no prefixes.
_ISIC_4: Final = "A1 B5 C10 D35 E36 F41 G45 H49 I55 J58 K64 L68 M69 N77 O84 P85 Q86 R90 S94 T97 U99"
_ISIC_31: Final = "A1 B5 C10 D15 E40 F45 G50 H55 I60 J65 K70 L75 M80 N85 O90 P95 Q99"
_NACE_21: Final = "A1 B5 C10 D35 E36 F41 G46 H49 I55 J58 K61 L64 M68 N69 O77 P84 Q85 R86 S90 T94 U97 V99"


def _soc_parent(code: str) -> str | None:
    if code.endswith("0000"):
        return None
    minor = f"{code[:5]}00" if f"{code[:5]}00" in _SOC_MINORS else f"{code[:4]}000"
    if code == minor:
        return f"{code[:2]}-0000"
    if code.startswith("29-122"):  # physicians run over the tens of their broad code
        return "29-1210" if code != "29-1220" else minor
    return minor if code.endswith("0") else f"{code[:6]}0"


def _onet_parent(code: str) -> str | None:
    return code[:7] if len(code) > 7 else _soc_parent(code)


def _naics_parent(code: str) -> str | None:
    if "-" in code:
        return None
    return code[:-1] if len(code) > 2 else _NAICS_SECTORS.get(code)


def _naics_canonical(code: str) -> str:
    # Six-digit codes do end in one zero (622110); two and more are OEWS's padding.
    if re.fullmatch(r"\d{4}00", code):
        return code.rstrip("0").ljust(2, "0")
    return next((group for group in _NAICS_SECTORS.values() if code == f"{group}0000"), code)


def _by_section(sections: str) -> Callable[[str], str | None]:
    first = {section[0]: int(section[1:]) for section in sections.split()}

    def parent(code: str) -> str | None:
        if code.isalpha():
            return None
        if len(code) > 2:
            return code[:-1]
        return max((letter for letter, division in first.items() if division <= int(code)), default=None)

    return parent


def _by_digits(*lengths: int) -> Callable[[str], str | None]:
    def parent(code: str) -> str | None:
        shorter = [length for length in lengths if length < len(code)]
        return code[: shorter[-1]] if shorter else None

    return parent


def _without(marks: str) -> Callable[[str], str]:
    def canonical(code: str) -> str:
        return re.sub(rf"(?<=\d)[{marks}](?=\d)", "", code)

    return canonical


def _digits(*lengths: int) -> re.Pattern[str]:
    return re.compile("|".join(rf"\d{{{length}}}" for length in lengths))


_SECTIONED: Final = re.compile(r"[A-V]|\d{2,4}")
_RULES: Final = {
    "SOC": _Rule("codes look like 29-1141", re.compile(r"\d\d-\d{4}"), _soc_parent),
    "O*NET-SOC": _Rule("codes look like 29-1141.00", re.compile(r"\d\d-\d{4}(\.\d\d)?"), _onet_parent),
    "ISCO-08": _Rule("codes have 1 to 4 digits", _digits(1, 2, 3, 4), _by_digits(1, 2, 3)),
    "ISCO-88": _Rule("codes have 1 to 4 digits", _digits(1, 2, 3, 4), _by_digits(1, 2, 3)),
    "NAICS": _Rule(
        "codes have 2 to 6 digits, or are 31-33, 44-45, 48-49",
        re.compile(r"\d{2,6}|31-33|44-45|48-49"),
        _naics_parent,
        _naics_canonical,
    ),
    "ISIC": _Rule("codes are a letter or 2 to 4 digits", _SECTIONED, _by_section(_ISIC_4), _without(".")),
    "ISIC 3.1": _Rule("codes are a letter or 2 to 4 digits", _SECTIONED, _by_section(_ISIC_31), _without(".")),
    "NACE": _Rule("codes are a letter or 2 to 4 digits", _SECTIONED, _by_section(_ISIC_4), _without(".")),
    "NACE 2.1": _Rule("codes are a letter or 2 to 4 digits", _SECTIONED, _by_section(_NACE_21), _without(".")),
    "HS": _Rule("codes have 2, 4 or 6 digits", _digits(2, 4, 6), _by_digits(2, 4), _without(".")),
    "SITC": _Rule("codes have 1 to 5 digits", _digits(1, 2, 3, 4, 5), _by_digits(1, 2, 3, 4), _without(".")),
    "countries": _Rule(
        "codes look like BRA, or are those of regions, as 419", re.compile(r"[A-Z]{3}|\d{3}"), region_of
    ),
    "CBO 2002": _Rule("codes have 1 to 4 or 6 digits", _digits(1, 2, 3, 4, 6), _by_digits(1, 2, 3, 4), _without("-")),
}

CLASSIFICATIONS: Final = tuple(_RULES)
"""Names of the hierarchies that are known by rule."""
