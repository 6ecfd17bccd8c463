"""Change in productivity of units: their way to the frontier, and the frontier's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pyarrow as pa

from industria.core.measure import measure
from industria.core.table import Column, Table, TableLike, columns_of
from industria.errors import NoRowsLeftError
from industria.productivity._accounts import beside, dropped_table, refuse_names
from industria.productivity._complete_indexes import Aggregator
from industria.productivity._directions import Side
from industria.productivity._frontier_tables import DOUBTFUL, doubtful_table
from industria.productivity._intervals import check_intervals
from industria.productivity._malmquist_result import Malmquist
from industria.productivity._panel import Array
from industria.productivity._period_frontiers import (
    PARTS,
    Asked,
    Frontiers,
    Index,
    Parts,
    TechnologyOf,
)
from industria.productivity._period_means import ABSENT, COLUMNS, LEVELS, columns, intervals, levels, means
from industria.productivity._period_steps import Steps, steps
from industria.productivity._smoothed_changes import (
    DRAWN,
    Draws,
    Redrawn,
    drawn_changes,
    interval_table,
    refuse_redrawn,
)
from industria.productivity._technology import (
    BadDisposal,
    Returns,
    Units,
    choose,
    read_units,
    refuse_no_outputs,
    refuse_nothing,
)

__all__ = ["Malmquist", "malmquist"]

NAME: Final = "panel"
MADE: Final = ("time_from", *COLUMNS, "n_units", "part", "mean", "low", "high", *LEVELS, *DRAWN, *DOUBTFUL)


@measure(
    gives={
        "time_from": "period that the change starts from, the one before in the table [name]",
        "change": "of productivity: above 1 more, for luenberger above 0 [1]",
        "efficiency_change": "way of the unit to the frontier of its time [1]",
        "technical_change": "what the frontier did where the unit is [1]",
        "scale_change": "way toward the size at which most can be had; null without constant returns or O'Donnell [1]",
        "pure_efficiency_change": "way to the frontier of variable returns; null without constant returns [1]",
        "mix_change": "of residual mix efficiency, with parts='odonnell' alone [1]",
        "n_units": "units seen in the later period; of a mean those in it [units]",
        "part": "column of the table that the mean is of [name]",
        "mean": "geometric mean of the part over units, or plain mean for luenberger [1]",
        "low": "lower end of the interval [1]",
        "high": "upper end of the interval [1]",
        "estimate": "of the part, as in the table [1]",
        "corrected": "without the bias that draws of the frontiers show [1]",
        "worthwhile": "whether the squared bias is above three times the variance of the draws, in logs [1]",
        "level": "output over input quantity, at the mean inputs and outputs of the cell [1]",
        "good": "column of input or output [name]",
        "observed": "amount of the unit [unit of good]",
        "times_median": "amount over the median of the cell [1]",
        "highest_level": "level of the best of the period, all that its frontier allows [1]",
        "technical_efficiency": "share of the outputs that its inputs allow, mix held [fraction]",
        "scale_efficiency": "efficiency at constant over that at the returns asked for [fraction]",
        "mix_efficiency": "level at the best size of its mix over the highest level [fraction]",
        "column": "column for which rows were left out [name]",
        "reason": "why they were [name]",
        "rows": "how many were [count]",
    },
    cites="Färe, Grosskopf, Norris & Zhang (1994), American Economic Review 84(1); "
    "Ray & Desli (1997), American Economic Review 87(5); Chung, Färe & Grosskopf (1997), Journal of "
    "Environmental Management 51(3); Pastor & Lovell (2005), Economics Letters 88(2); "
    "Simar & Wilson (1999), European Journal of Operational Research 115(3), 459-471; "
    "Aparicio, Pastor & Zofío (2013), European Journal of Operational Research 229(3); Bjurek (1996), Scandinavian "
    "Journal of Economics 98(2); O'Donnell (2012), Journal of Productivity Analysis 37(3), 255-272",
    design="descriptive",
)
def malmquist(
    panel: TableLike,
    *,
    unit: Column,
    time: Column,
    inputs: Sequence[Column],
    outputs: Sequence[Column],
    bad_outputs: Sequence[Column] = (),
    bad_disposal: BadDisposal = "weak",
    index: Index = "malmquist",
    technology: TechnologyOf | None = None,
    orientation: Side | None = None,
    returns: Returns = "constant",
    aggregator: Aggregator = "distance",
    parts: Parts = "fgnz",
    by: Sequence[Column] = (),
    allow_thin: bool = False,
    redrawn: Redrawn = "units",
    replications: int = 0,
    confidence: float = 0.95,
    rng: int = 0,
) -> Malmquist:
    """Split the change of each unit's productivity into catching up and the frontier's shift.

    √[E⁰(1)/E⁰(0) · E¹(1)/E¹(0)] = E¹(1)/E⁰(0) × technical change, where Eᵗ(s) is the efficiency of the unit as it was
    in s by the frontier of t. Luenberger takes steps: ½[D⁰(0) − D⁰(1) + D¹(0) − D¹(1)]; Malmquist-Luenberger 1/(1 + D)
    for E, toward more output and less of the bad. Hicks-Moorsteen and Färe-Primont divide an output by an input
    quantity: their change is all there is, and beside catching up holds mix and scale, so no part is called
    technical unless O'Donnell's parts are asked for. With one frontier for both (global, biennial) it is E(1)/E(0).

    At constant returns `fgnz` splits efficiency change, into pure efficiency at variable returns and scale: change =
    efficiency × technical, efficiency = pure × scale. `ray_desli` takes efficiency and technical change from variable
    returns: change = efficiency × technical × scale. For luenberger they add. `odonnell`, of complete indexes, takes
    for technical change the highest level that a period's frontier allows: level = highest × technical efficiency ×
    scale efficiency × residual mix efficiency, and so their changes. None is a cause, and with output deflated by an
    industry's prices the change is one of revenue productivity.

    Parameters
    ----------
    panel : Table
        One row a unit and time. Rows with a gap are left out and counted.
    unit, time : column
        Who and when; whole numbers or dates. A change is from the period before in the table.
    inputs, outputs, bad_outputs : sequence of columns
        0 or more; bad ones are those that nobody wants.
    bad_disposal : {"weak", "free"}
        Whether bad outputs fall and rise only together with good ones, or whoever makes some could make more. With
        the former a frontier may fall back as all improve (Aparicio, Pastor & Zofío 2013), and programs lack an
        answer where a period's units all make less of them.
    index : {"malmquist", "luenberger", "malmquist_luenberger", "hicks_moorsteen", "fare_primont"}
        What is measured.
    technology : {"adjacent", "sequential", "global", "biennial"}, optional
        Frontiers of single periods, of all periods so far, of all, or of the two together. None is "global" for
        fare_primont, which knows no other, and "adjacent" else.
    orientation : {"input", "output", "both"}, optional
        Which goods move; "both" is luenberger's alone, and its default. That of the others is "output". Where
        outputs move up in steps, bad ones move down, as in `dea`.
    returns : {"constant", "variable", "nonincreasing", "nondecreasing"}
        To scale. Other than constant ones leave mixed periods without answer, and scale without a part.
    aggregator : {"distance", "shadow_prices"}
        Of fare_primont: distances themselves, or prices of the facets before the mean unit, which need not be unique.
    parts : {"fgnz", "ray_desli", "odonnell"}
        How the change is split at constant returns; the last of complete indexes alone, at any.
    by : sequence of columns
        Cells with frontiers of their own.
    allow_thin : bool
        Whether a frontier may be drawn by fewer than three units for each input and output.
    redrawn : {"units", "frontiers"}
        Draws of units, for intervals of the means, with the frontiers held; or of the frontiers of both periods, from
        the smoothed distribution of a unit's two distances (Simar & Wilson 1999), for intervals of each unit's change,
        efficiency and technical change, and none of the means. The latter of the plain index of adjacent periods. In
        simulated panels of 50 units its intervals of 95 % hold the truth of eight to nine units in ten.
    replications : int
        Draws.
    confidence : float
        Of the intervals.
    rng : int
        Seed of the draws.

    Returns
    -------
    Malmquist
        One row a unit and later period; null where a program has no answer.

    Raises
    ------
    MissingColumnError, ColumnTypeError, EmptyTableError, AllMissingError, NoRowsLeftError
        If a column is not there, of another type, or without a value, or no unit is seen twice.
    NegativeValueError, InfiniteValueError, OutsideRangeError
        If an amount is below zero or infinite, or all inputs, or outputs that move, of a row are 0;
        with frontiers redrawn, all outputs of a row at constant or nonincreasing returns.
    DuplicateRowError, RepeatedColumnError, ReservedNameError
        If a unit stands twice in a period, a column plays two roles, or a key is called as a column made.
    ChoiceError, ParameterRangeError, ExcludedParameterError, NeededParameterError, UsageError
        If a word is none of those above, two do not go together, or a number is outside its range.
    ThinFrontierError
        If a frontier has too few units.
    MissingPackageError, ConvergenceError
        If numba is not installed, or ties lead a program round in circles.

    See Also
    --------
    industria.productivity.dea : the frontiers of single periods.
    industria.productivity.productivity_index : changes by prices, without a frontier.

    Examples
    --------
    >>> import pandas as pd
    >>> farms = pd.DataFrame({"farm": list("abcde") * 2, "year": [2001] * 5 + [2002] * 5,
    ...     "land": [2, 3, 5, 4, 4, 1, 2, 4, 3, 4], "crop": [1, 4, 6, 3, 5, 1, 4, 6, 3, 3]})
    >>> found = malmquist(farms, unit="farm", time="year", inputs=["land"], outputs=["crop"], allow_thin=True)
    >>> print(found.to_pandas()[["farm", "change", "efficiency_change", "technical_change"]].round(3).to_string())
      farm  change  efficiency_change  technical_change
    0    a   2.000              1.333               1.5
    1    b   1.500              1.000               1.5
    2    c   1.250              0.833               1.5
    3    d   1.333              0.889               1.5
    4    e   0.600              0.400               1.5
    """
    by = columns_of(by, "by")
    refuse_names(NAME, [*by, unit, time], MADE)
    check_intervals(confidence, replications)
    choose(parts=(parts, PARTS))
    asked = Asked(
        index=index,
        technology=technology or ("global" if index == "fare_primont" else "adjacent"),
        side=orientation or ("both" if index == "luenberger" else "output"),
        returns=returns,
        parts=parts,
        aggregator=aggregator,
        bad=columns_of(bad_outputs, "bad_outputs"),
        bad_disposal=bad_disposal,
    )
    asked.check()
    refuse_redrawn(redrawn, index, asked.technology, asked.bad, replications)
    goods: dict[str, Sequence[str]] = {"inputs": inputs, "outputs": outputs, "bad_outputs": bad_outputs}
    units = read_units(panel, unit=unit, time=time, by=by, name=NAME, **goods)  # type: ignore[arg-type]
    if asked.side == "output":
        refuse_nothing(units, units.outputs, units.Y)
    elif redrawn == "frontiers":
        refuse_no_outputs(units, returns, asked.side)
    frontiers = asked.frontiers(units, by, allow_thin=allow_thin)
    return _told(frontiers, asked, Draws(redrawn, replications, confidence, rng), time)


def _told(frontiers: Frontiers, asked: Asked, draws: Draws, time: str) -> Malmquist:
    """Measure the changes, draw what their intervals rest on, and lay all of it out."""
    units, returns, parts = frontiers.units, asked.returns, asked.parts
    found = steps(frontiers, asked.technology, returns, parts)
    if not len(found.rows):
        raise NoRowsLeftError(NAME, units.panel.rows, ["no unit is there in two periods that follow each other"])
    split = returns == "constant" and parts != "odonnell"
    scaled = steps(frontiers, asked.technology, "variable", parts) if split else None
    table = columns(found, scaled, parts, asked.index)
    # A part that the split does not have is no row of means.
    averaged = {name: of for name, of in table.items() if name not in ABSENT[parts]}
    drawn = drawn_changes(frontiers, found, returns, draws) if draws.of == "frontiers" else None
    # Draws of the frontiers move all units together: their mean tells too little of its own error.
    interval = intervals(found, units, averaged, 0 if drawn else draws.replications, draws.confidence, draws.rng)
    logs = asked.index != "luenberger"
    doubtful, n_doubtful = doubtful_table(units.panel, units.goods, units.amounts)
    return Malmquist(
        table=_changes(found, units, table, time, logs),
        means=means(found, units, averaged, time, frontiers.by, logs, interval),
        intervals=interval_table(frontiers, found, drawn, time),
        levels=levels(frontiers, returns, parts),
        doubtful=doubtful,
        dropped=dropped_table(units.panel),
        **asked.facts(),
        n_pairs=len(found.rows),
        n_infeasible=int(np.isnan(found.change + (table["technical_change"] if parts == "ray_desli" else 0.0)).sum()),
        n_alone=int(len(units) - len(np.union1d(found.rows, found.before))),
        n_doubtful=n_doubtful,
        redrawn=draws.of,
        replications=draws.replications,
        confidence=draws.confidence,
    )


def _changes(found: Steps, units: Units, table: Mapping[str, Array], time: str, logs: bool) -> Table:
    order = np.argsort(found.rows)
    earlier = units.panel.keys[time].take(pa.array(found.before[order])).combine_chunks()
    shown = {name: (np.exp(of) if logs else of)[order] for name, of in table.items()}
    keys = units.panel.keys.take(pa.array(found.rows[order]))
    return beside(keys, {"time_from": earlier, **shown, "n_units": found.n_units[order]})
