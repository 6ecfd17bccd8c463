"""Numbers beside estimates and averages, as cells: how many units they rest on, and the sums that they give away."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from industria.release._averages import averages
from industria.release._fits import USED, WITH
from industria.release._given import COUNT, Given, Labels
from industria.release._given_beside import NUMBER, given_beside, labels_of, named_in, numbers, owned
from industria.release._leaving import Leaving
from industria.release._means import means, tells_means
from industria.release._moments_told import Part, parts_of_moments
from industria.release._regressions import MOMENTS
from industria.release._weights import may_be_sizes
from industria.release.policy import Policy

__all__ = ["NUMBER", "OF_MOMENTS", "OVER", "UNITS", "beside", "beside_amounts", "holds_amounts", "tells_changes"]

UNITS: Final = "units of the fit"
OVER: Final = "over "
"""Before a sum of the outcome that estimates give away."""
ROWS_OF: Final = "rows "
"""Before the rows of such a sum."""
PERHAPS: Final = "perhaps over "
"""Before one that is told only to whoever knows more, since an amount stands beside the regressor."""
OF_MOMENTS: Final = "moments: "


def holds_amounts(policy: Policy) -> bool:
    """Tell whether a policy says who may have how much of an amount."""
    return policy.has_concentration or policy.concentration == "none"


def beside_amounts(step: Leaving) -> bool:
    """Tell whether estimates stand beside those of amounts, so that what they tell of groups is not known."""
    return USED in step.tables and any(name.startswith(PERHAPS) for name in step.tables[USED].column_names)


def tells_changes(step: Leaving) -> bool:
    """Tell whether estimates compare changes of units: what they tell of groups is a sum of changes, and no cell."""
    names = step.tables[USED].column_names if USED in step.tables else []
    told = any(name.startswith((OVER, PERHAPS)) for name in names)
    return not told and any(name.startswith(WITH) for name in names)


def beside(step: Leaving, policy: Policy) -> list[Given]:
    """Read the numbers beside estimates and averages that are sums over units, with everybody behind them.

    Parameters
    ----------
    step : Leaving
        No table of cells; its measure lists who stands behind it in `units_used`.
    policy : Policy
        Amounts are cells only where it has a rule for them.

    Returns
    -------
    list of Given
        Nothing where no unit is told, or no holding where the policy counts them.
    """
    if USED not in step.tables or not step.facts.get("unit") or not step.tables[USED].num_rows:
        return []
    # Nothing leaves of those who do not tell their holdings, where holdings are protected.
    if policy.threshold_level == "holding" and not {"owner", "used_owner"} & set(step.tables[USED].column_names):
        return []
    if tells_means(step):
        return means(step, amounts=holds_amounts(policy), sizes=may_be_sizes(policy))
    if "used_unit" in step.tables[USED].column_names:
        return averages(step, amounts=holds_amounts(policy), sizes=may_be_sizes(policy))
    return _regression(step, policy)


def _regression(step: Leaving, policy: Policy) -> list[Given]:
    used = step.tables[USED]
    unit, rows = used["unit"].to_pylist(), numbers(used["rows"])
    owner = dict(zip(unit, used["owner"].to_pylist(), strict=True)) if "owner" in used.column_names else {}
    lost = 3 * step.table.num_rows + len(step.facts)
    counted = [Part(COUNT, "units", unit, np.ones(len(unit)))]
    if (rows != 1).any():
        counted.append(Part(COUNT, "rows", unit, rows))
    # Fits of one sample have one number of units.
    sample = hashlib.sha256(repr(sorted(zip(unit, rows.tolist(), strict=True))).encode()).hexdigest()[:32]
    found = [_of_parts(step, UNITS, counted, sample, owner, lost)]
    told = parts_of_moments(step)
    if holds_amounts(policy):
        outcome = str(step.facts.get("outcome"))
        names = [name for name in used.column_names if name.startswith(OVER)]
        of_rows = {name: numbers(used[f"{ROWS_OF}{name}"]) for name in names if f"{ROWS_OF}{name}" in used.column_names}
        over = [Part(outcome, name, unit, numbers(used[name]), of_rows.get(name)).of_some() for name in names]
        found += [_of_parts(step, OVER, over, f"of step {step.name}", owner, lost)] if over else []
    else:
        told = [one for one in told if one.variable == COUNT]
    times = step.tables[MOMENTS].num_rows if told else 0
    for variable in dict.fromkeys(one.variable for one in told):
        of = [one for one in told if one.variable == variable]
        given = _of_parts(step, f"{OF_MOMENTS}{variable}", of, f"{variable} of step {step.name}", owner, times)
        # Net of effects, products of many columns tell how many changed when; what stands in a table is seen there.
        found.append(replace(given, apart=not step.facts.get("absorbed")))
    return found


def _of_parts(
    step: Leaving, column: str, parts: Sequence[Part], population: str, owner: Mapping[str, str], times: int
) -> Given:
    who = named_in(name for one in parts for name in one.unit)
    number = labels_of(one.number for one in parts)
    rows = [one.rows for one in parts if one.rows is not None]
    given = given_beside(
        step,
        column,
        variable=parts[0].variable,
        by=(NUMBER,),
        labels=(number,),
        leaf=(Labels(number.words, np.repeat(number.ids, [len(one.x) for one in parts])),),
        who=who,
        owner=owned(who, owner),
        x=np.concatenate([one.x for one in parts]),
        population=population,
        times=times,
        has_holdings=bool(owner),
    )
    return replace(given, rows=np.concatenate(rows)) if len(rows) == len(parts) else given
