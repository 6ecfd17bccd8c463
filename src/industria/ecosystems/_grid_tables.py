"""A solved grid of sliders as tables; a plan is named by the steps of its sliders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa

from industria.core.table import Table
from industria.ecosystems._grid import GridPlan, Place
from industria.ecosystems._sliders import Slider, label
from industria.ecosystems._week_tables import table_of

Steps: TypeAlias = list[tuple[str, float]]
"""Where each slider stands."""
Plans: TypeAlias = Mapping[Place, GridPlan]


def steps_at(sliders: Sequence[Slider], plans: Plans) -> list[Steps]:
    """Tell where the sliders stand at each plan."""
    return [[(slider.name, slider.steps[i]) for slider, i in zip(sliders, place, strict=True)] for place in plans]


def plan_table(sliders: Sequence[Slider], at: Sequence[Steps], plans: Plans) -> Table:
    """One row a plan."""
    found, names = list(plans.values()), [label(steps) for steps in at]
    objective, bound = (np.array([getattr(plan, name) for plan in found]) for name in ("objective", "bound"))
    base = {label([(slider.name, slider.base) for slider in sliders if slider.base is not None])}
    return _table(
        {
            "plan": names,
            "base": [name in base for name in names],
            "objective": objective,
            "bound": bound,
            "gap": (objective - bound) / np.maximum(bound, 1.0),
            "stopped": [plan.solution.stopped for plan in found],
        }
    )


def point_table(at: Sequence[Steps]) -> Table:
    """One row a plan and slider."""
    return _table(
        {
            "plan": [label(steps) for steps in at for _ in steps],
            "slider": [slider for steps in at for slider, _ in steps],
            "step": np.array([step for steps in at for _, step in steps], float),
        }
    )


def slider_table(sliders: Sequence[Slider]) -> Table:
    """One row a slider."""
    base = [np.nan if slider.base is None else slider.base for slider in sliders]
    return _table(
        {
            "slider": [slider.name for slider in sliders],
            "helps": pa.array([slider.helps for slider in sliders], pa.bool_()),
            "whole": pa.array([slider.whole for slider in sliders], pa.bool_()),
            "base_step": np.array(base, float),
            "low": np.array([min(slider.steps) for slider in sliders], float),
            "high": np.array([max(slider.steps) for slider in sliders], float),
            "n_steps": [len(slider.steps) for slider in sliders],
        },
        "n_steps",
    )


def product_table(products: Sequence[str], at: Sequence[Steps], plans: Plans) -> Table:
    """One row a plan and product."""
    return _table(
        {
            "plan": [name for name in map(label, at) for _ in products],
            "product": [one for _ in plans for one in products],
            "unmet": np.concatenate([plan.unmet for plan in plans.values()]),
        }
    )


def binding_table(at: Sequence[Steps], plans: Plans) -> Table:
    """One row a plan and limit, the one that limits it most first."""
    rows = [
        (label(steps), rank, *limit)
        for steps, plan in zip(at, plans.values(), strict=True)
        for rank, limit in enumerate(plan.limits, start=1)
    ]
    return _table(
        {
            "plan": [row[0] for row in rows],
            "rank": [row[1] for row in rows],
            "constraint": [row[3] for row in rows],
            "item": [row[4] for row in rows],
            "value_share": np.array([row[2] for row in rows], float),
        },
        "rank",
    )


def _table(columns: Mapping[str, Any], *counts: str) -> Table:
    return table_of(columns, [0], counts)
