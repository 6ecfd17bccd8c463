"""Many draws of a surge as tables: what was drawn, and what each policy came to."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from industria.core.rows import Rows
from industria.core.table import Table
from industria.ecosystems._policies import UNITS, Policies
from industria.ecosystems._quantiles import quantiles
from industria.ecosystems._surge import Surge
from industria.ecosystems._week_tables import table_of
from industria.kernels.surge_draws import Outcomes, Starts


def quantile_table(surge: Surge, found: Outcomes) -> Table:
    """One row a product, week and measure."""
    measures = {"cumulated_deliveries": found.delivered.cumsum(axis=2), "unmet": found.unmet}
    keys = [(product, week, name) for product in surge.products for week in surge.weeks for name in measures]
    told = quantiles(np.stack(list(measures.values()), axis=-1))
    columns = {
        "product": [key[0] for key in keys],
        "week": [key[1] for key in keys],
        "measure": [key[2] for key in keys],
        **{name: values.ravel() for name, values in told.items()},
    }
    return table_of(columns, surge.weeks, ("week",))


def policy_table(
    surge: Surge,
    means: Mapping[str, tuple[float, float | None]],
    gains: Mapping[str, tuple[float | None, float | None]],
    bounds: Mapping[str, float],
) -> Table:
    """One row a policy: its mean loss and its gain, each with its error, and the bound."""
    columns = {
        "policy": list(means),
        "mean_loss": np.array([mean for mean, _ in means.values()], float),
        "standard_error": np.array([error for _, error in means.values()], float),
        "gain": np.array([gain for gain, _ in gains.values()], float),
        "gain_standard_error": np.array([error for _, error in gains.values()], float),
        "bound": np.array([bounds[name] for name in means]),
    }
    return table_of(columns, surge.weeks, ())


def draw_table(surge: Surge, doubts: Rows, policies: Policies, found: Outcomes) -> Table:
    """One row a draw, product and week."""
    drawn = policies.drawn
    n, (P, T) = len(drawn), surge.program.d.shape
    names = [f"drawn_{'_'.join(filter(None, row))}" for row in zip(doubts["quantity"], doubts["item"], strict=True)]
    values = np.stack([one.values for one in drawn])
    columns = {
        "draw": pa.array(np.repeat(np.arange(n), P * T)),
        "product": [name for name in surge.products for _ in range(T)] * n,
        "week": list(surge.weeks) * (P * n),
        "demand": np.stack([one.world.d for one in drawn]).ravel(),
        **{name: getattr(found, name).ravel() for name in UNITS},
        **{name: np.repeat(values[:, i], P * T) for i, name in enumerate(names)},
    }
    return table_of(columns, surge.weeks, ("week",))


def loss_table(surge: Surge, found: Mapping[str, Outcomes]) -> Table:
    """One row a policy and draw."""
    n = len(next(iter(found.values())).loss)
    columns = {
        "draw": pa.array(np.tile(np.arange(n), len(found))),
        "policy": [name for name in found for _ in range(n)],
        "loss": np.concatenate([one.loss for one in found.values()]),
    }
    return table_of(columns, surge.weeks, ())


def drawn_table(surge: Surge, doubts: Rows, policies: Policies) -> Table:
    """One row a draw and row of `uncertainty`."""
    n = len(policies.drawn)
    columns = {
        "draw": pa.array(np.repeat(np.arange(n), doubts.n)),
        "quantity": list(doubts["quantity"]) * n,
        "item": list(doubts["item"]) * n,
        "value": np.concatenate([one.values for one in policies.drawn]),
    }
    return table_of(columns, surge.weeks, ())


def pivot_table(surge: Surge, starts: Mapping[str, Starts]) -> Table:
    """One row a pivot of each policy that has the same in every draw."""
    options = surge.options
    rows = sorted(
        (place, options["actor"][a], options["product"][a], int(q))
        for place, name in enumerate(starts)
        for a, q in zip(*starts[name], strict=True)
    )
    columns = {
        "policy": [list(starts)[row[0]] for row in rows],
        "actor": [row[1] for row in rows],
        "product": [row[2] for row in rows],
        "start_week": [surge.weeks[row[3]] for row in rows],
    }
    return table_of(columns, surge.weeks, ("start_week",))
