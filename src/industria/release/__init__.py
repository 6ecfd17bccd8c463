"""What may leave a site, by which rules, and who has checked it."""

from industria.release.approve import approve
from industria.release.attack import Attack, attack
from industria.release.keys import make_key
from industria.release.policy import Policy
from industria.release.sealed import Sealed, open_release

__all__ = ["Attack", "Policy", "Sealed", "approve", "attack", "make_key", "open_release"]
