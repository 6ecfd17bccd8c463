"""The COVID Tracking Project: cases and hospital patients of US states, day by day, to March 2021."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Final

from industria.errors import ChoiceError
from industria.sources.formats.event_table import Events, read_events
from industria.sources.published import Published, had
from industria.sources.publisher import Publisher
from industria.sources.reader import reader
from industria.sources.source import Source

if TYPE_CHECKING:
    from industria.core.table import Table

__all__ = ["state_history"]

PROJECT: Final = Publisher(
    name="covid_tracking",
    title="The COVID Tracking Project at The Atlantic",
    license="CC BY 4.0",
    homepage="https://covidtracking.com/data",
)
# fmt: off
STATES: Final = (
    "alabama", "alaska", "american-samoa", "arizona", "arkansas", "california", "colorado", "connecticut",
    "delaware", "district-of-columbia", "florida", "georgia", "guam", "hawaii", "idaho", "illinois",
    "indiana", "iowa", "kansas", "kentucky", "louisiana", "maine", "maryland", "massachusetts", "michigan",
    "minnesota", "mississippi", "missouri", "montana", "nebraska", "nevada", "new-hampshire", "new-jersey",
    "new-mexico", "new-york", "north-carolina", "north-dakota", "northern-mariana-islands", "ohio",
    "oklahoma", "oregon", "pennsylvania", "puerto-rico", "rhode-island", "south-carolina", "south-dakota",
    "tennessee", "texas", "us-virgin-islands", "utah", "vermont", "virginia", "washington", "west-virginia",
    "wisconsin", "wyoming",
)
# fmt: on
MEANINGS: Final = {
    "date": "day of the report [date]",
    "death": "deaths so far, probable ones too where the state tells them [persons]",
    "deathConfirmed": "deaths so far with a confirmed infection [persons]",
    "deathIncrease": "death less that of the day before [persons]",
    "deathProbable": "deaths so far with a probable infection [persons]",
    "hospitalized": "persons ever taken into hospital [persons]",
    "hospitalizedCumulative": "the same as hospitalized [persons]",
    "hospitalizedCurrently": "persons in hospital on the day [persons]",
    "hospitalizedIncrease": "hospitalized less that of the day before [persons]",
    "inIcuCurrently": "persons in intensive care on the day [persons]",
    "negative": "persons with a negative test so far [persons]",
    "negativeIncrease": "negative less that of the day before [persons]",
    "onVentilatorCurrently": "persons on a ventilator on the day [persons]",
    "positive": "cases so far, probable ones too where the state tells them [persons]",
    "positiveCasesViral": "cases so far with a positive test of the virus [persons]",
    "positiveIncrease": "positive less that of the day before; below 0 where cases were redefined [persons]",
    "positiveScore": "a column of the project that is 0 throughout [1]",
    "positiveTestsPeopleAntibody": "persons with a positive antibody test so far [persons]",
    "positiveTestsPeopleAntigen": "persons with a positive antigen test so far [persons]",
    "positiveTestsViral": "positive tests of the virus so far [count]",
    "recovered": "persons recovered so far, as the state counts them [persons]",
    "totalTestEncountersViral": "persons tested for the virus so far, once a day each [count]",
    "totalTestEncountersViralIncrease": "the same less that of the day before [count]",
    "totalTestResults": "results of tests so far, in the unit that the project chose for the state [count]",
    "totalTestResultsIncrease": "the same less that of the day before [count]",
    "totalTestsAntibody": "antibody tests so far [count]",
    "totalTestsAntigen": "antigen tests so far [count]",
    "totalTestsPeopleAntibody": "persons with an antibody test so far [persons]",
    "totalTestsPeopleAntigen": "persons with an antigen test so far [persons]",
    "totalTestsPeopleViral": "persons with a test of the virus so far [persons]",
    "totalTestsPeopleViralIncrease": "the same less that of the day before [persons]",
    "totalTestsViral": "tests of the virus so far [count]",
    "totalTestsViralIncrease": "the same less that of the day before [count]",
}
NAMES: Final = {published: re.sub(r"(?<=[a-z])(?=[A-Z])", "_", published).lower() for published in MEANINGS}
COLUMNS: Final = {
    published: Events(name=name, kind="day") if name == "date" else Events(name=name, kind="count", lacking=True)
    for published, name in NAMES.items()
}
KNOWN: Final = {
    "massachusetts": ("Massachusetts redefined its cases on 2020-09-02: positive_increase is below 0 that day.",),
}


@reader(
    columns={NAMES[published]: meaning for published, meaning in MEANINGS.items()},
    example={"state": "massachusetts"},
)
def state_history(*, state: str, as_of: str | None = None) -> Source:
    """Read the daily counts of a US state: cases, tests, patients in hospital and intensive care, deaths.

    What a state did not report is null, and increases below 0 stand as they were
    published. The project ended on 2021-03-07.

    Parameters
    ----------
    state : str
        As in the name of the project's file: `massachusetts`, `new-york`; case and blanks do not count.
    as_of : str, optional
        A day: the newest file that was had no later.

    Returns
    -------
    Source
        One row a day, the last day first: `date`, and the project's columns in snake case
        (`hospitalized_currently`, `in_icu_currently`, `positive_increase`).

    Raises
    ------
    ChoiceError
        If there is no such state; the message has the nearest.
    NotMirroredError
        If the file is nowhere and the network is closed.

    Examples
    --------
    In a study::

        [sources.census]
        use = "covid_tracking.state_history"
        state = "massachusetts"
    """
    known = state.strip().casefold().replace(" ", "-")
    if known not in STATES:
        raise ChoiceError("state", state, STATES)
    name = f"{known}-history.csv"
    file = had(PROJECT, name, f"https://covidtracking.com/data/download/{name}", page=PROJECT.homepage, as_of=as_of)
    return file.source(
        "covid_tracking.state_history",
        partial(_read, file),
        {"state": known, "as_of": as_of},
        title=f"COVID Tracking Project: daily counts of {known.replace('-', ' ').title()}",
        vintage="final, 2021-03-07",
        citation="The COVID Tracking Project at The Atlantic (2021), State data",
        documentation="https://covidtracking.com/about-data/data-definitions",
        notes=(
            "Days may stand as 2020-04-21 or as 4/21/2020: copies of the file were saved anew.",
            *KNOWN.get(known, ()),
        ),
    )


def _read(file: Published) -> Table:
    from industria.core.table import as_table

    return as_table(read_events(file.path, file.name, COLUMNS), file.name)
