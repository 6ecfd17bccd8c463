"""Three folders that stand in for statistical offices: one public survey of plants, split by the number of the plant.

NO OFFICE HAS SEEN THEM. Who owns which plant is invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pc_csv

from industria import sources
from industria.core.table import collect

__all__ = ["SITES", "Site", "survey", "totals", "write_stand_ins"]

LABEL: Final = """# A STAND-IN, NOT A STATISTICAL OFFICE

These plants are a third of a public survey of training grants in Michigan, 1987-89 (Holzer, Block, Cheatham and Knott
1993), as it ships in the Python package `linearmodels`: those whose number leaves {rest} when divided by three. Nothing
here is confidential. Who owns which plant is invented: plants whose numbers share a dozen count as one holding.
"""
HOLDING: Final = 12
SIZES: Final = ((20, "small"), (50, "medium"), (100, "large"))


@dataclass(frozen=True, slots=True)
class Site:
    """A stand-in, what it says of its data, and the rules under which it releases."""

    name: str
    rest: int
    answers: dict[str, str]
    policy: str


SITES: Final = (
    Site(
        "stand-in-a",
        0,
        {
            "employ": "heads, average of the year",
            "frame": "applicants for grants, all sizes",
            "holding": "invented for this demonstration",
        },
        "threshold = 3\np = 0.10\n",
    ),
    Site(
        "stand-in-b",
        1,
        {
            "employ": "heads, 31 December",
            "frame": "applicants for grants, all sizes",
            "holding": "invented for this demonstration",
        },
        'threshold = 3\nthreshold_level = "holding"\ndominance = [[1, 0.80], [2, 0.90]]\n',
    ),
    Site(
        "stand-in-c",
        2,
        {
            "employ": "heads, average of the year",
            "frame": "applicants for grants, manufacturing",
            "holding": "invented for this demonstration",
        },
        'threshold = 4\npq = [0.10, 0.50]\nmethod = "round"\nrounding_base = 5\nrounding_of = ["count"]\n',
    ),
)


def survey() -> pa.Table:
    """Read the survey under the words of the contract, each plant with an invented holding."""
    rows = collect(sources.find("packages.linearmodels_jobtraining")().read())
    number = rows["fcode"]
    told = {name: rows[name] for name in ("year", "employ", "sales", "lscrap", "grant", "grant_1")}
    owner = pc.cast(pc.divide(number, HOLDING), pa.string())
    plant = pc.cast(number, pa.string())
    return pa.table({"plant": plant, "holding": pc.binary_join_element_wise("h", owner, ""), **told, "number": number})


def write_stand_ins(folder: Path) -> dict[str, Path]:
    """Write the data, the answers and the policy of each site into a folder of its own, loudly labeled."""
    rows, written = survey(), {}
    rest = pc.subtract(rows["number"], pc.multiply(pc.divide(rows["number"], 3), 3))
    for site in SITES:
        place = folder / site.name
        place.mkdir(parents=True, exist_ok=True)
        (place / "THIS-IS-A-STAND-IN.md").write_text(LABEL.format(rest=site.rest), encoding="utf-8")
        pc_csv.write_csv(rows.filter(pc.equal(rest, site.rest)).drop_columns("number"), place / "plants.csv")
        answers = "\n".join(f'{asked} = "{said}"' for asked, said in site.answers.items())
        (place / "answers.toml").write_text(
            f'[plants]\n{answers}\n\n[plants.reader.types]\nplant = "text"\n', encoding="utf-8"
        )
        (place / "policy.toml").write_text(site.policy, encoding="utf-8")
        written[site.name] = place
    return written


def totals() -> pa.Table:
    """Add the whole survey up by year and size: it stands in for official totals."""
    rows = survey()
    employ, size = rows["employ"], pa.chunked_array([pa.repeat(pa.scalar("largest"), rows.num_rows)])
    for edge, label in reversed(SIZES):
        size = pc.if_else(pc.less(employ, edge), label, size)
    sized = rows.append_column("size", size).filter(pc.is_valid(employ))
    sums = sized.group_by(["year", "size"]).aggregate([("employ", "sum"), ("sales", "sum")])
    return sums.rename_columns(["year", "size", "employ", "sales"]).sort_by(
        [("year", "ascending"), ("size", "ascending")]
    )


if __name__ == "__main__":
    pc_csv.write_csv(totals(), Path(__file__).parent / "travels" / "survey-totals.csv")
