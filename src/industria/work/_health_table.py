"""Which work in health care is administrative, clinical, support or technical: an argument, code by code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from industria.core.codes import check_kinds
from industria.core.rows import Field, held, read
from industria.core.table import TableLike
from industria.errors import DuplicateRowError

OTHER: Final = "other"


@dataclass(frozen=True, slots=True)
class Role:
    """What a code, or all codes that begin with it, do.

    Attributes
    ----------
    code : str
        A code of SOC, or its beginning.
    role, reason : str
        The role, and why.
    administrative_share : float or None
        Of mixed work, the part of task weight that is administrative.
    """

    code: str
    role: str
    reason: str
    administrative_share: float | None = None


ROLES: Final = (
    Role("43", "administrative", "Office and administrative support: scheduling, billing, records, supplies."),
    Role("13", "administrative", "Business and finance: accounts, personnel, compliance, purchasing."),
    Role("11-3", "administrative", "Managers of operations such as personnel, money, computers and purchasing."),
    Role("11-9111", "administrative", "Managers of medical and health services run units; few treat patients."),
    Role("29-2072", "administrative", "Medical records specialists code and keep records; counted as health staff."),
    Role("29-9021", "administrative", "Health information technologists work on records, not on patients."),
    Role("31-9094", "administrative", "Medical transcriptionists write down what others dictate."),
    Role(
        "31-9092",
        "mixed",
        "Medical assistants: seven of their tasks, 13 of 39 in weight, are records, reception, scheduling, supplies "
        "and accounts (tasks of O*NET, core tasks counting twice).",
        13 / 39,
    ),
    Role("29", "clinical", "Practitioners and technicians who diagnose, treat or test patients."),
    Role("31-1", "clinical", "Aides and orderlies at the bedside and in homes."),
    Role("31-2", "clinical", "Assistants and aides of occupational and physical therapists."),
    Role("31-9091", "clinical", "Dental assistants work at the chair."),
    Role("31-9093", "clinical", "Staff who prepare and sterilize medical equipment for procedures."),
    Role("31-9095", "clinical", "Pharmacy aides handle medicines under a pharmacist."),
    Role("31-9097", "clinical", "Phlebotomists draw blood."),
    Role("31-9099", "clinical", "Other healthcare support work, by its group."),
    Role("35", "support", "Food preparation and serving."),
    Role("37", "support", "Cleaning of buildings and care of grounds."),
    Role("53", "support", "Transport of patients, goods and linen."),
    Role("15", "technical", "Computers, data and statistics."),
    Role("17", "technical", "Engineers and their technicians."),
    Role("49", "technical", "Installation, maintenance and repair."),
)
"""The default; `health_roles` takes another table."""

UNNAMED: Final = Role("", OTHER, "The table of roles names neither the code nor a beginning of it.")


def read_roles(roles: TableLike | None) -> tuple[Role, ...]:
    """Read `occupation, role` and, if there, `reason` and `administrative_share`; the default without a table.

    Raises
    ------
    MissingColumnError, ColumnTypeError, CodeError, MissingValueError
        If a column lacks, is of another type, or has gaps.
    OutsideRangeError
        If a share is not in [0, 1].
    DuplicateRowError
        If a code has two roles.
    """
    if roles is None:
        return ROLES
    fields = [
        Field("occupation"),
        Field("role"),
        Field("reason", default=""),
        Field("administrative_share", "share", None),
    ]
    rows, kinds = held(roles, "roles", fields)
    check_kinds(kinds, "roles", ["occupation"])
    told = read(rows, "roles", *fields)
    for code in (codes := told["occupation"]):
        if codes.count(code) > 1:
            times = codes.count(code)
            raise DuplicateRowError("roles", ("occupation",), f"occupation = {code!r}", times, times)
    shares = (None if share != share else float(share) for share in told["administrative_share"])
    columns = (told["occupation"], told["role"], told["reason"], shares)
    return tuple(Role(*row) for row in zip(*columns, strict=True))


def role_of(code: str, roles: tuple[Role, ...]) -> Role:
    """Find the role of the longest beginning of a code."""
    named = [role for role in roles if code.startswith(role.code)]
    return max(named, key=lambda role: len(role.code), default=UNNAMED)
