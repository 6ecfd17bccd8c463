"""Whom of the reference a reweighting reaches, and who is left after trimming."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from industria.kernels.weighted_statistics import quantile
from industria.work._sides import Reweighting, Side

__all__ = ["reached"]

Mask: TypeAlias = npt.NDArray[np.bool_]


def reached(
    whole: Reweighting, other: Side, reference: Side, trim: str | float | None
) -> tuple[tuple[Mask, Mask], dict[str, float]]:
    """Find who is left after trimming, and describe ψ over those who are.

    Parameters
    ----------
    whole : Reweighting
        By all covariates.
    other, reference : Side
        Both groups.
    trim : str, float or None
        None, the share of the weight that is too much, or a word for √N / N.

    Returns
    -------
    kept : tuple of array
        Whom of the other group and of the reference to keep.
    reach : dict of str to float
        The row of `factors`.
    """
    psi = whole.psi((other.w, reference.w), other, reference)
    of_other = whole.of_cells((other.w, reference.w), other, reference)[other.home]
    n = len(psi)
    share = reference.w * psi / (reference.w @ psi)
    usual = n**0.5 / n
    limit = trim if isinstance(trim, float | int) else usual
    # Whoever is as unlike the reference as those with too much weight goes too (Huber, Lechner & Wunsch 2013).
    least = np.inf if trim is None else psi[share > limit].min(initial=np.inf)
    kept = of_other < least, psi < least
    n_trimmed = int((~kept[0]).sum() + (~kept[1]).sum())
    if not (kept[0].any() and kept[1].any()):
        return kept, {"n_trimmed": n_trimmed}
    w = reference.w[kept[1]]
    left = whole.psi((other.w * kept[0], reference.w * kept[1]), other, reference)[kept[1]] if n_trimmed else psi
    mean = float(w @ left / w.sum())
    scaled, weight = left / mean, w * left
    marks = quantile(scaled, w, np.argsort(scaled, kind="stable"), (0.1, 0.5, 0.9))
    size = float(weight.sum() ** 2 / (weight @ weight))
    beyond = other.w[of_other > psi.max() * (1 + 1e-9)].sum()
    reach = {"n": len(left), "mean_unscaled": mean, "mean": float(w @ scaled / w.sum()), "minimum": scaled.min()}
    reach |= dict(zip(("p10", "median", "p90"), marks, strict=True)) | {"maximum": scaled.max()}
    reach |= {"largest_share": float(weight.max() / weight.sum()), "effective_sample_size": size}
    reach |= {"effective_share": size / len(left), "n_above": int((share > usual).sum())}
    reach |= {"n_trimmed": n_trimmed, "overlap": 1 - float(beyond / other.w.sum())}
    return kept, reach
