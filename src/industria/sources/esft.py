"""Parameters of the Essential Supplies Forecasting Tool of the World Health Organization, as the R package has them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from industria.sources.esft_columns import AMOUNTS, BASES, COUNTRIES, DIAGNOSTICS, ITEMS, STAFF, THROUGHPUT
from industria.sources.formats.r_frame import Cells, read_frame
from industria.sources.published import Published, had
from industria.sources.publisher import Publisher
from industria.sources.reader import reader
from industria.sources.source import Source

if TYPE_CHECKING:
    from industria.core.table import Table

__all__ = ["countries", "diagnostics", "equipment", "staff", "throughput"]

ESFT: Final = Publisher(
    name="esft",
    title="WHO, Essential Supplies Forecasting Tool, in the R package esft",
    license="MIT; the WHO's tool itself CC BY-NC-SA 3.0 IGO",
    homepage="https://github.com/mrc-ide/esft",
)
RAW: Final = "https://raw.githubusercontent.com/mrc-ide/esft/main/data/"
TOOL: Final = "https://www.who.int/publications/i/item/WHO-2019-nCoV-Tools-Essential_forecasting-2022.1"


@reader(
    columns={
        "item": "what is needed, as the tool names it [name]",
        "unit": "what it is counted in: Each, Pair, Kg, Lt, Unit, 1T/kit [name]",
        "reusable": "whether it serves more than once [name]",
        "category": "IPC, Testing, or one of two of case management [name]",
        "group": "part of the category: PPE, Hygiene, Diagnostics, Oxygen therapy [name]",
        "basis": "who or what the amount is for; null for an item that has none [code]",
        "quantity_per_day": "units a day for one of them, or for one patient in case management [units]",
        "price": "US dollars a unit, April 2022 [currency]",
    },
    example={},
)
def equipment(*, as_of: str | None = None) -> Source:
    """Read what health workers, patients and beds need a day, an item and a basis a row.

    The basis is one of `inpatient_hcw`, `inpatient_cleaner`, `inpatient_inf_caregiver`,
    `inpatient_ambworker`, `inpatient_biomed_eng`, `inpatient_sev_patient`,
    `inpatient_crit_patient`, `inpatient_sev_crit_patient`, `inpatient_sev_bed`,
    `inpatient_crit_bed`, `inpatient_sev_crit_bed`, `isolation_inf_caregiver`,
    `isolation_patient`, `screening_hcw`, `screening_patient`, `lab_tech` and
    `lab_cleaner`: a column each in the file, of which only cells that hold a number
    are rows. An item without any, as a test kit, keeps one row without basis.

    Parameters
    ----------
    as_of : str, optional
        A day: the newest file that was had no later.

    Returns
    -------
    Source
        `item`, `unit`, `reusable`, `category`, `group`, `basis`, `quantity_per_day`, `price`.

    Raises
    ------
    NotMirroredError
        If the file is nowhere and the network is closed.

    Examples
    --------
    In a study::

        [sources.equipment]
        use = "esft.equipment"
    """
    return _source(
        "equipment",
        "equipment",
        ITEMS | AMOUNTS,
        as_of,
        title="Essential Supplies Forecasting Tool: equipment",
        notes=("The column supplied_with, words on accessories, is left out.",),
    )


@reader(
    columns={
        "occupation": "who works [name]",
        "group": "HCW (health workers), Cleaner or Admin [code]",
        "mild": "hours a day for a patient whose case is mild [hours]",
        "moderate": "hours a day for a patient whose case is moderate [hours]",
        "severe": "hours a day for a patient whose case is severe [hours]",
        "critical": "hours a day for a patient whose case is critical [hours]",
        "screening": "hours for a case that is screened [hours]",
    },
    example={},
)
def staff(*, as_of: str | None = None) -> Source:
    """Read how many hours a day each occupation works for one patient, by severity.

    Parameters
    ----------
    as_of : str, optional
        A day: the newest file that was had no later.

    Returns
    -------
    Source
        `occupation`, `group`, `mild`, `moderate`, `severe`, `critical`, `screening`.

    Raises
    ------
    NotMirroredError
        If the file is nowhere and the network is closed.
    """
    return _source(
        "staff", "hwfe", STAFF, as_of, title="Essential Supplies Forecasting Tool: hours of staff by patient"
    )


@reader(
    columns={
        "country": "country or group of countries, by three letters [code]",
        "country_name": "its name [name]",
        "region": "region of the World Health Organization [code]",
        "income_group": "income group of the World Bank; OUT for groups of countries [name]",
        "income_class": "LMIC or Not LMIC [name]",
        "population": "residents [persons]",
        "doctors": "doctors, estimated [persons]",
        "nurses": "nurses, estimated [persons]",
        "midwives": "midwives, estimated [persons]",
        "laboratory_staff": "staff of laboratories, estimated [persons]",
        "traditional_practitioners": "staff of traditional and complementary medicine [persons]",
        "community_health_workers": "community health workers [persons]",
        "pharmacists": "pharmacists [persons]",
        "physiotherapists": "physiotherapists [persons]",
        "dentists": "dentists [persons]",
        "beds_per_1000": "hospital beds for 1,000 residents [count]",
        "intensive_care_share": "part of the beds that is for intensive care; the file's percent over 100 [fraction]",
        "hospital_beds": "hospital beds, estimated [count]",
    },
    example={},
)
def countries(*, as_of: str | None = None) -> Source:
    """Read the health workers, staff of laboratories and hospital beds of countries.

    Groups of countries, as the Arab World, stand among them. `health_workers` of
    `ecosystems.equipment_demand` are `doctors + nurses`.

    Parameters
    ----------
    as_of : str, optional
        A day: the newest file that was had no later.

    Returns
    -------
    Source
        `country`, `country_name`, `region`, `income_group`, then persons, and `hospital_beds` with
        `intensive_care_share`.

    Raises
    ------
    NotMirroredError
        If the file is nowhere and the network is closed.
    """
    return _source("countries", "who", COUNTRIES, as_of, title="Essential Supplies Forecasting Tool: countries")


@reader(
    columns={
        "platform": "machine, as the columns of `esft.diagnostics` name it [code]",
        "platform_name": "machine, as its maker names it [name]",
        "type": "high_throughput, near_patient or manual [code]",
        "tests_8_hours": "tests of a module in 8 hours [count]",
        "tests_16_hours": "tests of a module in 16 hours [count]",
        "tests_24_hours": "tests of a module in 24 hours [count]",
        "shifts_per_day": "shifts of 8 hours in which it runs [count]",
        "days_per_week": "days of a week on which it runs [count]",
        "share_for_covid": "part of its tests that is for Covid-19 [fraction]",
    },
    example={},
)
def throughput(*, as_of: str | None = None) -> Source:
    """Read how many tests the machines of laboratories do in a shift.

    Parameters
    ----------
    as_of : str, optional
        A day: the newest file that was had no later.

    Returns
    -------
    Source
        `platform`, `platform_name`, `type`, `tests_8_hours`, `tests_16_hours`, `tests_24_hours`,
        `shifts_per_day`, `days_per_week`, `share_for_covid`.

    Raises
    ------
    NotMirroredError
        If the file is nowhere and the network is closed.
    """
    return _source("throughput", "throughput", THROUGHPUT, as_of, title="Essential Supplies Forecasting Tool: machines")


@reader(
    columns={
        "country": "country, by three letters; null where the file has none [code]",
        "country_name": "its name [name]",
        "region": "region of the World Health Organization [code]",
        "income_group": "income group of the World Bank [name]",
        "roche_6800": "modules of the Roche 6800, estimated [count]",
        "roche_8800": "modules of the Roche 8800, estimated [count]",
        "abbott_m2000": "modules of the Abbott m2000, estimated [count]",
        "hologic_panther": "modules of the Hologic Panther, estimated [count]",
        "genexpert": "modules of the GeneXpert, which stands near the patient, estimated [count]",
        "manual": "platforms that are run by hand, estimated [count]",
    },
    example={},
)
def diagnostics(*, as_of: str | None = None) -> Source:
    """Read how many machines that test for a virus there are in each country.

    `active_laboratories` of `ecosystems.equipment_demand` are
    `(roche_6800 + roche_8800 + abbott_m2000 + hologic_panther + manual) / 3 + genexpert / 4`.

    Parameters
    ----------
    as_of : str, optional
        A day: the newest file that was had no later.

    Returns
    -------
    Source
        `country`, `country_name`, `region`, `income_group`, and modules by machine.

    Raises
    ------
    NotMirroredError
        If the file is nowhere and the network is closed.
    """
    return _source("diagnostics", "diagnostics", DIAGNOSTICS, as_of, title="Essential Supplies Forecasting Tool: tests")


def _source(word: str, frame: str, columns: Mapping[str, Cells], as_of: str | None, **about: Any) -> Source:
    name = f"{frame}.rda"
    file = had(
        ESFT,
        name,
        RAW + name,
        page=f"{ESFT.homepage}/blob/main/data/{name}",
        as_of=as_of,
        # Where R is at hand and rdata is not, people convert the files with write.csv.
        otherwise=(f"csv_converted/{frame}.csv",),
    )
    told: dict[str, Any] = {
        "vintage": "2022.1",
        "citation": "World Health Organization (2022), COVID-19 Essential Supplies Forecasting Tool, version 2022.1; "
        "Gerard-Ursin, I. (2023), esft: WHO ESFT Calculations, R package, Imperial College London",
        "documentation": TOOL,
    }
    if file.name.endswith(".csv"):
        told["notes"] = (*about.pop("notes", ()), "Read from a conversion to CSV, which rounds to 15 digits.")
    load = partial(_items if word == "equipment" else _read, file, frame, columns)
    return file.source(f"esft.{word}", load, {"as_of": as_of}, **told | about)


def _read(file: Published, frame: str, columns: Mapping[str, Cells]) -> Table:
    from industria.core.table import as_table

    return as_table(read_frame(file.path, file.name, frame, columns), file.name)


def _items(file: Published, frame: str, columns: Mapping[str, Cells]) -> Table:
    """Turn a column a basis into a row a basis."""
    import pyarrow as pa

    from industria.core.table import as_table

    wide = read_frame(file.path, file.name, frame, columns).to_pylist()
    rows: list[dict[str, Any]] = []
    for item in wide:
        about = {cells.name: item[cells.name] for cells in ITEMS.values()}
        told = [{"basis": basis, "quantity_per_day": item[basis]} for basis in BASES if item[basis] is not None]
        rows += [about | amount for amount in told or [{"basis": None, "quantity_per_day": None}]]
    kinds = {"reusable": pa.bool_(), "quantity_per_day": pa.float64(), "price": pa.float64()}
    order = ("item", "unit", "reusable", "category", "group", "basis", "quantity_per_day", "price")
    long = {column: pa.array([row[column] for row in rows], kinds.get(column, pa.string())) for column in order}
    return as_table(pa.table(long), file.name)
