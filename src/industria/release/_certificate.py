"""What a certificate says: the rules, the interval that was reached, who checked, and what nobody did."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any, Final

import numpy as np

from industria.errors import listing
from industria.release._attacked import PROOF
from industria.release._judged import Judged
from industria.release._narrowest import Narrow, narrowest
from industria.release._protected import Protected
from industria.release._relations import Relations
from industria.release._statement import statement
from industria.release._tables import Placed, gone
from industria.release.policy import Policy

__all__ = ["DIGITS", "FORMAT", "certificate", "counts_of", "rules_of", "software"]

FORMAT: Final = "industria-certificate-1"
DIGITS: Final = "digits: "
"""Before the decimals that numbers were rounded to: who attacks the file must know how exactly it tells them."""
EXACT: Final = 1e-6
PUBLIC: Final = (
    "source {source!r}, public by the word of the study: what is made of it alone was held to no rule, in steps {steps}"
)
BOUNDS: Final = ("bin_low", "percentile")
BOUNDED: Final = "bounds that bins and percentiles put on withheld sums of what they are of: steps {steps}"
"""Whoever knows how many amounts lie between two edges knows between which ends their sum lies."""
NOT_CHECKED: Final = (
    "other data than the releases listed: registers, other statistics, what readers know of firms",
    "sums that cells tell of groups of units, of none alone, but for parts of one total and the differences listed",
    "words that a person typed in the brief: a title may tell which of two withheld numbers is the larger",
)
OF_SITE: Final = ("primary", "secondary", "statistics")
"""Numbers of cells that, with the threshold, tell small counts."""


def certificate(
    *,
    study: str,
    site: str,
    created: str,
    policy: Policy,
    judged: Mapping[str, Judged],
    places: Mapping[str, Sequence[Placed]],
    several: Sequence[Protected],
    systems: Sequence[Relations],
    earlier: Sequence[str],
    notes: Sequence[str],
    prose: Mapping[str, int],
    checker: str | None,
    attacked: int,
    public: Mapping[str, Sequence[str]],
) -> dict[str, Any]:
    """Write the certificate that leaves with a release.

    It holds no parameter of a rule of concentration. How many cells are withheld by a rule, and how many to protect
    them, stays at the site, and so does how many contributors attacked and how many sums had to be protected besides:
    with the threshold they tell small counts.
    """
    counts = {
        name: {word: n for word, n in of.items() if word not in OF_SITE}
        for name, of in counts_of(judged, places).items()
    }
    attack = _attack(several, systems, judged, policy)
    insiders = {
        "who": policy.insiders,
        "reach": _reach_of_contributors(several, policy),
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
        "unions": {"checked": "the withheld parts of every total" if policy.unions else "none"},
        "earlier": list(earlier),
        "prose": dict(prose),
        "not_checked": [
            *NOT_CHECKED,
            *(PUBLIC.format(source=source, steps=listing(steps)) for source, steps in public.items()),
            *_bounded(judged, several),
            *dict.fromkeys([*notes, *(note for one in several for note in one.notes)]),
        ],
        "software": software(),
        "checker": None if checker is None else {"name": checker, "time": created},
        "statement": statement(counts, attack, attacked, public=public),
    }


def _reach_of_contributors(several: Sequence[Protected], policy: Policy) -> str:
    """Say of the variable in which contributors looked at least what they looked at."""
    attacked = [one for one in several if one.altered is None]
    if several and not attacked:
        return "none"
    if any(PROOF in one.reached.method for one in attacked):
        return "sums of withheld parts of one total" if policy.unions else "none"
    return "all cells" if all(one.everywhere for one in attacked) else "cells in a relation with their own"


def _bounded(judged: Mapping[str, Judged], several: Sequence[Protected]) -> list[str]:
    """Name steps of bins and percentiles beside withheld sums."""
    if not any((one.withheld & (one.joint.rows > 0)).any() for one in several if not one.joint.counts):
        return []
    steps = [name for name, one in judged.items() if any(column in one.table.column_names for column in BOUNDS)]
    return [BOUNDED.format(steps=listing(steps))] if steps else []


def rules_of(policy: Policy) -> list[str]:
    """Name the rules of a policy, the threshold with its number, those of concentration without."""
    named = [f"threshold of {policy.threshold} {policy.threshold_level}s"]
    rules = {"dominance": policy.dominance, "p": policy.p, "pq": policy.pq, "request": policy.request_share}
    named += [name for name, value in rules.items() if value]
    named += ["no rule of concentration"] if policy.concentration == "none" else []
    only = f" of {', '.join(policy.rounding_of)}, else suppress" if policy.rounding_of else ""
    # Who is alone in a cell and brings nothing to it is published under the default, and that is said.
    lone = f" (also of fewer than {policy.threshold})" if policy.zeros == "publish" and policy.threshold > 1 else ""
    named += [f"zeros: {policy.zeros}{lone}", f"method: {policy.method}{only}"]
    named += [f"{DIGITS}{policy.digits}"] if policy.digits is not None else []
    return named


def software() -> dict[str, str]:
    """Tell the versions that made a release."""
    return {"python": platform.python_version(), **{name: version(name) for name in ("industria", "duckdb", "highspy")}}


def counts_of(judged: Mapping[str, Judged], places: Mapping[str, Sequence[Placed]]) -> dict[str, dict[str, int]]:
    """Count the cells of each step by what became of them and why; for the site.

    Rows of estimates, averages and the like that stay by rules of their own are counted as `statistics`.
    """
    return {name: _counts(one, places.get(name)) for name, one in judged.items()}


def _counts(judged: Judged, places: Sequence[Placed] | None) -> dict[str, int]:
    told = dict.fromkeys(("cells", "published", "withheld", "primary", "secondary", "rounded"), 0)
    if not places or not any(one.is_there for one in places):
        status = judged.table["status"].to_pylist() if "status" in judged.table.column_names else []
        told |= {word: status.count(word) for word in ("published", "withheld", "rounded")}
        return told | {"cells": len(status), "statistics": told["withheld"]}
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


def _attack(
    several: Sequence[Protected], systems: Sequence[Relations], judged: Mapping[str, Judged], policy: Policy
) -> dict[str, Any]:
    """Sum the attack up; the narrowest interval is the one that is least beside its larger end."""
    attacked, exact, under = 0, 0, 0
    methods: set[str] = set()
    narrow: list[Narrow] = []
    for one, system in zip(several, systems, strict=True):
        # Rounded cells are all published, and all attacked: which of them are sensitive is nobody's to know.
        asked = one.withheld if one.altered is None or one.altered.reach is None else one.altered.marked
        cells = np.flatnonzero(asked & (one.joint.rows > 0))
        low, high = one.reached.low[cells], one.reached.high[cells]
        attacked += len(cells)
        known = high - low < EXACT * np.maximum(1.0, np.abs(low))
        exact += int((known & one.found.sensitive[cells]).sum())
        under += int(one.failed.sum())
        methods.update(one.reached.method)
        found = narrowest(one, system, judged, policy) if len(cells) else None
        narrow += [] if found is None else [found]
    best = min(narrow, key=lambda told: told.width, default=None)
    return {
        "method": ", ".join(sorted(methods - {""})) or "none",
        "cells": attacked,
        "exact": exact,
        "under_protected": under,
        "narrowest": None if best is None else {"cell": best.cell, "low": best.low, "high": best.high},
    }
