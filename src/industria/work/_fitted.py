"""The model of worker and firm effects, fitted where each worker can be left out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from industria.core.table import Table, as_table
from industria.kernels.leave_out import Statistics
from industria.work._components import over_groups
from industria.work._corrected import Choices, Correction, correction
from industria.work._job_rows import read
from industria.work._jobs import Columns, Jobs, removed_table, without_what_cannot_be_left_out
from industria.work._two_way import TwoWay, fit

__all__ = ["Fitted", "fitted"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fitted:
    """A model, the jobs it is fitted to, and the groups over which variances are wanted."""

    columns: Columns
    choices: Choices
    jobs: Jobs
    model: TwoWay
    over: Statistics

    @property
    def method(self) -> str:
        """Tell whether answers are exact or randomized."""
        return "randomized" if self.model.G is None else "exact"

    def correction(self) -> Correction | None:
        """Find what errors add; None where draws are needed and none are wanted."""
        if self.choices.draws == 0 and self.model.G is None:
            return None
        return correction(self.model, self.over, self.choices)

    def removed(self) -> Table:
        """List what was left out."""
        return removed_table(self.jobs, self.columns)

    def worker_effects(self) -> Table:
        """List the effects of workers."""
        model = self.model
        rows = {
            self.columns.worker: model.workers,
            "effect": model.worker,
            "n_obs": np.bincount(model.matches.w[model.match]),
            "n_firms": np.bincount(model.matches.w),
        }
        return as_table(pa.table(rows), "worker_effects")

    def firm_effects(self) -> Table:
        """List the effects of firms."""
        model = self.model
        f, J = model.matches.f, model.matches.J
        rows = {
            self.columns.firm: model.firms,
            "effect": model.firm,
            "n_obs": np.bincount(f[model.match]),
            "n_workers": np.bincount(f),
            "n_movers": np.bincount(f[model.matches.ties], minlength=J),
        }
        return as_table(pa.table(rows), "firm_effects")


def fitted(jobs: Table, columns: Columns, choices: Choices) -> Fitted:
    """Read jobs, keep those that can be left out, and fit.

    Raises
    ------
    DataError
        One of the errors that say what is wrong with the jobs.
    ParameterRangeError
        If the firm matrix is to be inverted and does not fit, or there are too many groups.
    """
    used = without_what_cannot_be_left_out(read(jobs, columns, choices.main_job), columns)
    model = fit(used, choices.method)
    return Fitted(columns=columns, choices=choices, jobs=used, model=model, over=over_groups(model))
