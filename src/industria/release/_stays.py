"""What the certificate that stays at a site says besides the one that leaves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from industria.release._below_zero import signs_untold
from industria.release._decided import Decided
from industria.release._relations import Relations
from industria.release.policy import Policy

__all__ = ["certificate_of_site"]


def certificate_of_site(
    told: Mapping[str, Any],
    counts: Mapping[str, Mapping[str, int]],
    found: Decided,
    systems: Sequence[Relations],
    policy: Policy,
) -> dict[str, Any]:
    """Add to a certificate what only the site may know.

    That is the policy with its parameters, how many cells are withheld why, the sums that had to be protected, how
    many contributors attacked, the cells of which it is only certain that nobody knows them exactly, and the columns
    of which only records tell that something is below zero.
    """
    return {
        **told,
        "counts": counts,
        "policy": policy.model_dump(mode="json"),
        "forced": [words for one in found.several for words in one.forced],
        "contributors": [one.attackers for one in found.several],
        "only_not_exact": [words for one in found.several for words in one.only_not_exact],
        "below_zero": signs_untold(systems, found.several),
    }
