"""What actors can probably do besides what they say: inferred, marked, and scored on what they do say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, get_args

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.rows import Array, Field, Rows, read
from industria.core.table import Table, TableLike, as_table, collect
from industria.ecosystems._naics import FINEST, coded, industry
from industria.errors import ChoiceError, EmptyTableError, ParameterRangeError
from industria.kernels.capability_inference import Branches, Score, branches, combined, score, smoothed

__all__ = ["InferredCapabilities", "inferred_capabilities"]

Method = Literal["hierarchy", "relatedness", "both"]
Ids = npt.NDArray[np.int64]
LEVELS: Final = (0, *range(2, FINEST + 1))
INFERRED: Final = "inferred"
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
    fields = (
        Field("actor"),
        Field("type"),
        Field("code"),
        Field("evidence", "text", None),
        Field("confidence", "share", None),
    )
    told = _believed(read(capabilities, "capabilities", *fields))
    a = told.places("actor", who["actor"], "actors")
    near = () if relatedness is None else _proximities(relatedness)

    evident = np.array([evidence != INFERRED for evidence in told["evidence"]], bool)
    keys = sorted({(told["type"][i], told["code"][i]) for i in np.flatnonzero(evident)})
    place = {key: k for k, key in enumerate(keys)}
    c = np.array([place.get(key, -1) for key in zip(told["type"], told["code"], strict=True)], np.int64)
    H = sparse.coo_array((np.ones(evident.sum()), (a[evident], c[evident])), shape=(who.n, len(keys))).tocsr()
    H.data[:] = 1.0

    found = branches(_groups(who), H)
    least = 1 / (2 * who.n)  # nothing rarer can be told from so many actors
    if method == "hierarchy":
        p = smoothed(found, prior_strength)
        rows, columns, probability = _listed(p, found.branch, H, threshold)
        left = [smoothed(found, prior_strength, out) for out in (1.0, 0.0)]
        sizes = np.bincount(found.branch, minlength=len(found.held))[:, None]
        scored = score(left, (1, 0), (found.held, sizes - found.held), least)
    else:
        Y = H.toarray()
        others = np.where(Y > 0, *(smoothed(found, prior_strength, out)[found.branch] for out in (1.0, 0.0)))
        p = fitted = _related(H, keys, near, others)
        if method == "both":
            p, fitted = combined(np.nan_to_num(others), p, Y, least)
        rows, columns, probability = _listed(p, np.arange(who.n), H, threshold)
        scored = score([fitted, fitted], (1, 0), (Y, 1 - Y), least)

    level, similar = _similar(found)
    beside = level[found.branch[rows]], similar[found.branch[rows]]
    if method == "relatedness":
        beside = np.full(len(rows), np.nan), _held_near(H, keys, near)[rows, columns]
    declared = np.asarray(H[rows, columns]).ravel() > 0 if len(rows) else np.zeros(0, bool)
    evidence = _evidence(told, a, c)
    table = pa.table(
        {
            "actor": pa.array([who["actor"][i] for i in rows], pa.string()),
            "type": pa.array([keys[k][0] for k in columns], pa.string()),
            "code": pa.array([keys[k][1] for k in columns], pa.string()),
            "probability": pa.array(probability, from_pandas=True),
            "level": pa.array(beside[0], pa.int64(), from_pandas=True),
            "n_similar": pa.array(beside[1], pa.int64(), from_pandas=True),
            "declared": pa.array(declared),
            "evidence": pa.array(
                [
                    evidence.get((i, k)) if there else INFERRED
                    for i, k, there in zip(rows.tolist(), columns.tolist(), declared.tolist(), strict=True)
                ],
                pa.string(),
            ),
        }
    )
    return InferredCapabilities(
        table=as_table(table, "inferred"),
        capabilities=as_table(_as_capabilities(capabilities, table), "capabilities"),
        calibration=_calibration(scored),
        log_loss=_fact(scored.log_loss),
        auc=_fact(scored.auc),
        brier=_fact(scored.brier),
        n_actors=who.n,
        n_capabilities=len(keys),
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


def _proximities(relatedness: TableLike) -> tuple[list[str], list[str], Array]:
    fields = (Field("code_i"), Field("code_j"), Field("proximity", "amount"))
    rows = read(relatedness, "relatedness", *fields, key=("code_i", "code_j"))
    # What a capability says of itself is no evidence.
    apart = [i != j for i, j in zip(rows["code_i"], rows["code_j"], strict=True)]
    return (
        [code for code, kept in zip(rows["code_i"], apart, strict=True) if kept],
        [code for code, kept in zip(rows["code_j"], apart, strict=True) if kept],
        rows["proximity"][np.array(apart, bool)],
    )


def _matrix(keys: list[tuple[str, str]], near: Any) -> tuple[Any, Array]:
    """Proximities between declared capabilities, and the sum of all those of each, declared or not."""
    of_code: dict[str, list[int]] = {}
    for k, (_, code) in enumerate(keys):
        of_code.setdefault(code, []).append(k)
    cells = [(k, j, x) for i, j, x in zip(*near, strict=True) for k in of_code.get(i, [])]
    total = np.zeros(len(keys))
    np.add.at(total, [k for k, _, _ in cells], [x for _, _, x in cells])
    inside = [(k, other, x) for k, j, x in cells for other in of_code.get(j, [])]
    row, column, value = zip(*inside, strict=True) if inside else ((), (), ())
    return sparse.coo_array((value, (row, column)), shape=(len(keys), len(keys))).tocsr(), total


def _related(H: Any, keys: list[tuple[str, str]], near: Any, others: Array) -> Array:
    """Weigh what an actor holds by its proximity; what is related to nothing is as probable as its industry says."""
    phi, total = _matrix(keys, near)
    weights = np.where(total > 0, total, 1.0)
    return np.where(total > 0, (H @ phi.T).toarray() / weights, others)


def _held_near(H: Any, keys: list[tuple[str, str]], near: Any) -> Any:
    phi, _ = _matrix(keys, near)
    return (H @ (phi > 0).astype(float).T).toarray()


def _believed(told: Rows) -> Rows:
    """Take rows in which nobody has any confidence for no evidence."""
    said = [
        INFERRED if doubted else evidence
        for evidence, doubted in zip(told["evidence"], told["confidence"] == 0, strict=True)
    ]
    return replace(told, columns={**told.columns, "evidence": said})


def _evidence(told: Rows, a: Ids, c: Ids) -> Mapping[tuple[int, int], str | None]:
    """Tell the best evidence of each pair: inspected before declared before nothing said."""
    best = {"inspected": 0, "declared": 1, None: 2}
    found: dict[tuple[int, int], str | None] = {}
    for i, k, evidence in zip(a.tolist(), c.tolist(), told["evidence"], strict=True):
        if evidence != INFERRED:
            there = found.setdefault((i, k), evidence)
            found[i, k] = min(there, evidence, key=lambda word: (best.get(word, 2), word or ""))
    return found


def _as_capabilities(capabilities: TableLike, table: pa.Table) -> pa.Table:
    """Append inferred rows to those that came."""
    rows = collect(as_table(capabilities, "capabilities"))
    if "evidence" in rows.column_names:
        rows = rows.filter(pa.array([word != INFERRED for word in rows["evidence"].to_pylist()], pa.bool_()))
    new = table.filter(pc.invert(table["declared"]))
    made = new.select(["actor", "type", "code", "evidence"]).append_column("confidence", new["probability"])
    if "path" in rows.column_names:
        paths = dict(
            zip(
                zip(*(rows[x].to_pylist() for x in ("type", "code")), strict=True),
                rows["path"].to_pylist(),
                strict=True,
            )
        )
        keys = zip(made["type"].to_pylist(), made["code"].to_pylist(), strict=True)
        made = made.append_column("path", pa.array([paths.get(key) for key in keys], pa.string()))
    whole = [pa.field(name, kind) for name, kind in (("evidence", pa.string()), ("confidence", pa.float64()))]
    for field in whole:
        if field.name in rows.column_names:
            i = rows.column_names.index(field.name)
            rows = rows.set_column(i, field, rows[field.name].cast(field.type))
    joined = pa.concat_tables([rows, made], promote_options="permissive")
    return joined.sort_by(
        [(name, "ascending") for name in dict.fromkeys(["actor", "type", "code", *joined.column_names])]
    )


def _calibration(scored: Score) -> Table:
    columns = dict(zip(BINS, scored.bins.T, strict=True))
    made = {name: pa.array(values.astype(np.int64) if name == "pairs" else values) for name, values in columns.items()}
    return as_table(pa.table(made), "calibration")


def _fact(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
