"""Where people of an occupation could go, and what stands against it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.rows import Field, read
from industria.core.table import Table, TableLike, as_table
from industria.errors import EmptyTableError, ParameterRangeError
from industria.work._elements import elements_of
from industria.work._path_conditions import judge
from industria.work._path_tables import classes_of, counts_of, pathways
from industria.work._pathways import candidates_of, jobs_of, openings_of, risk_classes

__all__ = ["TransitionPathways", "transition_pathways"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class TransitionPathways(Result):
    """Changes of occupation, judged.

    Attributes
    ----------
    table : Table
        One row a pair that is shown: `origin, destination, title, similarity, viable, highly_viable, desirable, safe,
        wage_change, wage_change_low, wage_change_high, training_months, months_basis, training_cost, missing_skills,
        quality_change, openings, why_not`.
    origins : Table
        One row an origin, over all its candidates, shown or not: `origin, n_candidates, n_viable, n_desirable,
        n_safe, n_safe_desirable, n_viable_unknown, n_desirable_unknown, n_safe_unknown,
        n_safe_desirable_unknown`. A count is of what is known; 0 says that there is none, null that there may be.
    risk_classes : Table
        `occupation, risk, prevalence, risk_class`, where risk is told.
    n_origins, n_pairs : int
        Origins, and candidates of all of them.
    n_stranded : int or None
        Origins without a single desirable candidate; None where of some it is unknown.
    n_stranded_unknown : int
        Origins of which it is unknown.
    n_unlisted : int
        Candidates left out because `occupations` does not list them.
    risk_75, prevalence_25 : float or None
        Bounds of the class High: 75th percentile of risk, 25th of prevalence.
    """

    origins: Table
    risk_classes: Table
    n_origins: int
    n_pairs: int
    n_stranded: int | None
    n_stranded_unknown: int
    n_unlisted: int
    risk_75: float | None
    prevalence_25: float | None


@measure(
    gives={
        "title": "name of the destination; null where it is not told [name]",
        "viable": "similar enough, near in preparation, within the months asked for, with openings; null unknown [1]",
        "highly_viable": "viable, and more similar than the higher bound [1]",
        "desirable": "viable, and paid at least the stated share of the origin's wage [1]",
        "safe": "viable, with less automation risk, more bottlenecks, and not of the class High [1]",
        "wage_change": "wage of the destination over that of the origin, less 1 [fraction]",
        "wage_change_low": "the same with the destination's low wage [fraction]",
        "wage_change_high": "the same with its high wage [fraction]",
        "training_months": "months of preparation beyond the origin's, and of training that begins anew [count]",
        "months_basis": "answers of workers and experts, or middles of job zones [name]",
        "training_cost": "cost of the training for the destination, as told [currency]",
        "missing_skills": "what the destination needs and the origin lacks most; 'none', or null untold [name]",
        "quality_change": "score of job quality less that of the origin, mean over dimensions [unit of score]",
        "openings": "openings of the destination; null where they are not told [jobs]",
        "why_not": "what stands against it, in words; null where nothing does [name]",
        "n_candidates": "destinations with a similarity [count]",
        "n_viable": "known to be viable; null where none is and of some it is unknown, as of the next three [count]",
        "n_desirable": "known to be desirable [count]",
        "n_safe": "known to be safe [count]",
        "n_safe_desirable": "known to be both [count]",
        "n_viable_unknown": "of which it is unknown whether they are viable [count]",
        "n_desirable_unknown": "of which it is unknown whether they are desirable [count]",
        "n_safe_unknown": "of which it is unknown whether they are safe [count]",
        "n_safe_desirable_unknown": "of which it is unknown whether they are both [count]",
        "risk_class": "High, Low or Other, by quartiles of risk and of bottlenecks [name]",
    },
    cites=(
        "Kanders, Djumalieva, Sleeman & Orlik (2020), Mapping Career Causeways: Supporting workers at risk, Nesta; "
        "National Center for O*NET Development (2025), O*NET 30.1 Database, for Job Zones"
    ),
    design="descriptive",
)
def transition_pathways(
    origins: TableLike,
    similarity: TableLike,
    occupations: TableLike,
    openings: TableLike | None = None,
    quality: TableLike | None = None,
    elements: TableLike | None = None,
    *,
    viable: float = 0.30,
    highly_viable: float = 0.40,
    zone_gap: int = 1,
    earnings_ratio: float = 0.75,
    months: float | None = None,
    region: str | None = None,
    gap: float = 1.0,
    top: int | None = 10,
) -> TransitionPathways:
    """Judge the destinations that are most similar to an occupation, and say what stands against each.

    A pair is *viable* if its similarity is above `viable`, Job Zones are no more than `zone_gap` apart,
    preparation takes no more than `months`, and openings are above zero where they are told. It is *desirable* if it
    is viable and the wage is at least `earnings_ratio` of the origin's. It is *safe* if it is viable,
    automation risk is lower, the prevalence of tasks that resist automation (bottlenecks) higher, and
    the destination is not in the top quartile of risk with the bottom quartile of prevalence. What is
    unknown is null, and said.

    Which pairs are shown hangs on similarity alone, so that a tighter condition turns a destination
    down and brings no other up. Months are the destination's education and related experience beyond the origin's,
    with its training on site and on the job, from `preparation_months`; else middles of Job Zones
    less the origin's. Experience counts as related whatever it was, so that months are rather too few.

    Parameters
    ----------
    origins : Table
        `origin`: occupations to leave.
    similarity : Table
        `origin, destination, similarity`, as `work.similarity` gives them: `needs` for lists of skills. Where
        all occupations are rated on all elements, most needs are met by anybody; standardize these.
    occupations : Table
        `occupation, job_zone, wage` and, if there, `title`, `wage_low, wage_high` (as the quartiles), the four
        columns of months of `work.preparation_months`, `training_cost`, and `risk, prevalence`.
    openings : Table, optional
        `occupation, openings` and, with `region`, `region`.
    quality : Table, optional
        `occupation, score` and, if there, `dimension`.
    elements : Table, optional
        `occupation, element` and, if there, `value`, `importance` and `name`, as for `work.skill_gap`.
    viable, highly_viable : float
        Similarities that a pair must be above.
    zone_gap : int
        Job Zones between origin and destination, up or down.
    earnings_ratio : float
        Least wage of the destination over that of the origin.
    months : float, optional
        Most months of preparation; any, without it.
    region : str, optional
        Where openings count.
    gap : float
        By how much a need must be above what the origin has for a skill to be missing.
    top : int or None
        Pairs shown an origin, the most similar ones; None shows all.

    Returns
    -------
    TransitionPathways
        One row a pair of different occupations, the most similar of an origin first.

    Raises
    ------
    MissingColumnError, ColumnTypeError, MissingValueError
        If a column lacks, is of another type, or has gaps where it must not.
    NegativeValueError, InfiniteValueError, OutsideRangeError
        If an amount is below zero, a number infinite, a Job Zone not 1 to 5, a prevalence not in [0, 1], or a
        similarity not in [-1, 1].
    DuplicateRowError
        If an origin, a pair, an occupation, or an element of one stands twice.
    UnknownLabelError
        If an origin is not among the occupations.
    UnknownGroupError
        If no openings are in the region.
    EmptyTableError
        If there are no origins or no occupations.
    ParameterRangeError
        If a parameter lies outside its range.

    See Also
    --------
    industria.work.similarity : Makes the similarities.
    industria.work.preparation_months : Makes months of preparation.
    industria.work.skill_gap : Tells all that is missing for one pair.

    Examples
    --------
    >>> import pandas as pd
    >>> origins = pd.DataFrame({"origin": ["clerk"]})
    >>> similarity = pd.DataFrame({
    ...     "origin": "clerk",
    ...     "destination": ["coder", "nurse", "typist"],
    ...     "similarity": [0.6, 0.35, 0.8],
    ... })
    >>> occupations = pd.DataFrame({
    ...     "occupation": ["clerk", "coder", "nurse", "typist"],
    ...     "job_zone": [2, 3, 4, 2],
    ...     "wage": [40_000.0, 48_000.0, 82_000.0, 28_000.0],
    ... })
    >>> found = transition_pathways(origins, similarity, occupations).to_pandas()
    >>> print(found[["destination", "wage_change", "training_months"]].to_string(index=False))
    destination  wage_change  training_months
         typist        -0.30              0.0
          coder         0.20             10.5
          nurse         1.05             28.5
    >>> print(found["why_not"][2])
    Job Zone 4 is 2 above the origin's
    """
    _check(viable, highly_viable, zone_gap, earnings_ratio, months, gap, top)
    jobs = jobs_of(occupations)
    asked = read(origins, "origins", Field("origin"), key=("origin",))
    if not asked.n:
        raise EmptyTableError("origins")
    asked.places("origin", jobs["occupation"], "the table of occupations")
    pairs, unlisted = candidates_of(similarity, asked["origin"], jobs["occupation"])
    classes = risk_classes(jobs)
    offered = openings_of(openings, region, jobs["occupation"])[pairs.j] if openings is not None else None
    judged = judge(
        jobs,
        pairs,
        classes,
        offered,
        viable=viable,
        highly_viable=highly_viable,
        zone_gap=zone_gap,
        earnings_ratio=earnings_ratio,
        months=months,
    )
    skills = elements_of(elements, Field("importance", "amount", None)) if elements is not None else None
    counts = counts_of(asked["origin"], jobs["occupation"], pairs, judged)
    stranded = [None if n is None else n == 0 for n in counts["n_desirable"].to_pylist()]
    told = classes.told
    return TransitionPathways(
        table=as_table(pathways(jobs, pairs, judged, offered, skills, quality, gap, top), "pathways"),
        origins=as_table(counts, "origins"),
        risk_classes=as_table(classes_of(jobs, classes), "risk_classes"),
        n_origins=asked.n,
        n_pairs=len(pairs.i),
        n_stranded=None if None in stranded else sum(map(bool, stranded)),
        n_stranded_unknown=stranded.count(None),
        n_unlisted=unlisted,
        risk_75=classes.risk_75 if told else None,
        prevalence_25=classes.prevalence_25 if told else None,
    )


def _check(
    viable: float,
    highly_viable: float,
    zone_gap: int,
    earnings_ratio: float,
    months: float | None,
    gap: float,
    top: int | None,
) -> None:
    if not -1 <= viable <= 1:
        raise ParameterRangeError("viable", viable, "a similarity from -1 to 1")
    if not viable <= highly_viable <= 1:
        raise ParameterRangeError("highly_viable", highly_viable, f"a similarity from viable={viable:g} to 1")
    if zone_gap < 0:
        raise ParameterRangeError("zone_gap", zone_gap, "a whole number of 0 or more")
    if not 0 <= earnings_ratio < np.inf:
        raise ParameterRangeError("earnings_ratio", earnings_ratio, "a ratio of 0 or more")
    if months is not None and not months >= 0:
        raise ParameterRangeError("months", months, "months of 0 or more, or None")
    if not gap > 0:
        raise ParameterRangeError("gap", gap, "a difference above 0")
    if top is not None and top < 1:
        raise ParameterRangeError("top", top, "a whole number of 1 or more, or None for all pairs")
