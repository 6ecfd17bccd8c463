"""Staff and supplies that an epidemic takes, week by week: the forecasting tool of the WHO as equations.

Severe stands before critical in every array of two; T weeks of a horizon come last.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from industria.kernels.hospital_beds import Beds

__all__ = ["Care", "Staff", "for_patients", "for_staff", "purchases", "staff_of"]

Array = npt.NDArray[np.float64]
Truth = npt.NDArray[np.bool_]

NEGATIVE_PER_CASE: Final = 10
AMBULANCE_PER_BED: Final = 0.06
ENGINEERS_PER_BED: Final = 0.02
CLEANERS: Final = 10
LABORATORY_STAFF: Final = 3
LABORATORY_SHARE: Final = 2 / 3
SHIFT: Final = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Care:
    """Who there is, and how long each works.

    Attributes
    ----------
    hours, cleaning : array, shape (2,)
        Hours a patient and day of health workers, and of cleaners.
    screening : float
        Hours of a health worker for a case that is screened; above 0.
    health_workers, hospital_beds, laboratory_staff, laboratories : float
        Of the place; infinite where they do not bind.
    inpatient : float
        Probability that a case is severe or critical.
    others : float
        Part of health workers, and of beds, that is kept for other patients.
    """

    hours: Array
    cleaning: Array
    screening: float
    health_workers: float
    hospital_beds: float
    laboratory_staff: float
    laboratories: float
    inpatient: float
    others: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """Who works in a week, each array of shape (T,).

    Attributes
    ----------
    needed_health_workers, needed_screeners, needed_laboratory : array
        Before the limit of those whom there are.
    """

    health_workers: Array
    cleaners: Array
    ambulance: Array
    engineers: Array
    screeners: Array
    caregivers: Array
    laboratory: Array
    laboratory_cleaners: Array
    needed_health_workers: Array
    needed_screeners: Array
    needed_laboratory: Array

    def roles(self) -> dict[str, tuple[Array, Array]]:
        """List who works, and who would were there enough of them."""
        return {
            "health_workers": (self.health_workers, self.needed_health_workers),
            "cleaners": (self.cleaners, self.cleaners),
            "ambulance": (self.ambulance, self.ambulance),
            "engineers": (self.engineers, self.engineers),
            "screeners": (self.screeners, self.needed_screeners),
            "caregivers": (self.caregivers, self.caregivers),
            "laboratory": (self.laboratory, self.needed_laboratory),
            "laboratory_cleaners": (self.laboratory_cleaners, self.laboratory_cleaners),
        }


def staff_of(care: Care, beds: Beds, all_cases: Array, light_cases: Array) -> Staff:
    """Staff the beds, the screening and the laboratories.

    Parameters
    ----------
    care : Care
        Who there is.
    beds : Beds
        In the weeks of the horizon.
    all_cases, light_cases : array, shape (T,)
        New cases, and those of them that are mild or moderate; NaN where unknown.

    Returns
    -------
    Staff
        Health workers and cleaners go by the mix of beds over the whole horizon.
    """
    in_use = beds.in_use.sum(axis=0)
    whole = np.nansum(beds.in_use)
    mix = np.nansum(beds.in_use, axis=1) / whole if whole > 0 else np.zeros(2)
    per_bed = float(care.hours @ mix) / SHIFT
    cleaners_per_bed = CLEANERS * float(care.cleaning @ mix) / SHIFT
    screened = SHIFT / care.screening
    treating, screening = _shares(per_bed, screened, care.inpatient, care.others)
    needed = (NEGATIVE_PER_CASE * all_cases + light_cases) / (7 * screened)
    laboratory = LABORATORY_STAFF * care.laboratories
    weeks = np.ones(len(in_use))
    return Staff(
        health_workers=np.minimum(in_use * per_bed, _capped(treating, care.health_workers)),
        cleaners=np.minimum(in_use, care.hospital_beds) * cleaners_per_bed,
        ambulance=np.round(AMBULANCE_PER_BED * in_use),
        engineers=np.round(ENGINEERS_PER_BED * in_use),
        screeners=np.minimum(needed, _capped(screening, care.health_workers)),
        caregivers=light_cases,
        laboratory=weeks * math.ceil(min(laboratory, LABORATORY_SHARE * care.laboratory_staff)),
        laboratory_cleaners=weeks * math.ceil(care.laboratories),
        needed_health_workers=in_use * per_bed,
        needed_screeners=needed,
        needed_laboratory=weeks * laboratory,
    )


def _shares(per_bed: float, screened: float, inpatient: float, others: float) -> tuple[float, float]:
    """Divide health workers between patients in beds and screening; the tool rounds to five digits."""
    outpatient = (1 - inpatient) * round(1 / screened, 5)
    work = inpatient * per_bed + outpatient
    treating = round(round(inpatient * per_bed / work, 5) * (1 - others), 5) if work > 0 else 0.0
    return treating, round(1 - others - treating, 5)


def _capped(share: float, there: float) -> float:
    return round(share * there, 5) if math.isfinite(there) else there


Rates = Mapping[str, Array]
"""Units of n items a day, by who or what they are for; all that the tool knows."""


def for_patients(rates: Rates, reusable: Truth, beds: Beds) -> Array:
    """Count what patients in beds use, shape (n, T): seven days of single-use items, one day of reusable ones."""
    severe, critical = beds.in_use

    def used(severity: str, patients: Array) -> Array:
        rate = rates[f"inpatient_{severity}_patient"] + rates[f"inpatient_{severity}_bed"]
        return np.outer(np.where(reusable, rate, 7 * rate), patients)

    return used("sev_crit", severe + critical) + used("sev", severe) + used("crit", critical)


def for_staff(
    rates: Rates, reusable: Truth, staff: Staff, isolation: tuple[Array, Array], days: float
) -> dict[str, Array]:
    """Count what is used outside beds: seven days of single-use items, one a head of reusable ones.

    Parameters
    ----------
    rates, reusable : mapping of str to array, and array, each of shape (n,)
        Units of the items a day, and which of them serve more than once.
    staff : Staff
        In the weeks of the horizon.
    isolation : pair of array, each of shape (T,)
        Stays of the week's mild and moderate cases added up: those of caregivers, and of patients.
    days : float
        Daily amounts in one unit of these stays.

    Returns
    -------
    dict of str to array, each of shape (n, T)
        `health_workers`, `isolation`, `screening`, `laboratory`.
    """

    def heads(basis: str, persons: Array) -> Array:
        return np.outer(np.where(reusable, rates[basis] > 0, 7 * rates[basis]), persons)

    def stays(basis: str, added_up: Array) -> Array:
        once = np.outer(reusable & (rates[basis] > 0), staff.caregivers)
        return once + np.outer(np.where(reusable, 0.0, days * rates[basis]), added_up)

    return {
        "health_workers": heads("inpatient_hcw", staff.health_workers)
        + heads("inpatient_cleaner", staff.cleaners)
        + heads("inpatient_ambworker", staff.ambulance)
        + heads("inpatient_biomed_eng", staff.engineers),
        "isolation": stays("isolation_inf_caregiver", isolation[0]) + stays("isolation_patient", isolation[1]),
        "screening": heads("screening_hcw", staff.screeners) + stays("screening_patient", isolation[1]),
        "laboratory": heads("lab_tech", staff.laboratory) + heads("lab_cleaner", staff.laboratory_cleaners),
    }


def purchases(rates: Rates, reusable: Truth, beds: Beds) -> Array:
    """Count what patients and beds of case management need, shape (n, T), in whole units.

    An amount a patient goes with admissions, one a bed with beds in use. Of reusable
    items only what is beyond all that was bought before is bought.
    """
    bought = np.zeros((len(reusable), beds.in_use.shape[1]))
    for severity, among in (("sev", [0]), ("crit", [1]), ("sev_crit", [0, 1])):
        need = np.outer(rates[f"inpatient_{severity}_patient"], beds.admitted[among].sum(axis=0))
        need += np.outer(rates[f"inpatient_{severity}_bed"], beds.in_use[among].sum(axis=0))
        whole = np.ceil(need)
        held = np.maximum(np.fmax.accumulate(whole, axis=1), 0.0)
        bought += np.where(reusable[:, None], np.diff(held, axis=1, prepend=0.0), whole)
    return bought
