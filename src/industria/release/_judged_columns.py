"""Which numbers of which rows are withheld, by what is told of the units behind them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from industria.core.result import SUPPORT
from industria.release._beside_judged import Said
from industria.release._classes import FOREIGN, Role, is_ours, role_of, top
from industria.release._foreign import STRANGE, strange_numbers
from industria.release._given import additive_columns
from industria.release._leaving import Leaving
from industria.release._means import GROUP, WEIGHTED
from industria.release.policy import Policy

__all__ = ["Verdict", "beside_sums", "columns_of_rows", "few"]

Truth = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.float64]

DIFFERENCES: Final = ("difference", "standard_error", "low", "high")
"""Of two averages, in the unit of the column."""

FEW_DEGREES: Final = "fewer than {} degrees of freedom in a row"


class Verdict(NamedTuple):
    """What is withheld.

    Attributes
    ----------
    withheld : dict of str to array of bool, shape (n_rows,)
        By column, all but labels and support.
    reasons : list of str
        Why, in words without any value.
    """

    withheld: dict[str, Truth]
    reasons: list[str]


def columns_of_rows(step: Leaving, labels: Sequence[str], policy: Policy, said: Said | None = None) -> Verdict:
    """Judge each number of a table of units, percentiles or estimates by the row's support.

    Parameters
    ----------
    step : Leaving
        Its table has `support_units`, `support_holdings` where the policy counts them, and `support_df` or
        `support_window` by its kind.
    labels : sequence of str
        Columns that say what a row is of; they leave.
    policy : Policy
        The rules.
    said : Said, optional
        What the system of all cells says of sums and numbers of units that its numbers tell.
    """
    rows = step.table
    reasons = _Reasons()
    of = f"{policy.threshold_level}s"
    units = _support(rows, of)
    gone = units < policy.threshold
    untold = policy.threshold_level == "holding" and f"{SUPPORT}holdings" not in rows.column_names
    few_of_them = f"fewer than {policy.threshold} {of} stand behind a row"
    reasons.add(gone, "the policy counts holdings, and it tells units but not who owns them" if untold else few_of_them)
    if f"{SUPPORT}df" in rows.column_names:
        low = _support(rows, "df") < policy.degrees_of_freedom
        reasons.add(low & ~gone, f"fewer than {policy.degrees_of_freedom} degrees of freedom stand behind a row")
        gone = gone | low
    withheld: dict[str, Truth] = {}
    strange = strange_numbers(step, labels, policy)
    for field in rows.schema:
        if field.name.startswith(SUPPORT) or (field.name in labels and field.name not in strange):
            continue
        number = pa.types.is_floating(field.type) or pa.types.is_integer(field.type)
        own = _of_role(step, field.name, _role(step, field.name), units, policy, said) if number else []
        if pa.types.is_string(field.type) and not is_ours(step.measure):
            own = [(np.ones(rows.num_rows, bool), f"{field.name}: {FOREIGN}")]
        if field.name in strange:
            own = [(np.ones(rows.num_rows, bool), f"{field.name}: {STRANGE}")]
        withheld[field.name] = gone.copy()
        for more, why in own:
            reasons.add(more & ~withheld[field.name], why)
            withheld[field.name] |= more
    return Verdict(withheld, list(reasons))


class _Reasons(list[str]):
    """Reasons, each once, for what is withheld somewhere."""

    def add(self, where: Truth, why: str) -> None:
        if where.any() and why not in self:
            self.append(why)


def _of_role(
    step: Leaving, name: str, role: Role, units: Counts, policy: Policy, said: Said | None
) -> list[tuple[Truth, str]]:
    """Tell where a number of this kind is withheld beyond what its row is, and why."""
    always = np.ones(step.table.num_rows, bool)
    if said is not None and name in said.withheld:
        low = units - 1 < policy.degrees_of_freedom if role == "shape" else ~always
        found = [
            (low, f"{name}: {FEW_DEGREES.format(policy.degrees_of_freedom)}"),
            (said.withheld[name], f"{name}: {said.why}"),
        ]
        return found if said.instead else [*found, *_of_role(step, name, role, units, policy, None)]
    if name in DIFFERENCES and "mean_treated" in step.table.column_names:
        # With the averages of others in a table, a difference of averages tells an average.
        return _unseen(step, name, policy)
    match role:
        case "count":
            values = _numbers(step.table, name)
            small = (values > 0) & (values < policy.threshold)
            # A total that stands elsewhere, less the numbers of the other rows, is the number of the row of few.
            told = always & bool((small | (units < policy.threshold)).any())
            return [
                (small, f"{name}: fewer than {policy.threshold} in a row"),
                (told, f"{name}: with a total, the numbers of other rows tell that of a row of few"),
            ]
        case "extreme":
            return [(always, f"{name}: it is the value of one unit")] if policy.extremes == "withhold" else []
        case "shape":
            low = units - 1 < policy.degrees_of_freedom
            why = f"{name}: {FEW_DEGREES.format(policy.degrees_of_freedom)}"
            return [(low, why), *_unseen(step, name, policy)]
        case "top share" | "concentration":
            return [(always, f"{name}: nobody tells whether the cell is sensitive")]
        case "mean":
            return _unseen(step, name, policy)
        case _ if step.kind == "percentiles":
            return _positions(step, name, policy)
        case _:
            # Differences of means, and what else is made of amounts, tell sums as means do.
            real = step.kind == "units" and pa.types.is_floating(step.table.schema.field(name).type)
            return _unseen(step, name, policy) if real else []


def _role(step: Leaving, name: str) -> Role:
    """Tell what a number is: a covariance of shares is a difference of two means, the interval of a gap a spread."""
    if name in ("covariance", "low", "high") and {GROUP, WEIGHTED} & set(step.table.column_names):
        # Without replications a gap has no interval, and there is nothing to withhold.
        return "mean" if name == "covariance" or step.table[name].null_count == step.table.num_rows else "shape"
    return role_of(name)


def _unseen(step: Leaving, name: str, policy: Policy) -> list[tuple[Truth, str]]:
    """Withhold what hangs on a sum of amounts of which one unit may have nearly all; logs are amounts, too."""
    if policy.concentration == "none":
        return []
    why = f"{name}: nobody tells how much of its sum one unit has; tables.magnitude_table and tables.moments do"
    return [(np.ones(step.table.num_rows, bool), why)]


def _positions(step: Leaving, name: str, policy: Policy) -> list[tuple[Truth, str]]:
    """Withhold percentiles with few units on a side, and those that are the value of a unit or two."""
    close = _support(step.table, "window") < policy.percentile_units
    found = [(close, f"{name}: fewer than {policy.percentile_units} units below, between or above percentiles")]
    window = step.parameters.get("window", step.facts.get("window", 1))
    averaged = isinstance(window, int) and window >= policy.threshold
    if not averaged and policy.percentile_values == "window":
        why = f"{name}: it is the value of one or two units; tables.percentile_table averages several around a rank"
        found.append((np.ones(len(close), bool), why))
    return found


def beside_sums(step: Leaving, sensitive: Truth, policy: Policy) -> Verdict:
    """Judge the numbers of a table of cells that are no sums: spreads, shares of the largest, extremes.

    Parameters
    ----------
    step : Leaving
        Of cells; its table has `support_units`.
    sensitive : array of bool, shape (n_rows,)
        Rows of which a sum breaks a rule of the policy.
    policy : Policy
        The rules.

    Returns
    -------
    Verdict
        Of such columns alone, where they are withheld beyond what their row is.
    """
    units, reasons = _support(step.table, "units"), _Reasons()
    withheld: dict[str, Truth] = {}
    made = _of_untold(step) if policy.concentration != "none" else []
    for field in step.table.schema:
        name = field.name
        if name.startswith(SUPPORT) or not (pa.types.is_floating(field.type) or pa.types.is_integer(field.type)):
            continue
        gone, why = _beside_sum(name, units, sensitive, policy)
        if name in made:
            gone, why = ~np.zeros(len(units), bool), f"{name}: nobody tells how much of its sum one unit has"
        reasons.add(gone, why)
        if role_of(name) == "top share":
            lone = _lone(name, step.table.column_names, units, policy)
            reasons.add(lone & ~gone, f"{name}: with another share it is that of fewer than {policy.threshold} units")
            gone = gone | lone
        if gone.any():
            withheld[name] = gone
    return Verdict(withheld, list(reasons))


def _of_untold(step: Leaving) -> list[str]:
    """Name the columns that are made of a variable of which the step, unlike of another one, tells nobody's part."""
    told, value = additive_columns(step), step.facts.get("value", step.parameters.get("value"))
    if "contributors" in step.tables or not isinstance(value, str) or value in told:
        return []
    return [one.name for one in step.table.schema if pa.types.is_floating(one.type) and one.name not in told]


