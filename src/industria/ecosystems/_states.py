"""US states and territories as people type them."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Final

__all__ = ["STATES", "nearest_state"]

# fmt: off
STATES: Final = {
    "AL": "Alabama", "AK": "Alaska", "AS": "American Samoa", "AZ": "Arizona", "AR": "Arkansas", "CA": "California",
    "CO": "Colorado", "CT": "Connecticut", "DE": "Delaware", "DC": "District of Columbia", "FL": "Florida",
    "GA": "Georgia", "GU": "Guam", "HI": "Hawaii", "ID": "Idaho", "IL": "Illinois", "IN": "Indiana", "IA": "Iowa",
    "KS": "Kansas", "KY": "Kentucky", "LA": "Louisiana", "ME": "Maine", "MD": "Maryland", "MA": "Massachusetts",
    "MI": "Michigan", "MN": "Minnesota", "MS": "Mississippi", "MO": "Missouri", "MT": "Montana", "NE": "Nebraska",
    "NV": "Nevada", "NH": "New Hampshire", "NJ": "New Jersey", "NM": "New Mexico", "NY": "New York",
    "NC": "North Carolina", "ND": "North Dakota", "MP": "Northern Mariana Islands", "OH": "Ohio", "OK": "Oklahoma",
    "OR": "Oregon", "PA": "Pennsylvania", "PR": "Puerto Rico", "RI": "Rhode Island", "SC": "South Carolina",
    "SD": "South Dakota", "TN": "Tennessee", "TX": "Texas", "UT": "Utah", "VT": "Vermont", "VA": "Virginia",
    "VI": "Virgin Islands", "WA": "Washington", "WV": "West Virginia", "WI": "Wisconsin", "WY": "Wyoming",
}
# fmt: on
NAMED: Final = {name.casefold(): code for code, name in STATES.items()}


def nearest_state(typed: str) -> str | None:
    """Find the code that somebody probably meant: `Fl` is FL, `Ohio` OH, `albama` AL; None where nothing is near."""
    word = typed.strip()
    if word.upper() in STATES:
        return word.upper()
    # Short words are near to too many names.
    near = get_close_matches(word.casefold(), NAMED, n=1, cutoff=0.8) if len(word) > 2 else []
    return NAMED[near[0]] if near else None
