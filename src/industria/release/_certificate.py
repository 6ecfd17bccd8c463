"""What a certificate says: the rules, the interval that was reached, who checked, and what nobody did."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any, Final

import numpy as np

from industria.release._digits import outward
from industria.release._judged import Judged
from industria.release._protected import Protected
from industria.release._tables import Placed, gone
from industria.release.policy import Policy

__all__ = ["DIGITS", "FORMAT", "certificate", "counts_of", "rules_of", "software", "statement"]

FORMAT: Final = "industria-certificate-1"
DIGITS: Final = "digits: "
"""Before the decimals that numbers were rounded to: who attacks the file must know how exactly it tells them."""
EXACT: Final = 1e-6
NOT_CHECKED: Final = (
    "other data than the releases listed: registers, other statistics, what readers know of firms",
    "sums and differences of cells other than the parts of one total and the differences listed",
    "words that a person typed in the brief: a title may tell which of two withheld numbers is the larger",
    "numbers of units beside estimates and averages, against those of tables",
)


OF_SITE: Final = ("primary", "secondary")


def certificate(
    *,
    study: str,
    site: str,
    created: str,
    policy: Policy,
    judged: Mapping[str, Judged],
    places: Mapping[str, Sequence[Placed]],
    several: Sequence[Protected],
    earlier: Sequence[str],
    notes: Sequence[str],
    prose: Mapping[str, int],
    checker: str | None,
) -> dict[str, Any]:
    """Write the certificate that leaves with a release.

    It holds no parameter of a rule of concentration. How many cells are withheld by a rule, and how many to protect
    them, stays at the site, and so does how many contributors attacked: with the threshold they tell small counts.
    """
    counts = {
        name: {word: n for word, n in of.items() if word not in OF_SITE}
        for name, of in counts_of(judged, places).items()
    }
    attack = _attack(several, policy.digits)
    insiders = {
        "who": policy.insiders,
        "reach": "all cells" if all(one.everywhere for one in several) else "cells in a relation with their own",
    }
    return {
        "format": FORMAT,
        "study": study,
        "site": site,
        "created": created,
        "rules": rules_of(policy),
        "counts": counts,
        "classes": {name: one.classes for name, one in judged.items()},
        "attack": attack,
        "insiders": insiders,
        "unions": {
            "checked": "the withheld parts of every total" if policy.unions else "none",
            "protected": sum(one.n_unions for one in several),
        },
        "earlier": list(earlier),
        "prose": dict(prose),
        "not_checked": [*NOT_CHECKED, *dict.fromkeys([*notes, *(note for one in several for note in one.notes)])],
        "software": software(),
        "checker": None if checker is None else {"name": checker, "time": created},
        "statement": statement(counts, attack),
    }


def rules_of(policy: Policy) -> list[str]:
    """Name the rules of a policy, the threshold with its number, those of concentration without."""
    named = [f"threshold of {policy.threshold} {policy.threshold_level}s"]
    rules = {"dominance": policy.dominance, "p": policy.p, "pq": policy.pq, "request": policy.request_share}
    named += [name for name, value in rules.items() if value]
    named += ["no rule of concentration"] if policy.concentration == "none" else []
    named += [f"zeros: {policy.zeros}", f"method: {policy.method}"]
    named += [f"{DIGITS}{policy.digits}"] if policy.digits is not None else []
    return named


def software() -> dict[str, str]:
    """Tell the versions that made a release."""
    return {"python": platform.python_version(), **{name: version(name) for name in ("industria", "duckdb", "highspy")}}


def statement(counts: Mapping[str, Mapping[str, int]], attack: Mapping[str, Any]) -> str:
    """Say in words what was reached, and no more."""
    withheld, cells = (sum(of[word] for of in counts.values()) for word in ("withheld", "cells"))
    narrowest = attack["narrowest"]
    changed = sum(of.get("rounded", 0) + of.get("adjusted", 0) for of in counts.values())
    if not withheld:
        what = f"{changed} rounded, noised or adjusted, which those who know the method can narrow" if changed else ""
        return f"0 of {cells} cells withheld{what and ', '}{what}. Other data were not considered."
    if "witness" in attack["method"]:
        reach = "can narrow no sensitive cell beyond what the rules allow"
    elif narrowest is None:
        reach = "finds no end to any withheld cell"
    else:
        low, high = (("no bound" if end is None else f"{end:.12g}") for end in (narrowest["low"], narrowest["high"]))
        reach = f"can narrow a withheld cell at best to [{low}, {high}]"
    return (
        f"{withheld} of {cells} cells withheld. Under the rules named above, an outsider who solves every linear "
        f"relation between the published numbers, here and in the releases listed, {reach}. "
        "Other data were not considered."
    )


def counts_of(judged: Mapping[str, Judged], places: Mapping[str, Sequence[Placed]]) -> dict[str, dict[str, int]]:
    """Count the cells of each step by what became of them and why; for the site."""
    return {name: _counts(one, places.get(name)) for name, one in judged.items()}


def _counts(judged: Judged, places: Sequence[Placed] | None) -> dict[str, int]:
    told = dict.fromkeys(("cells", "published", "withheld", "primary", "secondary", "rounded"), 0)
    if not places or not any(one.is_there for one in places):
        status = judged.table["status"].to_pylist() if "status" in judged.table.column_names else []
        told |= {word: status.count(word) for word in ("published", "withheld", "rounded")}
        return told | {"cells": len(status), "primary": told["withheld"]}
    masks = gone(places)
    for one in places:
        if not one.is_there:
            continue
        told_otherwise = one.of.altered
        if told_otherwise is not None and one.is_sum:
            shown, marked = one.cell[one.cell >= 0], told_otherwise.marked
            told["cells"] += len(shown)
            told["published"] += int((~marked[shown]).sum())
            told[told_otherwise.status] = told.get(told_otherwise.status, 0) + int(marked[shown].sum())
            continue
        mask = masks[one.column] | (told_otherwise is not None)
        cells, withheld, primary = (int(of.sum()) for of in (one.cell >= 0, mask, one.sensitive & mask))
        told["cells"] += cells
        told["published"] += cells - withheld
        told["withheld"] += withheld
        told["primary"] += primary
        told["secondary"] += withheld - primary
    return told


def _attack(several: Sequence[Protected], digits: int | None) -> dict[str, Any]:
    """Sum the attack up; the narrowest interval is the one that is least beside its larger end.

    Its ends tell no more decimals than the numbers that leave.
    """
    attacked, exact, under, narrowest, least = 0, 0, 0, None, np.inf
    methods: set[str] = set()
    for one in several:
        # Rounded cells are all published, and the sensitive ones attacked all the same.
        asked = one.withheld | np.array([method != "" for method in one.reached.method], bool)
        cells = np.flatnonzero(asked & (one.joint.rows > 0))
        told = one.outside or one.reached
        low, high = told.low[cells], told.high[cells]
        attacked += len(cells)
        narrow = high - low < EXACT * np.maximum(1.0, np.abs(low))
        exact += int((narrow & one.found.sensitive[cells]).sum())
        under += int(one.failed.sum())
        methods.update(one.reached.method[cell] for cell in cells)
        size = np.maximum(np.abs(low), np.abs(high))
        with np.errstate(invalid="ignore", divide="ignore"):
            width = np.where(np.isfinite(high - low), (high - low) / np.where(size > 0, size, 1.0), np.inf)
        # The ends of a witness stand at a distance from the value that the rules ask for: they would tell it.
        if (
            "witness" not in one.reached.method
            and len(cells)
            and (best := int(np.argmin(width))) >= 0
            and width[best] < least
        ):
            least = float(width[best])
            least_end, most_end = outward(low[[best]], high[[best]], digits)
            narrowest = {
                "cell": one.joint.named(int(cells[best])),
                "low": float(least_end[0]),
                "high": float(most_end[0]),
            }
    return {
        "method": ", ".join(sorted(methods - {""})) or "none",
        "cells": attacked,
        "exact": exact,
        "under_protected": under,
        "narrowest": narrowest,
    }