def _beside_sum(name: str, units: Counts, sensitive: Truth, policy: Policy) -> tuple[Truth, str]:
    never = np.zeros(len(units), bool)
    match role_of(name):
        case "extreme" if policy.extremes == "withhold":
            return ~never, f"{name}: it is the value of one unit"
        case "shape":
            low = units - 1 < policy.degrees_of_freedom
            return low | sensitive, (
                f"{name}: its cell is sensitive, or has fewer than {policy.degrees_of_freedom} degrees of freedom"
            )
        case "top share" if top(name) < policy.threshold:
            return ~never, f"{name}: the share of fewer than {policy.threshold} units"
        case "top share" | "concentration":
            return sensitive, f"{name}: its cell is sensitive"
        case _:
            return never, ""


def _lone(name: str, columns: Sequence[str], units: Counts, policy: Policy) -> Truth:
    """Tell where a share of the largest m tells a few units beyond them, or beyond a smaller m, from the rest."""
    m = top(name)
    others = [top(other) for other in columns if role_of(other) == "top share" and policy.threshold <= top(other) < m]
    left: Truth = (units > m) & (units < m + policy.threshold)
    return left | any(m - other < policy.threshold for other in others)


def few(value: object, policy: Policy) -> bool:
    """Tell whether a whole number counts something, but fewer than the threshold."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < policy.threshold


def _support(rows: pa.Table, name: str) -> Counts:
    """Return a column of support, 0 where it is not told."""
    column = f"{SUPPORT}{name}"
    return _numbers(rows, column) if column in rows.column_names else np.zeros(rows.num_rows)


def _numbers(rows: pa.Table, column: str) -> Counts:
    found = rows[column].cast(pa.float64(), safe=False).fill_null(0.0).to_numpy(zero_copy_only=False)
    return np.asarray(found, float)
