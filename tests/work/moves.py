"""The network of observed moves between US occupations, and small ones by hand."""

from __future__ import annotations

from functools import cache
from typing import Any

import pandas as pd
import pyarrow as pa

from industria.work import mobility_network
from tests.work.scores import official

STAY = 0.5502916755953751
"""Share who stay, as the authors estimate it."""

NETWORK = pa.table(
    {
        "origin": ["clerk", "clerk", "nurse", "nurse"],
        "destination": ["clerk", "nurse", "clerk", "nurse"],
        "probability": [0.8, 0.2, 0.1, 0.9],
    }
)


def start(employment: pd.DataFrame) -> pd.DataFrame:
    """Of a hundred workers 95 are employed and 5 look for work, with 4 vacancies."""
    jobs = employment["employment"]
    return employment.assign(employment=0.95 * jobs, unemployment=0.05 * jobs, vacancies=0.04 * jobs)


@cache
def observed() -> tuple[Any, pd.DataFrame]:
    """Moves of del Rio-Chanona et al. (2021), and employment of their 539 occupations."""
    moves = official("oxford.mobility")
    ends = (moves[[f"{end}_occupation", f"{end}_employment"]] for end in ("from", "to"))
    employment = pd.concat([end.set_axis(["occupation", "employment"], axis=1) for end in ends])
    employment = employment.drop_duplicates("occupation").reset_index(drop=True)
    named = {"from_occupation": "origin", "to_occupation": "destination", "probability": "flow"}
    return mobility_network(moves.rename(columns=named), employment, self_loop=STAY), employment
