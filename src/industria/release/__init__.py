"""What may leave a site, by which rules, and who has checked it."""

from industria.release.approve import approve
from industria.release.attack import Attack, attack
from industria.release.doctor import Checkup, doctor
from industria.release.keys import make_key
from industria.release.mock import mock
from industria.release.pack import pack
from industria.release.policy import Policy
from industria.release.pool import Pooled, pool
from industria.release.protect import Protection, protect
from industria.release.release import Release, release
from industria.release.sealed import Sealed, open_release

__all__ = [
    "Attack",
    "Checkup",
    "Policy",
    "Pooled",
    "Protection",
    "Release",
    "Sealed",
    "approve",
    "attack",
    "doctor",
    "make_key",
    "mock",
    "open_release",
    "pack",
    "pool",
    "protect",
    "release",
]
