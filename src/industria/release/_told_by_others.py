"""Variables that others tell, unit by unit: whoever reads one of them reads in it what is withheld of another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from industria.errors import ReleaseRefusedError, listing
from industria.release._beside import NUMBER
from industria.release._deadline import Deadline
from industria.release._dependent import CLOSE, Follows, dependent
from industria.release._given import Given
from industria.release._names import in_one_list
from industria.release._variables import have_one_name

__all__ = ["refuse_told_by_others"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Terms = Mapping[str, float]

SAME: Final = 1e-9
"""Part of a number by which it may differ in the last bits."""
LEAST: Final = 4
"""Units in common below which numbers of any two variables may follow each other."""
MANY: Final = 32
"""Sets of units that variables have in common up to which each is looked at."""
NEARLY: Final = "equations between variables that hold nearly, or but for some units, and that the study does not name"
APART: Final = "equations of the study between numbers of different rows, as averages of different columns are"
LATE: Final = "equations between variables for which no time was left"
BEFORE: Final = "equations between variables that left before"
SETS: Final = f"equations between variables beyond {MANY} sets of units that they have in common"


class _Numbers(NamedTuple):
    """What each unit, or each unit of a code, brings to a variable.

    Attributes
    ----------
    given : Given
        Where it stands.
    key : array of int
        The units, in order.
    x : array
        What they bring, with their weights: what a table adds up.
    """

    given: Given
    key: Ids
    x: Array


def refuse_told_by_others(
    here: Sequence[Given], before: Sequence[Given], identities: Sequence[Terms], deadline: Deadline
) -> list[str]:
    """Refuse variables of which one is an exact function of others over the units that they have in common.

    Amounts in thousands, amounts from another zero, and sums of other amounts are told by these, whatever the rows
    that they are added up over: by unit, and by unit and the codes that tables share.

    Parameters
    ----------
    here, before : sequence of Given
        Of this release, and of earlier ones; with digests for names.
    identities : sequence of Terms
        Equations of the study, which the system of cells knows.
    deadline : Deadline
        After which no more is looked at: earlier releases, and with them variables, become more and more.

    Returns
    -------
    list of str
        What was not looked at.

    Raises
    ------
    ReleaseRefusedError
        If a variable follows from others and no equation says so. The message holds no factor: it may be a value.
    """
    notes: dict[str, None] = {}
    earlier = {(one.step, one.column) for one in before}
    for several in _kinds([*before, *here]):
        if len(several) > 1:
            notes[NEARLY] = None
        for by in _shared_dimensions(several):
            sets = _in_common(_numbers(several, by))
            if len(sets) > MANY:
                notes[SETS] = None
            for numbers in sets[:MANY]:
                if not deadline.left:
                    notes[LATE] = None
                    break
                for of, found in _dependent(numbers):
                    if _is_known(of, found, identities):
                        if len({one.population for one in of}) > 1 and len(of) > 2:
                            notes[APART] = None
                        continue
                    if all((one.step, one.column) in earlier for one in of):
                        notes[BEFORE] = None
                        continue
                    raise _refused(of, found)
    return list(notes)


def _kinds(givens: Sequence[Given]) -> list[list[Given]]:
    """List what is told of one kind of units, each variable of a population once; records have names in one alone."""
    # Of estimates, each number is of other units.
    amounts = [one for one in givens if one.has_contributors and NUMBER not in one.by]
    units, places = in_one_list([one.who.names for one in amounts])
    kinds: dict[tuple[str, str], dict[tuple[object, ...], Given]] = {}
    for one, place in zip(amounts, places, strict=True):
        # Where each unit counts for one, that is a constant, which is no variable.
        if not one.counts or one.has_weights:
            kind = kinds.setdefault((one.unit, "" if one.unit else one.population), {})
            told = (one.variable, one.population, one.has_weights, frozenset(one.by))
            kind.setdefault(told, replace(one, who=one.who.moved(units, place)))
    return [list(of.values()) for of in kinds.values()]


def _shared_dimensions(givens: Sequence[Given]) -> list[tuple[str, ...]]:
    """List the sets of dimensions that two tables share, none of them first."""
    found = {frozenset[str](): None}
    found |= {frozenset(one.by) & frozenset(other.by): None for one, other in combinations(givens, 2)}
    return [tuple(sorted(of)) for of in found][:MANY]


def _numbers(several: Sequence[Given], by: tuple[str, ...]) -> list[_Numbers]:
    """Add up what each unit brings, of each code of some dimensions; each variable of a population once."""
    cells: dict[tuple[str, ...], int] = {}
    found: dict[tuple[object, ...], _Numbers] = {}
    for one in several:
        if not set(by) <= set(one.by):
            continue
        key = _coded(one, by, cells) * len(one.who.names) + one.who.ids
        found.setdefault((one.variable, one.population, one.has_weights), _Numbers(one, *_added_up(key, one.weighted)))
    return list(found.values())


def _coded(one: Given, by: Sequence[str], cells: dict[tuple[str, ...], int]) -> Ids:
    """Return the number of the codes of each contribution; tables that share a list of codes have one numbering."""
    of = np.zeros(len(one.x), np.int64)
    codes: list[tuple[str, ...]] = [()]
    for name in by:
        words, ids = one.leaf[one.by.index(name)]
        # Numbered anew at each dimension: the product of all would be no number of 64 bits.
        there, of = _numbered(of * len(words) + ids)
        codes = [(*codes[i // len(words)], words[i % len(words)]) for i in there.tolist()]
    number = np.array([cells.setdefault(code, len(cells)) for code in codes], np.int64)
    return np.asarray(number[of], np.int64)


def _added_up(key: Ids, x: Array) -> tuple[Ids, Array]:
    there, of = _numbered(key)
    return there, np.asarray(np.bincount(of, x, len(there)), float)


def _numbered(key: Ids) -> tuple[Ids, Ids]:
    """Return the different numbers in order, and the place of each among them."""
    n = int(key.max(initial=-1)) + 1
    if n > 4 * len(key):
        there, of = np.unique(key, return_inverse=True)
        return there, of
    is_there = np.bincount(key, minlength=n) > 0
    return np.flatnonzero(is_there).astype(np.int64), (np.cumsum(is_there) - 1)[key]


def _in_common(columns: Sequence[_Numbers]) -> list[list[_Numbers]]:
    """List variables with the rows that they share: of all that have the same, and of any two, three and so on."""
    sets = list({one.key.tobytes(): one.key for one in columns}.values())
    known = {of.tobytes() for of in sets}
    for i, one in enumerate(sets):  # grows while it is read
        for other in sets[: i if len(sets) <= MANY else 0]:
            both = np.intersect1d(one, other, assume_unique=True)
            if len(both) >= LEAST and both.tobytes() not in known:
                known.add(both.tobytes())
                sets.append(both)
    found = []
    for rows in sets:
        inside = [of for one in columns if (of := _within(one, rows)) is not None]
        if len(rows) >= LEAST and len(inside) > 1:
            found.append(inside)
    return found


def _dependent(numbers: Sequence[_Numbers]) -> Iterator[tuple[list[Given], Follows]]:
    """Yield what follows from what: of any two, and of several variables with each told once.

    How populations of one variable add up, as years do, the system of cells knows.
    """
    once = [
        list({one.given.variable: one for one in sorted(numbers, key=lambda one: one.given.population == of)}.values())
        for of in dict.fromkeys(one.given.population for one in numbers)
    ]
    for together, several in ((False, list(numbers)), *((True, of) for of in once)):
        for found in dependent([one.x for one in several], together=together):
            yield [several[j].given for j in (*found.of, found.column)], found


def _within(one: _Numbers, rows: Ids) -> _Numbers | None:
    """Take some rows of a variable; nothing where it has not all of them."""
    place = np.minimum(np.searchsorted(one.key, rows), len(one.key) - 1)
    if len(one.key) < len(rows) or not np.array_equal(one.key[place], rows):
        return None
    return one._replace(key=rows, x=one.x[place])


def _is_known(of: Sequence[Given], found: Follows, identities: Sequence[Terms]) -> bool:
    """Tell whether an equation of the study says it, or whether both are one variable for the system of cells."""
    *others, one = of
    same = len(others) == 1 and found.shift == 0 and abs(found.factors[0] - 1) <= SAME
    if same and (one.variable == others[0].variable or have_one_name(one, others[0])):
        return True
    if (
        len(others) == 1
        and one.variable == others[0].variable
        and (_is_part(one, others[0]) or _is_part(others[0], one))
    ):
        return True
    # The system of cells knows equations in which each variable stands once.
    known = [terms for terms in identities if all(abs(factor) == 1 for factor in terms.values())]
    names = list(dict.fromkeys([name for terms in known for name in terms] + [given.variable for given in of]))
    wanted = np.zeros(len(names) + 1)
    for given, factor in zip(of, [*found.factors, -1.0], strict=True):
        wanted[names.index(given.variable)] += factor
    wanted[-1] = found.shift
    said = np.array([[terms.get(name, 0.0) for name in names] + [0.0] for terms in known]).reshape(-1, len(names) + 1)
    left = wanted - said.T @ np.linalg.lstsq(said.T, wanted, rcond=None)[0] if len(said) else wanted
    return bool(np.abs(left).max() <= SAME)


def _is_part(one: Given, whole: Given) -> bool:
    """Tell whether a table is of the rows of one code of another table of its variable, as of one year of several."""
    further = sorted(set(whole.by) - set(one.by))
    if not further:
        return False
    n = len(whole.who.names)
    key, x = _added_up(_coded(whole, further, {}) * n + whole.who.ids, whole.weighted)
    codes, units = np.divmod(key, n)
    unit, sums = _added_up(one.who.ids.astype(np.int64), one.weighted)
    place = np.minimum(np.searchsorted(unit, units), len(unit) - 1)
    both = unit[place] == units
    code = np.unique(codes[both], return_inverse=True)[1]
    off = np.abs(x[both] - sums[place][both]) > CLOSE * np.abs(x[both])
    return bool(((np.bincount(code, off) == 0) & (np.bincount(code) >= min(LEAST, len(unit)))).any())


def _refused(of: Sequence[Given], found: Follows) -> ReleaseRefusedError:
    *others, one = of
    steps = listing(list(dict.fromkeys(repr(given.step) for given in of)))
    where = f"steps {steps}" if "," in steps or " and " in steps else f"step {steps}"
    if len(others) > 1 or found.shift:
        return ReleaseRefusedError(where, _told(others, one, found))
    if one.variable == others[0].variable:
        return ReleaseRefusedError(
            where,
            f"the amounts of {one.variable!r} are in two units of measure, and those of one may tell what is withheld "
            "of the other; bring both to one unit",
        )
    if abs(found.factors[0] - 1) <= SAME:
        return ReleaseRefusedError(
            where,
            f"{others[0].variable!r} and {one.variable!r} are the same amounts of every unit that both have, and one "
            "may tell what is withheld of the other; give them one name, or let one of them stay",
        )
    return ReleaseRefusedError(
        where,
        f"{others[0].variable!r} and {one.variable!r} are one variable in two units of measure, and one may tell what "
        "is withheld of the other; bring both to one unit",
    )


def _told(others: Sequence[Given], one: Given, found: Follows) -> str:
    """Say what tells a variable, and what to do; without the factors."""
    names = listing([repr(given.variable) for given in others])
    if [one.variable] == [given.variable for given in others]:
        names = "its amounts in another table"
    rest = " and how many units there are" if found.shift else ""
    # An equation of a study adds and subtracts.
    adds = not found.shift and bool((np.abs(np.abs(found.factors) - 1) <= SAME).all())
    return (
        f"{one.variable!r} is, of every unit that they have in common, told by {names}{rest}, and may tell what is "
        f"withheld of {'them' if len(others) > 1 else 'it'}; let one of them stay"
        + (", or declare the [[identity]] in a study" if adds else "")
    )
