"""How alike occupations are by what they ask of people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.sparse import csr_array

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.rows import Array, Field, Rows, read
from industria.core.table import TableLike, as_table
from industria.errors import ChoiceError, EmptyTableError, ParameterRangeError
from industria.kernels import similarity as kernel

__all__ = ["Similarity", "similarity"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Similarity(Result):
    """Pairs of occupations that are alike.

    Attributes
    ----------
    table : Table
        One row a pair: `origin, destination, similarity`, the most similar of an origin first.
    kind : str
        cosine, jaccard or needs.
    n_occupations, n_elements, n_domains : int
        Occupations and elements of the profiles, and domains over which similarities are averaged.
    n_empty : int
        Occupations whose profile holds nothing; they are like none.
    """

    kind: str
    n_occupations: int
    n_elements: int
    n_domains: int
    n_empty: int


@measure(
    gives={
        "origin": "occupation that somebody leaves [code]",
        "destination": "occupation that somebody goes to [code]",
        "similarity": "how alike the two are, 1 where nothing differs [1]",
    },
    cites=(
        "Kanders, Djumalieva, Sleeman & Orlik (2020), Mapping Career Causeways: Supporting workers at risk, Nesta; "
        "Ružička (1958), Anwendung mathematisch-statistischer Methoden in der Geobotanik, for graded values"
    ),
    design="descriptive",
)
def similarity(
    profiles: TableLike,
    weights: TableLike | None = None,
    origins: TableLike | None = None,
    *,
    kind: Literal["cosine", "jaccard", "needs"] = "cosine",
    standardize: bool = False,
    top: int | None = 20,
) -> Similarity:
    """Compare occupations by their skills, knowledge or activities.

    With a and b the values of origin and destination, and w the weights of elements, `cosine` is
    Σ w a b over the root of Σ w a² · Σ w b², `jaccard` Σ w min(a, b) over Σ w max(a, b), and `needs`
    Σ w min(a, b) over Σ w b: the share of what the destination needs that the origin brings.
    The first two are symmetric; `needs` is not, as a nurse meets more of an aide's job than
    an aide of a nurse's. With domains the similarity is the mean over those in which it is defined.

    It compares descriptions of jobs. Pay, licenses, hours, places and whether anybody is hired are not in it.

    Parameters
    ----------
    profiles : Table
        `occupation, element` and, if there, `value` (1 where it is not told) and `domain`, as skills
        and activities. An element that an occupation does not list has the value 0; in a domain of
        which it lists nothing it has no profile, and is like none.
    weights : Table, optional
        `element, weight`; 1 each without it.
    origins : Table, optional
        `origin`: those to be compared with all others; all, without it.
    kind : {"cosine", "jaccard", "needs"}
        How they are compared.
    standardize : bool
        Bring each element to mean 0 and standard deviation 1 over occupations first, so that what
        all occupations ask for makes none alike. Cosine alone; it then lies in [-1, 1].
    top : int or None
        Destinations an origin keeps, of those above zero; None keeps all pairs. Similarities are made
        a block of origins at a time, so that memory is for the pairs that are kept.

    Returns
    -------
    Similarity
        One row a pair of different occupations, nothing null.

    Raises
    ------
    MissingColumnError, ColumnTypeError, MissingValueError
        If a column lacks, is of another type, or has gaps.
    NegativeValueError, InfiniteValueError
        If a weight is below zero, or a value where it is no cosine, or a number is infinite.
    DuplicateRowError
        If an occupation has an element twice, or an element or an origin stands twice.
    UnknownLabelError
        If an element has no weight, or an origin no profile.
    EmptyTableError
        If there are no profiles.
    ChoiceError, ParameterRangeError
        If a parameter lies outside its range.

    See Also
    --------
    industria.work.skill_gap : Tells for one pair which elements are missing.
    industria.work.pathway_check : Holds similarities beside moves that people made.

    Examples
    --------
    >>> import pandas as pd
    >>> profiles = pd.DataFrame({
    ...     "occupation": ["nurse"] * 3 + ["aide"],
    ...     "element": ["care", "records", "medication", "care"],
    ... })
    >>> print(similarity(profiles, kind="needs").to_pandas().to_string(index=False))
    origin destination  similarity
      aide       nurse    0.333333
     nurse        aide    1.000000
    """
    if kind not in get_args(kernel.Kind):
        raise ChoiceError("kind", kind, get_args(kernel.Kind))
    if standardize and kind != "cosine":
        raise ParameterRangeError(
            "standardize", standardize, f"False with kind={kind!r}, which has no mean to take off"
        )
    if top is not None and top < 1:
        raise ParameterRangeError("top", top, "a whole number of 1 or more, or None for all pairs")
    fields = (
        Field("domain", default=""),
        Field("occupation"),
        Field("element"),
        Field("value", "number" if kind == "cosine" else "amount", 1.0),
    )
    rows = read(profiles, "profiles", *fields, key=("domain", "occupation", "element"))
    if not rows.n:
        raise EmptyTableError("profiles")
    (codes, occupation), (elements, element), (domains, domain) = (
        _numbered(rows[column]) for column in ("occupation", "element", "domain")
    )
    w = _weights(weights, elements)
    spaces = []
    for d in range(len(domains)):
        here = domain == d
        columns, column = np.unique(element[here], return_inverse=True)
        X = csr_array((rows["value"][here], (occupation[here], column)), shape=(len(codes), len(columns)))
        told = np.bincount(occupation[here], minlength=len(codes)) > 0
        spaces.append(kernel.space(X, w[columns], kind, standardize, told))
    asked = _origins(origins, codes)
    return Similarity(
        table=as_table(_pairs(spaces, asked, codes, top), "pairs"),
        kind=kind,
        n_occupations=len(codes),
        n_elements=len(elements),
        n_domains=len(domains),
        n_empty=int(np.all([one.size == 0 for one in spaces], axis=0).sum()),
    )


def _numbered(column: list[str]) -> tuple[list[str], npt.NDArray[np.int64]]:
    """Give labels numbers in their order; to sort a few thousand of them is cheaper than to sort all rows."""
    encoded = pa.array(column, pa.string()).dictionary_encode()
    labels = encoded.dictionary.to_pylist()
    order = sorted(range(len(labels)), key=labels.__getitem__)
    rank = np.empty(len(labels), np.int64)
    rank[order] = np.arange(len(labels))
    return [labels[k] for k in order], rank[encoded.indices.to_numpy()]


def _weights(weights: TableLike | None, elements: list[str]) -> Array:
    if weights is None:
        return np.ones(len(elements))
    rows = read(weights, "weights", Field("element"), Field("weight", "amount"), key=("element",))
    told = dict(zip(rows["element"], rows["weight"].tolist(), strict=True))
    Rows("profiles", {"element": elements}, len(elements)).places("element", rows["element"], "weights")
    return np.array([told[element] for element in elements])


def _origins(origins: TableLike | None, codes: list[str]) -> npt.NDArray[np.int64]:
    if origins is None:
        return np.arange(len(codes))
    return read(origins, "origins", Field("origin"), key=("origin",)).places("origin", codes, "the table of profiles")


def _pairs(spaces: list[kernel.Space], asked: npt.NDArray[np.int64], codes: list[str], top: int | None) -> pa.Table:
    """Keep pairs block by block; a code stands once in memory until the end."""
    names = pa.array(codes, pa.string())
    kept = []
    for origins, S in kernel.blocks(spaces, asked):
        i, j, alike = kernel.closest(S, origins, top)
        kept.append((origins[i], j, alike))
    origin, destination, value = (np.concatenate(parts) for parts in zip(*kept, strict=True)) if kept else ([], [], [])
    return pa.table(
        {
            "origin": names.take(pa.array(origin, pa.int64())),
            "destination": names.take(pa.array(destination, pa.int64())),
            "similarity": pa.array(value, pa.float64()),
        }
    )
