"""GetUsPPE: requests, offers and matches of protective equipment in the United States, 2020 and 2021."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from industria.sources.formats.event_table import Events, read_events
from industria.sources.published import Published, had
from industria.sources.publisher import Publisher
from industria.sources.reader import reader
from industria.sources.source import Source

if TYPE_CHECKING:
    from industria.core.table import Table

__all__ = ["matches", "offers", "requests", "supply_remaining"]

GETUSPPE: Final = Publisher(
    name="getusppe",
    title="GetUsPPE",
    license="MIT",
    homepage="https://github.com/GetUsPPE/ppe_needs_retrospective",
)
RAW: Final = "https://raw.githubusercontent.com/GetUsPPE/ppe_needs_retrospective/main/data/"
PAGE: Final = f"{GETUSPPE.homepage}/blob/main/data/"
STATUSES: Final = ("delivered", "closed", "open")

MATCHES: Final = {
    "matchkey": Events(name="match"),
    "donorkey": Events(name="donor"),
    "facilitykey": Events(name="facility"),
    "enumcode": Events(name="item"),
    "qty": Events(name="quantity", kind="number"),
    "matchCreated": Events(name="created", kind="time"),
    "closedOrDelivered": Events(name="closed", kind="time", lacking=True),
    "matchstatus": Events(name="status", words={"pre_match": "open"}, among=STATUSES),
    "matchsubstatus": Events(name="reason", lacking=True),
}
OFFERS: Final = {
    "donationkey": Events(name="offer"),
    "donorKey": Events(name="donor"),
    "equipmentEnum": Events(name="item"),
    "qty": Events(name="quantity", kind="number"),
    "datecreated": Events(name="created", kind="time"),
    "stateprovince": Events(name="state", lacking=True),
    "dataSource": Events(name="channel"),
}
REQUESTS: Final = {
    "TIME": Events(name="month", kind="day"),
    "county": Events(name="county"),
    "stateprovince": Events(name="state", lacking=True),
    "num_requests": Events(name="requests", kind="count"),
}
SUPPLY: Final = {
    "MONTH": Events(name="month", kind="day"),
    "equipment_type": Events(name="item"),
    "supply": Events(name="supply"),
    "num_requested_types": Events(name="requests", kind="count"),
    "total_requests": Events(name="total_requests", kind="count"),
    "pct_requests": Events(name="share", kind="percent"),
}


@reader(
    columns={
        "match": "key of the match; a match of several items has several lines [code]",
        "donor": "key of the donor [code]",
        "facility": "key of the facility that asked [code]",
        "item": "what is given, as n95 or face_shield [code]",
        "quantity": "units of the item as they were typed: -1 and 0 stand among them [units]",
        "created": "when the match was made, universal time [date]",
        "closed": "when it was delivered or closed, universal time; null where it is open [date]",
        "status": "delivered, closed without delivery, or open [name]",
        "reason": "why it was closed; of an open match, how far it is [name]",
    },
    example={},
)
def matches(*, as_of: str | None = None) -> Source:
    """Read which donor was matched with which facility, and what became of it, a line an item.

    Every line is kept, repeated ones too, and no quantity or date is changed:
    `ecosystems.match_funnel` lists what is doubtful.

    Parameters
    ----------
    as_of : str, optional
        A day: the newest file that was had no later.

    Returns
    -------
    Source
        `match`, `donor`, `facility`, `item`, `quantity`, `created`, `closed`, `status`, `reason`.

    Raises
    ------
    NotMirroredError
        If the file is nowhere and the network is closed.

    Examples
    --------
    In a study::

        [sources.matches]
        use = "getusppe.matches"
    """
    return _source(
        "getusppe.matches",
        "all_matches.csv",
        MATCHES,
        as_of,
        title="GetUsPPE: matches of donors and facilities",
        notes=(
            "The publisher's status pre_match is called open.",
            "Its repository says that everything was queried on 2021-04-24; lines of this file run to 2021-07-12.",
            "The closing is the date at which somebody closed the record: many were closed together on one day.",
        ),
    )


@reader(
    columns={
        "offer": "key of the offer; an offer of several items has several lines [code]",
        "donor": "key of the donor [code]",
        "item": "what is offered, as n95 or face_shield [code]",
        "quantity": "units of the item as they were typed: up to 2e14, and below 0 [units]",
        "created": "when it was offered, universal time [date]",
        "state": "state or province of the donor as it was typed: MA, Fl, Ohio, or nothing [name]",
        "channel": "by which form it came [name]",
    },
    example={},
)
def offers(*, as_of: str | None = None) -> Source:
    """Read what donors offered, a line an item.

    Every line is kept as it was typed: states as `Fl` or `Michigan`, quantities
    that nobody has.

    Parameters
    ----------
    as_of : str, optional
        A day: the newest file that was had no later.

    Returns
    -------
    Source
        `offer`, `donor`, `item`, `quantity`, `created`, `state`, `channel`.

    Raises
    ------
    NotMirroredError
        If the file is nowhere and the network is closed.
    """
    return _source("getusppe.offers", "all_offers.csv", OFFERS, as_of, title="GetUsPPE: offers of donors")


@reader(
    columns={
        "month": "first day of the month [date]",
        "county": "county of the facility [name]",
        "state": "state of the facility as it was typed; other countries stand among them [name]",
        "requests": "requests of the month [count]",
    },
    example={},
)
def requests(*, as_of: str | None = None) -> Source:
    """Read how many requests for protective equipment came from each county, month by month.

    A request may ask for several items; which, and how many units, is not published
    by county. Months without a request have no line.

    Parameters
    ----------
    as_of : str, optional
        A day: the newest file that was had no later.

    Returns
    -------
    Source
        `month`, `county`, `state`, `requests`.

    Raises
    ------
    NotMirroredError
        If the file is nowhere and the network is closed.
    """
    return _source("getusppe.requests", "county_analysis.csv", REQUESTS, as_of, title="GetUsPPE: requests by county")


@reader(
    columns={
        "month": "first day of the month [date]",
        "item": "what was asked for, in words [name]",
        "supply": "what the facility had left: 0 Days, <= 7 Days, > 7 Days [name]",
        "requests": "requests that name the item and so much of it left [count]",
        "total_requests": "all requests of the month [count]",
        "share": "requests over all requests of the month; the file's percent over 100 [fraction]",
    },
    example={},
)
def supply_remaining(*, as_of: str | None = None) -> Source:
    """Read for how many days those who asked for an item still had of it, month by month.

    Parameters
    ----------
    as_of : str, optional
        A day: the newest file that was had no later.

    Returns
    -------
    Source
        `month`, `item`, `supply`, `requests`, `total_requests`, `share`.

    Raises
    ------
    NotMirroredError
        If the file is nowhere and the network is closed.
    """
    return _source(
        "getusppe.supply_remaining",
        "supply_remaining.csv",
        SUPPLY,
        as_of,
        title="GetUsPPE: supply that remained with those who asked",
    )


def _source(use: str, name: str, columns: Mapping[str, Events], as_of: str | None, **about: Any) -> Source:
    file = had(GETUSPPE, name, RAW + name, page=PAGE + name, as_of=as_of)
    told = {
        "vintage": "2021",
        "citation": "GetUsPPE (2021), PPE needs in the United States during the Covid-19 pandemic, data set",
        "documentation": f"{GETUSPPE.homepage}#readme",
    }
    return file.source(use, partial(_read, file, columns), {"as_of": as_of}, **told | about)


def _read(file: Published, columns: Mapping[str, Events]) -> Table:
    from industria.core.table import as_table

    return as_table(read_events(file.path, file.name, columns), file.name)
