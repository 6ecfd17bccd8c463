"""What actors can probably do besides what they say: inferred, marked, and scored on what they do say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.rows import Array, Field, Rows, read
from industria.core.table import Table, TableLike, as_table
from industria.ecosystems._declared import INFERRED, Declared, with_inferred
from industria.ecosystems._naics import FINEST, coded, industry
from industria.ecosystems._relatedness import Proximities, Related
from industria.errors import ChoiceError, EmptyTableError, ParameterRangeError
from industria.kernels.capability_inference import Branches, Score, branches, combined, score, smoothed

__all__ = ["InferredCapabilities", "inferred_capabilities"]

Method = Literal["hierarchy", "relatedness", "both"]
Ids = npt.NDArray[np.int64]
LEVELS: Final = (0, *range(2, FINEST + 1))
BINS: Final = ("low", "high", "pairs", "predicted", "observed")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class InferredCapabilities(Result):
    """Capabilities that are declared, and those that are probable.

    Attributes
    ----------
    table : Table
        `actor, type, code, probability, level, n_similar, declared, evidence`, a row where it is declared
        or the probability is not below the threshold.
    capabilities : Table
        Declared rows as they came, and inferred ones with `evidence` inferred and `confidence` the
        probability: what `pivot_matches` reads.
    calibration : Table
        `low, high, pairs, predicted, observed`: by tenths of the probability, its mean and the share
        declared, each actor left out of its own probabilities.
    log_loss, auc, brier : float or None
        Of the same; null where nothing or everything is declared.
    n_actors, n_capabilities, n_inferred : int
        Actors, different capabilities declared, and rows inferred.
    """

    capabilities: Table
    calibration: Table
    log_loss: float | None
    auc: float | None
    brier: float | None
    n_actors: int
    n_capabilities: int
    n_inferred: int


@measure(
    gives={
        "probability": "that the actor holds the capability [fraction]",
        "level": "digits of NAICS at which it has others beside it; 0 for all actors [count]",
        "n_similar": "actors there, this one too; by relatedness, related capabilities that it holds [count]",
        "declared": "whether the registry has it, inspected or declared [1]",
        "evidence": "inferred, or what the registry says; null where it does not [name]",
        "confidence": "of inferred rows, the probability [fraction]",
        "low": "lower end of a bin of probabilities [fraction]",
        "high": "upper end [fraction]",
        "pairs": "pairs of an actor and a capability in the bin [count]",
        "predicted": "their mean probability, the actor itself left out [fraction]",
        "observed": "share of them that is declared [fraction]",
    },
    cites="Hidalgo, Klinger, Barabasi & Hausmann (2007), The Product Space Conditions the Development of Nations, "
    "Science 317, 482-487",
    design="descriptive",
)
def inferred_capabilities(
    actors: TableLike,
    capabilities: TableLike,
    relatedness: TableLike | None = None,
    *,
    method: Method = "hierarchy",
    prior_strength: float = 5.0,
    threshold: float = 0.5,
) -> InferredCapabilities:
    """Infer capabilities from industries, or from related capabilities, and tell how well that does.

    By hierarchy, shares are smoothed up the industry code: with k of n actors of a level
    holding the capability, p = (k + m p above)/(n + m), from the share of all actors
    down to the actor's own code. A level that sets nobody apart is passed over, so that
    nothing counts twice. By relatedness, p is the share of related capabilities that the
    actor holds, weighted by proximity. Who declares nothing counts as one who does not
    hold it, so probabilities are low where few were asked. None of it is evidence.

    Parameters
    ----------
    actors : Table
        `actor`; if there, `naics`, 2 to 6 digits.
    capabilities : Table
        `actor, type, code`; if there, `evidence`, `confidence`. Rows that were inferred before are left
        out; those of confidence 0 are no evidence.
    relatedness : Table, optional
        `code_i, code_j, proximity`: how near a capability is to another.
    method : {"hierarchy", "relatedness", "both"}
        `both` combines the two by a logistic regression on what is declared. For the scores the actor is
        left out of its coefficients by one step of Newton's method, not by as many regressions as actors.
    prior_strength : float
        m, in actors.
    threshold : float
        Probability from which a capability is inferred.

    Returns
    -------
    InferredCapabilities
        Sorted by actor, type and code.

    Raises
    ------
    MissingColumnError, MissingValueError, ColumnTypeError
        If a column or a cell lacks, or is of another kind.
    EmptyTableError
        If there are no actors.
    DuplicateRowError
        If an actor, or a pair of `relatedness`, stands twice.
    UnknownLabelError
        If a capability is of an actor that is not listed.
    NegativeValueError, InfiniteValueError, OutsideRangeError
        If a proximity is negative or infinite, or a confidence lies outside [0, 1].
    ChoiceError, ParameterRangeError
        If a parameter is none of its words, out of range, or asks for a table that is not there.
    ConvergenceError
        If the regression of both does not settle.

    Examples
    --------
    A and B coat; D is of their branch, 3132, and says nothing. C is of another branch of textiles.

    >>> import pandas as pd
    >>> actors = pd.DataFrame({
    ...     "actor": ["A", "B", "C", "D", "E", "F"],
    ...     "naics": ["313210", "313220", "313320", "3132", "326199", "326199"],
    ... })
    >>> capabilities = pd.DataFrame({
    ...     "actor": ["A", "B", "E", "F"],
    ...     "type": "process",
    ...     "code": ["coating", "coating", "molding", "molding"],
    ... })
    >>> found = inferred_capabilities(actors, capabilities, threshold=0.4)
    >>> shown = ["actor", "code", "probability", "level", "n_similar", "declared", "evidence"]
    >>> print(found.to_pandas()[shown].round(3).to_string(index=False, na_rep="-"))
    actor    code  probability  level  n_similar  declared evidence
        A coating        0.587      4          3      True        -
        B coating        0.587      4          3      True        -
        D coating        0.505      4          3     False inferred
        E molding        0.524      6          2      True        -
        F molding        0.524      6          2      True        -

    How good that is, with each actor left out of its own probabilities:

    >>> round(found.auc, 3), round(found.brier, 3)
    (0.562, 0.238)
    """
    _refuse(method, prior_strength, threshold, relatedness)
    who = read(coded(actors, "actors"), "actors", Field("actor"), Field("naics", "text", None), key=("actor",))
    if not who.n:
        raise EmptyTableError("actors")
    held = Declared.of(capabilities, who["actor"])
    near = None if relatedness is None else Proximities.of(relatedness)

    found = branches(_groups(who), held.H)
    least = 1 / (2 * who.n)  # nothing rarer can be told from so many actors
    if near is None or method == "hierarchy":
        p, scored = _by_branch(found, prior_strength, least)
        rows, columns, probability = _listed(p, found.branch, held.H, threshold)
    else:
        related = near.between(held.keys)
        p, scored = _by_actor(found, held.H, related, prior_strength, least, both=method == "both")
        rows, columns, probability = _listed(p, np.arange(who.n), held.H, threshold)
    level, similar = (told[found.branch[rows]] for told in _similar(found))
    if near is not None and method == "relatedness":
        level, similar = np.full(len(rows), np.nan), related.held(held.H)[rows, columns]
    declared = held.has(rows, columns)
    evidence = [
        held.evidence.get((i, k)) if there else INFERRED
        for i, k, there in zip(rows.tolist(), columns.tolist(), declared.tolist(), strict=True)
    ]
    table = pa.table(
        {
            "actor": pa.array([who["actor"][i] for i in rows], pa.string()),
            "type": pa.array([held.keys[k][0] for k in columns], pa.string()),
            "code": pa.array([held.keys[k][1] for k in columns], pa.string()),
            "probability": pa.array(probability, from_pandas=True),
            "level": pa.array(level, pa.int64(), from_pandas=True),
            "n_similar": pa.array(similar, pa.int64(), from_pandas=True),
            "declared": pa.array(declared),
            "evidence": pa.array(evidence, pa.string()),
        }
    )
    return InferredCapabilities(
        table=as_table(table, "inferred"),
        capabilities=as_table(with_inferred(capabilities, table), "capabilities"),
        calibration=_calibration(scored),
        log_loss=_fact(scored.log_loss),
        auc=_fact(scored.auc),
        brier=_fact(scored.brier),
        n_actors=who.n,
        n_capabilities=len(held.keys),
        n_inferred=int((~declared).sum()),
    )


def _refuse(method: str, strength: float, threshold: float, relatedness: object) -> None:
    if method not in get_args(Method):
        raise ChoiceError("method", method, get_args(Method))
    if method != "hierarchy" and relatedness is None:
        raise ParameterRangeError("method", method, "'hierarchy' where there is no table `relatedness`")
    if not 0 <= strength < np.inf:
        raise ParameterRangeError("prior_strength", strength, "a number of actors, 0 or more")
    if not 0 < threshold <= 1:
        raise ParameterRangeError("threshold", threshold, "a probability above 0, up to 1")


def _groups(who: Rows) -> Ids:
    """Tell the group of each actor at each level, the widest first."""
    codes = [[industry(code or "", digits) for digits in LEVELS[1:]] for code in who["naics"]]
    groups = np.zeros((who.n, len(LEVELS)), np.int64)
    for level in range(1, len(LEVELS)):
        place: dict[str, int] = {}
        for i, line in enumerate(codes):
            code = line[level - 1]
            groups[i, level] = -1 if code is None else place.setdefault(code, len(place))
    return groups


def _by_branch(found: Branches, m: float, least: float) -> tuple[Array, Score]:
    """Infer from industries alone: probabilities of all actors of a branch are the same."""
    left = [smoothed(found, m, out) for out in (1.0, 0.0)]
    sizes = np.bincount(found.branch, minlength=len(found.held))[:, None]
    return smoothed(found, m), score(left, (1, 0), (found.held, sizes - found.held), least)


def _by_actor(found: Branches, H: Any, related: Related, m: float, least: float, *, both: bool) -> tuple[Array, Score]:
    """Infer from what an actor holds, or from this and its industry."""
    Y = H.toarray()
    others = np.where(Y > 0, *(smoothed(found, m, out)[found.branch] for out in (1.0, 0.0)))
    p = fitted = related.probability(H, others)
    if both:
        p, fitted = combined(np.nan_to_num(others), p, Y, least)
    return p, score([fitted, fitted], (1, 0), (Y, 1 - Y), least)


def _listed(p: Array, branch: Ids, H: Any, threshold: float) -> tuple[Ids, Ids, Array]:
    """Pair actors with what they declare, and with what is probable."""
    c = H.shape[1]
    b, likely = np.nonzero(p >= threshold - 1e-12)
    order = np.argsort(branch, kind="stable")
    sizes = np.bincount(branch, minlength=len(p))
    starts = np.cumsum(sizes) - sizes
    times = sizes[b]
    within = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
    members = order[np.repeat(starts[b], times) + within]
    declared = H.tocoo()
    pairs = np.concatenate([members * c + np.repeat(likely, times), declared.row.astype(np.int64) * c + declared.col])
    pairs = np.unique(pairs.astype(np.int64))
    rows, columns = np.divmod(pairs, c) if c else (pairs, pairs)
    return rows, columns, p[branch[rows], columns]


def _similar(found: Branches) -> tuple[Ids, Ids]:
    """Tell the narrowest level at which a branch has two actors or more, and how many."""
    several = np.nan_to_num(found.n) >= 2
    last = np.where(several.any(axis=1), several.shape[1] - 1 - several[:, ::-1].argmax(axis=1), 0)
    return np.array(LEVELS)[last], found.n[np.arange(len(last)), last].astype(np.int64)


def _calibration(scored: Score) -> Table:
    columns = dict(zip(BINS, scored.bins.T, strict=True))
    made = {name: pa.array(values.astype(np.int64) if name == "pairs" else values) for name, values in columns.items()}
    return as_table(pa.table(made), "calibration")


def _fact(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
