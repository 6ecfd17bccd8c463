"""What products need, who may acquire it, and which capabilities stand for others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import narwhals.stable.v2 as nw
import numpy as np

from industria.core.rows import Array, Field, Rows, read
from industria.core.table import TableLike, as_table
from industria.ecosystems._vocabulary import ABOVE, tree_of
from industria.errors import EmptyTableError, OutsideRangeError, UnknownCodeError
from industria.kernels.capability_matching import Ids, Needs

__all__ = ["Ancestors", "Group", "Lack", "Requirements", "ancestors_of", "lack_of", "requirements_of"]

Key = tuple[str, str]
Ancestors = Mapping[Key, Sequence[str]]
CERTIFIED: Final = ("certification", "test")
"""Types whose acquisition is certification; that of the others is retooling."""
GROUPS: Final = 62
"""A product has at most so many groups: each is a bit."""


@dataclass(frozen=True, slots=True)
class Group:
    """Alternatives, one of which a product needs, and what it takes to acquire the easiest.

    `weeks`, `cost` and `hours` are NaN where nobody tells what it takes.
    """

    words: str
    name: str
    acquirable: bool
    certified: bool
    weeks: float
    cost: float
    hours: float


@dataclass(frozen=True, slots=True)
class Requirements:
    """Groups by product, and what the kernel reads.

    Attributes
    ----------
    products : list of str
        Sorted.
    groups : list of Group
        By product, then name.
    keys : list of (str, str)
        Types and codes that satisfy some requirement.
    needs : Needs
        Of these keys.
    per_worker : array, shape (products,)
        Units a worker makes in a week; NaN where no group of labor tells it.
    """

    products: list[str]
    groups: list[Group]
    keys: list[Key]
    needs: Needs
    per_worker: Array


def ancestors_of(vocabulary: TableLike | None, told: Iterable[tuple[str, str, str | None]]) -> tuple[Ancestors, Any]:
    """Tell the codes above each code, from a vocabulary and from paths of a registry, and what codes are called."""
    above: dict[Key, Sequence[str]] = {
        (kind, code): path.split(ABOVE)[:-1] for kind, code, path in told if path is not None
    }
    names: dict[Key, str] = {}
    if vocabulary is not None:
        tree, typed = tree_of(vocabulary)
        for issue in typed.issues:
            raise UnknownCodeError(
                "vocabulary", issue.column, str(issue.value), "the vocabulary", issue.problem, issue.row
            )
        above |= {key: path.split(ABOVE)[:-1] for key, path in tree.paths.items()}
        cells = zip(*(typed.texts(column) for column in ("type", "code", "name")), strict=True)
        names = {(str(kind), str(code)): name for kind, code, name in cells if name}
    return above, names


def requirements_of(
    requirements: TableLike,
    acquisitions: TableLike | None,
    products: TableLike | None,
    above: Ancestors,
    names: Mapping[Key, str],
) -> Requirements:
    """Read requirements and acquisitions, each checked by itself and against products."""
    table = as_table(requirements, "requirements", "product", "group", "type", "code")
    rows = read(
        table.with_columns(nw.col("group").cast(nw.String)),
        "requirements",
        Field("product"),
        Field("group"),
        Field("type"),
        Field("code"),
        Field("quantity", "amount", None),
        Field("acquirable", "truth", None),
        key=("product", "group", "type", "code"),
    )
    if not rows.n:
        raise EmptyTableError("requirements")
    if products is not None:
        rows.places("product", read(products, "products", Field("product"), key=("product",))["product"], "products")
    ways = _ways(acquisitions, above)
    labels = list(zip(rows["product"], rows["group"], strict=True))
    of_group: dict[tuple[str, str], list[int]] = {}
    for i, label in enumerate(labels):
        of_group.setdefault(label, []).append(i)
    groups = {label: _group(label[1], rows, several, ways, names) for label, several in of_group.items()}
    listed = sorted({product for product, _ in groups})
    place = {product: p for p, product in enumerate(listed)}
    number = {label: g for g, label in enumerate(groups)}
    p = np.array([place[product] for product, _ in groups], np.int64)
    bit = np.arange(len(p)) - np.searchsorted(p, p)
    if bit.max(initial=0) >= GROUPS:
        most = listed[int(p[bit.argmax()])]
        raise OutsideRangeError(
            "requirements", "group", float(bit.max() + 1), f"product = {most!r}", f"stands at most {GROUPS} times"
        )
    keys, start, row = _satisfied(rows, above)
    needs = Needs(
        start=start,
        row=row,
        group=np.array([number[label] for label in labels], np.int64),
        quantity=rows["quantity"],
        product=p,
        bit=bit,
        fixed=np.array([not group.acquirable for group in groups.values()], bool),
    )
    return Requirements(listed, list(groups.values()), keys, needs, _per_worker(rows, needs, len(listed)))


class _Way(NamedTuple):
    """What it takes to acquire a capability; the easiest comes first."""

    weeks: float
    cost: float
    hours: float
    kind: str


def _ways(acquisitions: TableLike | None, above: Ancestors) -> dict[Key, _Way]:
    """Tell the easiest way to each capability; who acquires a child has its parents too."""
    rows = read(
        acquisitions,
        "acquisitions",
        Field("type"),
        Field("code"),
        Field("weeks", "count"),
        Field("cost", "amount", 0.0),
        Field("broker_hours", "amount", 0.0),
        key=("type", "code"),
    )
    ways: dict[Key, _Way] = {}
    for i in range(rows.n):
        kind, code = rows["type"][i], rows["code"][i]
        weeks, cost, hours = (float(rows[column][i]) for column in ("weeks", "cost", "broker_hours"))
        way = _Way(weeks, cost, hours, kind)
        for each in (code, *above.get((kind, code), ())):
            ways[kind, each] = min(way, ways.get((kind, each), way))
    return ways


def _group(name: str, rows: Rows, several: list[int], ways: Mapping[Key, _Way], names: Mapping[Key, str]) -> Group:
    keys = {i: (rows["type"][i], rows["code"][i]) for i in several}
    told = {i: rows["acquirable"][i] for i in several}
    acquired = [i for i in several if told[i] or (told[i] is None and keys[i] in ways)]
    known = [ways[keys[i]] for i in acquired if keys[i] in ways]
    best = min(known) if known else _Way(np.nan, np.nan, np.nan, keys[(acquired or several)[0]][0])
    words = " or ".join(f"{names.get(key, key[1].replace('_', ' '))} ({key[0]})" for key in keys.values())
    return Group(f"{name}: {words}", name, bool(acquired), best.kind in CERTIFIED, best.weeks, best.cost, best.hours)


def _satisfied(rows: Rows, above: Ancestors) -> tuple[list[Key], Ids, Ids]:
    """List the capabilities that satisfy a requirement: its own, and all below it, never those above."""
    wanted: dict[Key, list[int]] = {}
    for i in range(rows.n):
        wanted.setdefault((rows["type"][i], rows["code"][i]), []).append(i)
    found: dict[Key, list[int]] = {key: list(several) for key, several in wanted.items()}
    for (kind, code), parents in above.items():
        own = found.get((kind, code), [])
        met = {(rows["product"][i], rows["group"][i]) for i in own}
        for parent in reversed(parents):
            # One capability is one alternative of a group, though its parent be another.
            further = [i for i in wanted.get((kind, parent), []) if (rows["product"][i], rows["group"][i]) not in met]
            met |= {(rows["product"][i], rows["group"][i]) for i in further}
            own = [*own, *further]
        if own:
            found[kind, code] = own
    keys = sorted(found)
    sizes = [len(found[key]) for key in keys]
    row = np.array([i for key in keys for i in found[key]], np.int64)
    return keys, np.cumsum([0, *sizes], dtype=np.int64), row


def _per_worker(rows: Rows, needs: Needs, n: int) -> Array:
    """Tell units a worker and week, where labor is needed in a stated quantity."""
    labor = np.array([kind == "labor" for kind in rows["type"]], bool) & (rows["quantity"] > 0)
    of_group = np.zeros(len(needs.product))
    np.maximum.at(of_group, needs.group[labor], 1 / rows["quantity"][labor])
    least = np.full(n, np.inf)
    told = of_group > 0
    np.minimum.at(least, needs.product[told], of_group[told])
    return np.where(np.isfinite(least), least, np.nan)


@dataclass(frozen=True, slots=True)
class Lack:
    """What is missing for a product, and what it takes; NaN where nobody tells."""

    words: str | None
    n: int
    retool: float
    certification: float
    cost: float
    hours: float


def lack_of(requirements: Requirements, p: int, bits: int) -> Lack:
    """Tell what a product lacks where the groups of some bits are met."""
    needs = requirements.needs
    missing = [requirements.groups[g] for g in np.flatnonzero(needs.product == p) if not bits >> int(needs.bit[g]) & 1]
    acquired = [group for group in missing if group.acquirable]
    return Lack(
        "; ".join(group.words for group in missing) or None,
        len(missing),
        float(np.max([group.weeks for group in acquired if not group.certified], initial=0.0)),
        float(np.max([group.weeks for group in acquired if group.certified], initial=0.0)),
        float(sum(group.cost for group in acquired)),
        float(sum(group.hours for group in acquired)),
    )
