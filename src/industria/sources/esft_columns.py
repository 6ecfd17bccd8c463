"""What the files of the Essential Supplies Forecasting Tool hold in which columns."""

from __future__ import annotations

from typing import Final

from industria.sources.formats.r_frame import Cells

__all__ = ["AMOUNTS", "BASES", "COUNTRIES", "DIAGNOSTICS", "ITEMS", "STAFF", "THROUGHPUT"]

BASES: Final = (
    "inpatient_hcw",
    "inpatient_cleaner",
    "inpatient_inf_caregiver",
    "inpatient_ambworker",
    "inpatient_biomed_eng",
    "inpatient_sev_patient",
    "inpatient_crit_patient",
    "inpatient_sev_crit_patient",
    "inpatient_sev_bed",
    "inpatient_crit_bed",
    "inpatient_sev_crit_bed",
    "isolation_inf_caregiver",
    "isolation_patient",
    "screening_hcw",
    "screening_patient",
    "lab_tech",
    "lab_cleaner",
)
"""Who or what an amount is for; the file has a column for each."""

ITEMS: Final = {
    "item": Cells(name="item"),
    "unit": Cells(name="unit"),
    "reusable": Cells(name="reusable", kind="truth"),
    "category": Cells(name="category"),
    "group": Cells(name="group"),
    "price": Cells(name="price", kind="number", lacking=True),
}
AMOUNTS: Final = {f"amount_per_{basis}_per_day": Cells(name=basis, kind="number", lacking=True) for basis in BASES}
STAFF: Final = {
    "occupational_title": Cells(name="occupation"),
    "esft_group": Cells(name="group"),
    "patient_t24_mild": Cells(name="mild", kind="number"),
    "patient_t24_mod": Cells(name="moderate", kind="number"),
    "patient_t24_sev": Cells(name="severe", kind="number"),
    "patient_t24_crit": Cells(name="critical", kind="number"),
    "patient_t24_screen": Cells(name="screening", kind="number"),
}
COUNTRIES: Final = {
    "country_code": Cells(name="country"),
    "country_name": Cells(name="country_name"),
    "who_region": Cells(name="region", lacking=True),
    "income_group": Cells(name="income_group", lacking=True),
    "income_class": Cells(name="income_class", lacking=True),
    "population": Cells(name="population", kind="number", lacking=True),
    "doctors": Cells(name="doctors", kind="number", lacking=True),
    "nurses": Cells(name="nurses", kind="number", lacking=True),
    "midwives": Cells(name="midwives", kind="number", lacking=True),
    "labs": Cells(name="laboratory_staff", kind="number", lacking=True),
    "trad_comp_med": Cells(name="traditional_practitioners", kind="number", lacking=True),
    "chws": Cells(name="community_health_workers", kind="number", lacking=True),
    "pharmacists": Cells(name="pharmacists", kind="number", lacking=True),
    "physiotherapists": Cells(name="physiotherapists", kind="number", lacking=True),
    "dentists": Cells(name="dentists", kind="number", lacking=True),
    "beds_per_1000": Cells(name="beds_per_1000", kind="number", lacking=True),
    "perc_icu_beds": Cells(name="intensive_care_share", kind="percent", lacking=True),
    "beds_total": Cells(name="hospital_beds", kind="number", lacking=True),
}
THROUGHPUT: Final = {
    "platform_key": Cells(name="platform"),
    "platform": Cells(name="platform_name"),
    "type": Cells(name="type"),
    "throughput_8hrs": Cells(name="tests_8_hours", kind="number"),
    "throughput_16hrs": Cells(name="tests_16_hours", kind="number"),
    "throughput_24hrs": Cells(name="tests_24_hours", kind="number"),
    "shifts_day": Cells(name="shifts_per_day", kind="number"),
    "days_week": Cells(name="days_per_week", kind="number"),
    "covid_capacity": Cells(name="share_for_covid", kind="number"),
}
DIAGNOSTICS: Final = {
    "country_code": Cells(name="country", lacking=True),
    "country_name": Cells(name="country_name"),
    "region": Cells(name="region", lacking=True),
    "income_group": Cells(name="income_group", lacking=True),
    "roche_6800": Cells(name="roche_6800", kind="number"),
    "roche_8800": Cells(name="roche_8800", kind="number"),
    "abbott_m2000": Cells(name="abbott_m2000", kind="number"),
    "hologic_panther": Cells(name="hologic_panther", kind="number"),
    "genexpert": Cells(name="genexpert", kind="number"),
    "manual": Cells(name="manual", kind="number"),
}
