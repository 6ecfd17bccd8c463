"""Every deliberate error, and the tree they stand in.

IndustriaError                 exit code
  StudyError                   2   the study file or the words of a command are wrong
  UsageError                   2
  DataError                    1   a table or an estimate cannot be what was asked for
    ContractError              3   a table breaks what was promised of it
  SourceError                  4   a source cannot be had
  VerificationError            5   a run does not come out again
  ReleaseRefusedError          7   something may not leave a site, or not be pooled
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

__all__ = [
    "AbsorbedTreatmentError",
    "AllMissingError",
    "AmbiguousMirrorError",
    "BriefError",
    "BrokenFileError",
    "BrokenSealError",
    "BusyFolderError",
    "BusyPublisherError",
    "ChoiceError",
    "ChoiceNotRecordedError",
    "CircleError",
    "CodeCaseError",
    "CodeError",
    "CollinearTermError",
    "CollinearTreatmentError",
    "ColumnTypeError",
    "ConstantColumnError",
    "ConstantTreatmentError",
    "ContractError",
    "ConvergenceError",
    "CovarianceError",
    "CurrenciesError",
    "DataError",
    "DuplicateLabelError",
    "DuplicateRowError",
    "EmptyTableError",
    "EngineError",
    "ExchangeError",
    "ExcludedParameterError",
    "FewClustersError",
    "FewOffFrontierError",
    "FigureDataError",
    "FigureError",
    "FigureOptionError",
    "FootnoteCodeError",
    "ForbiddenQueryError",
    "FormulaError",
    "FrameworkError",
    "GroupCountError",
    "HierarchyError",
    "IndustriaError",
    "InfeasibleTotalError",
    "InfiniteValueError",
    "KeyFileError",
    "LinearOnlyError",
    "LinkCountError",
    "LocalCodeError",
    "LogsError",
    "LooseKeysError",
    "LostZerosError",
    "MangledCodeError",
    "MissingColumnError",
    "MissingContactError",
    "MissingDataPackageError",
    "MissingFileError",
    "MissingKeyError",
    "MissingPackageError",
    "MissingValueError",
    "MissingVintageError",
    "MixedGroupsError",
    "NeededParameterError",
    "NegativeRowsError",
    "NegativeValueError",
    "NegativeWeightError",
    "NoAdditiveTableError",
    "NoDegreesOfFreedomError",
    "NoLeaveOutSetError",
    "NoMonthError",
    "NoMoversError",
    "NoOverlapError",
    "NoRowsLeftError",
    "NoRunError",
    "NobodyDrawsError",
    "NotATableError",
    "NotAdditiveError",
    "NotMirroredError",
    "NotPositiveError",
    "NumericCodeError",
    "OfflineError",
    "OneSidedCategoryError",
    "OneUnitError",
    "OptionOfFormatError",
    "OutsideRangeError",
    "OwnPartnerError",
    "PackError",
    "PaddedCodeError",
    "ParameterRangeError",
    "PartnerWeightError",
    "PathOutsideError",
    "PolicyError",
    "Problem",
    "QueryError",
    "RangeCodeError",
    "RedefinedCountError",
    "RefusedError",
    "ReleaseRefusedError",
    "RepeatedColumnError",
    "RequiredIntervalError",
    "ReservedNameError",
    "RoleError",
    "RowCountError",
    "SeparationError",
    "SeveralJobsError",
    "SeveralValuesError",
    "ShareSumError",
    "SiteContractError",
    "SiteStepError",
    "SmallGroupError",
    "SourceError",
    "StackedPeriodsError",
    "StudyError",
    "ThinFrontierError",
    "TooLargeError",
    "TotalAmongDetailsError",
    "UndefinedJackknifeError",
    "UnexpectedAnswerError",
    "UnknownClassificationError",
    "UnknownCodeError",
    "UnknownFigureError",
    "UnknownGroupError",
    "UnknownLabelError",
    "UnknownLanguageError",
    "UnknownMeasureError",
    "UnknownPairError",
    "UnknownSheetError",
    "UnknownSourceError",
    "UnknownStepError",
    "UnknownSuffixError",
    "UnknownUnitError",
    "UnknownVersionError",
    "UnknownWordError",
    "UnmatchedItemsError",
    "UnnamedRateError",
    "UnprintableNumberError",
    "UnprotectableError",
    "UnreachableError",
    "UnsaidError",
    "UnsteadyUnitError",
    "UnwritableFolderError",
    "UnwritableStoreError",
    "UnwrittenFileError",
    "UsageError",
    "ValueAddressError",
    "VerificationError",
    "VintageError",
    "WeeksError",
    "WeightSumError",
    "WideEffectsError",
    "ZeroWeightError",
    "hint",
    "listing",
]


def hint(word: str, options: Sequence[str]) -> str:
    """Return " Did you mean 'x'?" for the nearest of the options, or nothing."""
    near = get_close_matches(word, options, n=1, cutoff=0.5)
    return f" Did you mean {near[0]!r}?" if near else ""


def listing(words: Sequence[str], most: int = 12) -> str:
    """Write out words for a message, the first ones only where there are many."""
    shown = ", ".join(str(word) for word in words[:most])
    return f"{shown} and {len(words) - most} more" if len(words) > most else shown or "nothing"


class IndustriaError(Exception):
    """What Industria refuses on purpose, with the exit code of the command line."""

    exit_code = 1


class UsageError(IndustriaError):
    """The words of a command or the arguments of a function are wrong."""

    exit_code = 2


class UnknownMeasureError(UsageError):
    """No measure has this name."""

    def __init__(self, name: str, available: Sequence[str]) -> None:
        super().__init__(f"{name!r} is no measure.{hint(name, available)}")


# Studies


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a study, and where.

    Attributes
    ----------
    file : str
        The file, relative to the folder of the study.
    line : int or None
        Counted from one; None where no line is to blame.
    what : str
        What is wrong, what is there, and the nearest right word.
    column : int or None
        Counted from one; told where a line is prose.
    exit_code : int
        4 where the words are right and a source cannot be had.
    """

    file: str
    line: int | None
    what: str
    column: int | None = None
    exit_code: int = 2

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)
        return f"{place}: {self.what}"


class StudyError(IndustriaError):
    """A study cannot be run as it is written, or not here; all problems are told at once."""

    exit_code = 2

    def __init__(self, problems: Sequence[Problem] | str) -> None:
        self.problems = () if isinstance(problems, str) else tuple(problems)
        # What a person can put right in the file comes before what is to be had from elsewhere.
        self.exit_code = min((problem.exit_code for problem in self.problems), default=2)
        super().__init__(problems if isinstance(problems, str) else "\n".join(str(problem) for problem in problems))


class LocalCodeError(UsageError):
    """A measure of the study's own folder cannot be used."""

    def __init__(self, use: str, why: str) -> None:
        super().__init__(f"{use!r} cannot be used: {why}")


class BriefError(StudyError):
    """A brief cannot be written as it stands."""


class NoRunError(UsageError):
    """No complete run lies where one was looked for."""

    def __init__(self, folder: object, instead: object | None = None) -> None:
        near = f" The last complete run is {instead}." if instead else ""
        super().__init__(f"{folder} holds no run: there is no run.json; `industria run STUDY` makes one.{near}")


class BusyFolderError(IndustriaError):
    """Another run writes to the same folder."""

    def __init__(self, folder: object) -> None:
        super().__init__(f"another run is writing {folder}; wait for its end, or stop it, and try again.")


class UnwritableFolderError(IndustriaError):
    """A file cannot be written: no space, no permission, no such place."""

    def __init__(self, path: object, reason: str) -> None:
        super().__init__(
            f"{path} cannot be written: {reason}. The last complete run is untouched. "
            "Free some space or change the permissions; INDUSTRIA_CACHE=FOLDER keeps results of steps elsewhere."
        )


class UnknownStepError(UsageError):
    """A run has no step, or a step no further table, of this name."""

    def __init__(self, what: str, name: str, available: Sequence[str]) -> None:
        super().__init__(f"{what} {name!r}; there is {listing(available, 40)}.{hint(name, available)}")


class ValueAddressError(UsageError):
    """An address selects no value, or several."""


class VerificationError(IndustriaError):
    """A run, made again, differs from what it recorded."""

    exit_code = 5


# Tables


class DataError(IndustriaError):
    """A table cannot be used as a measure was asked to use it."""


class EngineError(DataError):
    """The engine could not compute or write the table of a step."""

    def __init__(self, said: str, *, memory: bool = False) -> None:
        advice = " Raise --memory, or point INDUSTRIA_SPILL to a larger disk." if memory else ""
        super().__init__(f"DuckDB stopped: {said}.{advice}")


class NotATableError(DataError):
    """What was handed in is no table."""

    def __init__(self, name: str, found: object) -> None:
        # Whoever chains measures hands in what the one before returned.
        tables = (
            "its table, as .tidy() returns it"
            if hasattr(found, "tidy")
            else "a pandas, polars, pyarrow, DuckDB, PySpark or Ibis table"
        )
        super().__init__(f"{name} is a {type(found).__name__}, not a table. Hand in {tables}.")


class MissingColumnError(DataError):
    """A table lacks a column that a measure reads.

    Attributes
    ----------
    column : str
        What was looked for.
    """

    def __init__(self, table: str, column: str, available: Sequence[str]) -> None:
        self.column = column
        super().__init__(f"{table} has no column {column!r}; it has {listing(available, 40)}.{hint(column, available)}")


class ColumnTypeError(DataError):
    """A column holds another kind of value than the measure reads."""

    def __init__(self, table: str, column: str, wanted: str, found: str) -> None:
        super().__init__(f"{table}.{column} holds {found}, where {wanted} is needed.")


class EmptyTableError(DataError):
    """A table that must have rows has none."""

    def __init__(self, table: str) -> None:
        super().__init__(f"{table} has no rows.")


class MissingValueError(DataError):
    """A column that must be complete has gaps."""

    def __init__(self, table: str, column: str, missing: int, rows: int, first: str | None = None) -> None:
        # Where records are confidential, no message tells a value of one.
        where = f", first where {first}" if first else ""
        super().__init__(
            f"{table}.{column} is missing in {missing} of {rows} rows{where}. Fill or filter them before this step."
        )


class DuplicateLabelError(DataError):
    """A label that must stand once stands several times."""

    def __init__(self, table: str, column: str, label: str, times: int) -> None:
        super().__init__(f"{table}.{column} has {label!r} {times} times; each may stand once.")


class UnknownLabelError(DataError):
    """A label that no other table lists."""

    def __init__(self, table: str, column: str, label: str, listed: str, known: Sequence[str]) -> None:
        super().__init__(f"{table}.{column} has {label!r}, which {listed} does not list.{hint(label, known)}")


class UnsteadyUnitError(DataError):
    """A column that belongs to a unit has several values within one."""

    def __init__(self, table: str, column: str, unit: str, units: int, within: str = "") -> None:
        super().__init__(
            f"{table}.{column} has several values within {units} of the units that {unit!r} names{within}; "
            "it belongs to the unit. Keep rows in which it does not change, or name a finer unit."
        )


class ContractError(DataError):
    """A table breaks its contract; the failing rows are with the error.

    Attributes
    ----------
    violations : sequence
        One record a broken rule, with the rows that break it.
    """

    exit_code = 3

    def __init__(self, table: str, violations: Sequence[object]) -> None:
        self.violations = tuple(violations)
        super().__init__(
            f"{table} breaks its contract in {len(violations)} "
            f"{'way' if len(violations) == 1 else 'ways'}:\n" + "\n".join(f"  {violation}" for violation in violations)
        )


class ReservedNameError(UsageError):
    """A column bears a name that the result needs for its own."""

    def __init__(self, table: str, column: str, reserved: Sequence[str]) -> None:
        super().__init__(
            f"{table}.{column} bears a name of the result, which has {listing(reserved, 40)}. "
            "Rename it before this step."
        )


class UnknownGroupError(DataError):
    """No row has the value that is to make a group."""

    def __init__(self, table: str, column: str, value: object, found: Sequence[str]) -> None:
        super().__init__(f"{table}.{column} is {value!r} in no row; it is {listing(found)}.{hint(str(value), found)}")


class FrameworkError(DataError):
    """The indicators of a dimension are not such as its framework takes."""

    def __init__(self, framework: str, dimension: str, takes: str, found: Sequence[str]) -> None:
        super().__init__(f"{framework} takes for {dimension} {takes}; scales has {listing(found)}.")


class MixedGroupsError(DataError):
    """A unit stands in both of two groups that are compared."""

    def __init__(self, table: str, unit: str, example: object, count: int) -> None:
        super().__init__(
            f"{table}.{unit} {example!r} has rows in both groups, as {count} in all do; each may stand in one. "
            "Keep the rows of one moment, or group by what does not change."
        )


class StackedPeriodsError(DataError):
    """Rows of several periods stand in one group, and would be added up."""

    def __init__(self, table: str, column: str, found: Sequence[str], group: str) -> None:
        super().__init__(
            f"{table}.{column} has {len(found)} values{f' where {group}' if group else ''}: {listing(found, 3)}. "
            f"Their jobs would be added up: keep one {column} of each, or name {column!r} in `by` where there is one."
        )


class NegativeWeightError(DataError):
    """A weight is below zero."""

    def __init__(self, table: str, column: str, smallest: float | None = None) -> None:
        found = "is below zero in some rows" if smallest is None else f"goes down to {smallest:g}"
        super().__init__(f"{table}.{column} {found}; weights are zero or more.")


class NotPositiveError(DataError):
    """A column that something is divided by holds values of zero or less."""

    def __init__(self, table: str, column: str, value: float, where: str) -> None:
        super().__init__(f"{table}.{column} is {value:g} where {where}; an index or a rate is above zero.")


class ChoiceNotRecordedError(DataError):
    """A table does not say which of several definitions its figures follow."""

    def __init__(self, table: str, column: str, found: Sequence[str], wanted: str) -> None:
        said = f"says {listing(found)}" if found else "says nothing"
        super().__init__(f"{table}.{column} {said}; it tells {wanted}, one and the same in every row.")


class NoOverlapError(DataError):
    """Two vintages of a series share no period at which one can be linked to the other."""

    def __init__(self, table: str, older: object, newer: object, where: str) -> None:
        super().__init__(
            f"vintage {older!r} of {table} shares no period with a value with those after it, {newer!r} on{where}; "
            'growth cannot be chained. Use "level", or add a vintage that overlaps with both.'
        )


class UnknownUnitError(UsageError):
    """A unit is not on the list."""

    def __init__(self, column: str, unit: str, available: Sequence[str]) -> None:
        super().__init__(f"units: {column} has {unit!r}, which is no unit.{hint(unit, available)}")


# Classifications


class CodeError(DataError):
    """A column of codes holds what is no code of its classification.

    Attributes
    ----------
    row : int or None
        The first row that has it, counted from one; None for a lazy table, whose rows have no order.
    """

    row: int | None = None


def _at(row: int | None) -> str:
    return "" if row is None else f" in row {row}"


class NumericCodeError(CodeError):
    """Codes came as numbers, which have no leading zeros."""

    def __init__(self, table: str, column: str, kind: str) -> None:
        super().__init__(
            f"{table}.{column} holds {kind}, and codes are text: a number has lost its leading zeros. "
            "Read the column as text where it comes from."
        )


class MangledCodeError(CodeError):
    """A spreadsheet wrote a code as a power of ten."""

    def __init__(self, table: str, column: str, code: str, found: int, row: int | None = None) -> None:
        self.row = row
        super().__init__(
            f"{table}.{column} has {code!r}{_at(row)}, in {found} {'code' if found == 1 else 'codes'}: a spreadsheet "
            "took it for a number and rounded it. Take the column from the publisher's file, as text."
        )


class PaddedCodeError(CodeError):
    """A code has blanks around it."""

    def __init__(self, table: str, column: str, code: str, found: int, row: int | None = None) -> None:
        self.row = row
        super().__init__(
            f"{table}.{column} has {code!r}{_at(row)}, with blanks around it, as "
            f"{found} {'code' if found == 1 else 'codes'} in all; it would match nothing. "
            "Strip the column before this step."
        )


class FootnoteCodeError(CodeError):
    """A line of text stands among the codes."""

    def __init__(self, table: str, column: str, code: str, found: int, row: int | None = None) -> None:
        self.row = row
        super().__init__(
            f"{table}.{column} has {code[:60]!r}{_at(row)}, a note and no code, as {found} in all. Leave such rows out."
        )


class LostZerosError(CodeError):
    """Codes have lost their leading zeros."""

    def __init__(self, table: str, column: str, code: str, whole: str, found: int, row: int | None = None) -> None:
        self.row = row
        super().__init__(
            f"{table}.{column} has {code!r}{_at(row)} where the correspondence has {whole!r}: leading zeros are lost "
            f"in {found} {'code' if found == 1 else 'codes'}. Read the column as text, or pad it with zeros."
        )


class CodeCaseError(CodeError):
    """One code stands in capitals and in small letters."""

    def __init__(self, table: str, column: str, one: str, other: str) -> None:
        super().__init__(f"{table}.{column} has {one!r} and {other!r}, which differ in case alone; write one of them.")


class RangeCodeError(CodeError):
    """A range of codes stands where a code should."""

    def __init__(self, table: str, column: str, code: str, row: int | None = None) -> None:
        self.row = row
        super().__init__(
            f"{table}.{column} has {code!r}{_at(row)}, a range that the correspondence does not list. "
            "hierarchy='NAICS' resolves it to its codes."
        )


class TotalAmongDetailsError(CodeError):
    """A total stands among the codes that it adds up."""

    def __init__(self, table: str, column: str, code: str, details: Sequence[str], row: int | None = None) -> None:
        self.row = row
        among = f"its own details {listing(details, 4)}" if details else "details"
        super().__init__(
            f"{table}.{column} has {code!r}{_at(row)}, a total, among {among}: they would count twice. Keep one."
        )


class VintageError(CodeError):
    """Codes fit the other side of a correspondence better."""

    def __init__(
        self,
        table: str,
        column: str,
        code: str,
        fits: tuple[str, float],
        better: tuple[str, float],
        row: int | None = None,
    ) -> None:
        self.row = row
        super().__init__(
            f"{table}.{column} has {code!r}{_at(row)}, which {fits[0]} does not have: "
            f"{100 * fits[1]:.1f} % of its mass is in codes of {fits[0]}, "
            f"{100 * better[1]:.1f} % in codes of {better[0]}. "
            f"It looks like {better[0]}; take the correspondence of that vintage, or the other direction."
        )


class UnknownCodeError(CodeError):
    """A code is not of the form that its classification has."""

    def __init__(
        self, table: str, column: str, code: str, classification: str, form: str, row: int | None = None
    ) -> None:
        self.row = row
        super().__init__(f"{table}.{column} has {code!r}{_at(row)}, which is no code of {classification}: {form}.")


class UnknownClassificationError(UsageError):
    """No hierarchy has this name."""

    def __init__(self, name: str, available: Sequence[str]) -> None:
        super().__init__(f"{name!r} is no classification; there is {listing(available, 40)}.{hint(name, available)}")


class WeightSumError(DataError):
    """The weights of a code do not sum to one."""

    def __init__(self, table: str, code: str, total: float, found: int) -> None:
        super().__init__(
            f"{table}: the weights of {code!r} sum to {total:.6g}, not 1, as those of {found} "
            f"{'code' if found == 1 else 'codes'} in all do not. classifications.correspondence(weights='given') "
            "brings them to 1 and tells how many it changed."
        )


class InfeasibleTotalError(DataError):
    """No weights on the links meet the totals of both sides.

    Attributes
    ----------
    side : str
        "origin" or "destination".
    index : int
        Which of them, counted from zero.
    """

    def __init__(self, side: str, code: str, wanted: float, reached: float, index: int = -1) -> None:
        self.side, self.index, self.wanted, self.reached = side, index, wanted, reached
        super().__init__(
            f"mass: the {side} code {code!r} has {wanted:g}, and its links bring {reached:g} at best: "
            "no weights meet the totals of both sides. Check that both count the same and that no link is missing."
        )


# Queries


class QueryError(UsageError):
    """A query cannot be understood, or asks for what is not there."""


class ForbiddenQueryError(QueryError):
    """A query reaches for more than the tables that it was given."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"sql uses {what}, {why}.")


# Sources


class SourceError(IndustriaError):
    """A source cannot be had, or is not what it should be."""

    exit_code = 4


class UnknownSourceError(UsageError):
    """No reader or data set has this name."""

    def __init__(self, name: str, available: Sequence[str]) -> None:
        super().__init__(f"{name!r} is no source.{hint(name, available)}")


class MissingDataPackageError(SourceError):
    """The package that holds a data set is not installed."""

    def __init__(self, name: str, package: str) -> None:
        super().__init__(f"{name!r} needs the package {package!r}, which is not installed.")


class PathOutsideError(UsageError):
    """A path leads out of the folders that a study may read."""

    def __init__(self, path: str, allowed: Sequence[str]) -> None:
        super().__init__(
            f"path {path!r} leads out of {listing(allowed)}. "
            "Name the folder in INDUSTRIA_DATA, or copy the file to the study."
        )


class MissingFileError(SourceError):
    """A file is not there."""

    def __init__(self, path: str, folder: str, available: Sequence[str]) -> None:
        super().__init__(f"there is no file {path!r} in {folder}.{hint(path.rsplit('/', 1)[-1], available)}")


class UnsaidError(UsageError):
    """Something that a file does not say itself was not said of it."""

    def __init__(self, use: str, word: str, said: str, wanted: str) -> None:
        super().__init__(f"{use}: {word} = {said!r} says nothing; say {wanted}.")


class UnknownSuffixError(UsageError):
    """The ending of a file's name tells no format that is read."""

    def __init__(self, file: str, known: Sequence[str]) -> None:
        ending = file[file.rfind(".") :] if "." in file else ""
        super().__init__(f"the ending of {file!r} tells no format; read are {listing(known, 40)}.{hint(ending, known)}")


class OptionOfFormatError(UsageError):
    """An option was given that the format of a file does not have."""

    def __init__(self, use: str, option: str, ending: str, known: Sequence[str]) -> None:
        has = f"it has {listing(known)}" if known else "it has none"
        super().__init__(f"{use}: {option!r} is no option of {ending}; {has}.{hint(option, known)}")


class BrokenFileError(SourceError):
    """A file is cut off, or is not of the format that it was read as.

    Attributes
    ----------
    line : int or None
        The line to blame, counted from one.
    """

    def __init__(self, file: str, what: str, line: int | None = None) -> None:
        self.line = line
        super().__init__(f"{file}{'' if line is None else f', line {line}'}: {what}")


class UnknownVersionError(SourceError):
    """A file is of a version that is not read."""

    def __init__(self, file: str, format: str, found: object, known: Sequence[object]) -> None:
        super().__init__(f"{file} is {format} of version {found}; read are {listing([str(v) for v in known], 40)}.")


class UnknownSheetError(SourceError):
    """A workbook has no sheet of this name."""

    def __init__(self, file: str, sheet: str, available: Sequence[str]) -> None:
        super().__init__(f"{file} has no sheet {sheet!r}; it has {listing(available)}.{hint(sheet, available)}")


class NotMirroredError(SourceError):
    """The mirror lacks an official file."""

    def __init__(self, file: str, folders: Sequence[str], publisher: str, page: str) -> None:
        looked = f"in {listing(folders)}" if folders else "nowhere: INDUSTRIA_MIRROR names no folder"
        super().__init__(
            f"there is no file {file!r} of {publisher}; it was looked for {looked}. "
            f"Get it from {page} and put it into a folder that INDUSTRIA_MIRROR names."
        )


class UnknownPairError(UsageError):
    """A publisher has no correspondence between these classifications."""

    def __init__(self, use: str, pair: str, available: Sequence[str]) -> None:
        super().__init__(f"{use} has no pair {pair!r}; it has {listing(available)}.{hint(pair, available)}")


class LinkCountError(SourceError):
    """A correspondence file does not hold what its known edition holds."""

    def __init__(self, file: str, vintage: str, found: str, known: str, page: str) -> None:
        super().__init__(
            f"{file} has {found}; the edition of {vintage} has {known}. It is cut off, or another edition of {page}: "
            "to use it as it is, read it with files.excel or files.csv and name its vintage in about."
        )


class AmbiguousMirrorError(SourceError):
    """The mirror holds several files of one name."""

    def __init__(self, name: str, found: Sequence[str]) -> None:
        super().__init__(
            f"the mirror has {len(found)} files {name!r} that differ: {listing(found)}. "
            "Keep the right one, or name it with the folder around it."
        )


class UnwritableStoreError(SourceError):
    """The store of sources cannot be written."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(
            f"the store of sources cannot be written at {path}: {reason}. "
            "What is in it can still be read with INDUSTRIA_OFFLINE=1; INDUSTRIA_STORE=FOLDER names another place."
        )


class MissingVintageError(SourceError):
    """Neither the store nor the mirror has an answer that is old enough."""

    def __init__(self, what: str, as_of: str, retrieved: Sequence[str]) -> None:
        held = f"the store has {listing(retrieved)}" if retrieved else "the store has none"
        super().__init__(f"{what} as of {as_of} is not there: {held}. A publisher is only ever asked for today.")


class OfflineError(SourceError):
    """A source is neither in the mirror nor in the store, and the network is closed."""

    def __init__(self, what: str, url: str, mirrored: Sequence[str], store: str, *, is_file: bool = False) -> None:
        self.is_file = is_file
        super().__init__(
            f"{what} is neither in the mirror ({listing(mirrored) if mirrored else 'INDUSTRIA_MIRROR names none'}) "
            f"nor in the store ({store}), and INDUSTRIA_OFFLINE is set. It is published at {url}."
        )


class MissingKeyError(SourceError):
    """A publisher wants a key, and there is none."""

    def __init__(self, publisher: str, title: str, registration: str, file: str) -> None:
        super().__init__(
            f"{title} answers only with a key. A key is free at {registration}; then set "
            f'INDUSTRIA_KEY_{publisher.upper()}, or write {publisher} = "..." to {file} (chmod 600). Nothing was sent.'
        )


class LooseKeysError(SourceError):
    """Others can read the file of keys."""

    def __init__(self, path: str, mode: str) -> None:
        super().__init__(f"{path} is open to others ({mode}); close it first: chmod 600 {path}")


class MissingContactError(SourceError):
    """A publisher refuses programs that tell no e-mail address."""

    def __init__(self, title: str) -> None:
        super().__init__(
            f"{title} refuses programs that tell no e-mail address: set INDUSTRIA_CONTACT=you@example.org. "
            "Nothing was sent."
        )


class UnreachableError(SourceError):
    """A publisher does not answer."""

    def __init__(self, title: str, url: str, reason: str) -> None:
        super().__init__(
            f"{title} does not answer at {url}: {reason}. Behind a proxy set HTTPS_PROXY; "
            "without a network set INDUSTRIA_MIRROR to a folder of its files."
        )


class BusyPublisherError(SourceError):
    """A publisher asks for patience, or its limit is used up."""

    def __init__(self, title: str, reason: str, until: str) -> None:
        super().__init__(
            f"{title}: {reason}. Ask again {until}; what the store holds is read with INDUSTRIA_OFFLINE=1."
        )


class RefusedError(SourceError):
    """A publisher refuses a question."""

    def __init__(self, title: str, url: str, said: str) -> None:
        super().__init__(f"{title} refuses {url}: {said}")


class TooLargeError(RefusedError):
    """A question is too large for its publisher, and cannot be split further."""


class UnexpectedAnswerError(SourceError):
    """An answer is not of the format that was asked for."""

    def __init__(self, title: str, url: str, wanted: str, got: str) -> None:
        super().__init__(f"{title} answers {url} with {got} where {wanted} was asked for; nothing was kept.")


# Figures, and the words and numbers around them


class UnknownLanguageError(UsageError):
    """No catalog speaks this language."""

    def __init__(self, code: str, available: Sequence[str]) -> None:
        super().__init__(f"no brief is written in {code!r}; there is {listing(available)}.{hint(code, available)}")


class UnknownWordError(UsageError):
    """The catalog of a language lacks a label."""

    def __init__(self, language: str, key: str, available: Sequence[str]) -> None:
        super().__init__(f"the catalog of {language!r} has no {key!r}.{hint(key, available)}")


class UnprintableNumberError(DataError):
    """A value cannot be written as a number."""

    def __init__(self, value: object, why: str) -> None:
        super().__init__(f"{value!r} cannot be written: it is {why}.")


class FigureError(UsageError):
    """A figure was asked for in words that it does not understand."""


class UnknownFigureError(FigureError):
    """No kind of figure has this name, or none fits the columns."""

    def __init__(self, kind: str | None, available: Sequence[str], columns: Sequence[str] = ()) -> None:
        if kind is None:
            said = f"no kind of figure fits the columns {listing(columns, 40)}; say kind=, one of {listing(available)}."
        else:
            said = f"{kind!r} is no kind of figure; there is {listing(available)}.{hint(kind, available)}"
        super().__init__(said)


class FigureOptionError(FigureError):
    """A kind of figure does not take this option, or not with this value."""

    def __init__(self, kind: str, option: str, available: Sequence[str], value: object = None) -> None:
        words = [str(word) for word in available]
        if value is None:
            said = f"a figure of kind {kind!r} takes no {option!r}; it takes {listing(words, 40)}.{hint(option, words)}"
        else:
            near = hint(str(value), words)
            said = f"{option}={value!r} says nothing to a figure of kind {kind!r}; it may be {listing(words)}.{near}"
        super().__init__(said)


class FigureDataError(DataError):
    """A table does not hold what a figure draws."""


# Estimates


class ChoiceError(UsageError):
    """A parameter holds a word that is not among those it takes."""

    def __init__(self, parameter: str, value: object, options: Sequence[str]) -> None:
        super().__init__(f"{parameter}={value!r}; it takes {listing(options)}.{hint(str(value), options)}")


class ParameterRangeError(UsageError):
    """A parameter holds a number outside its range."""

    def __init__(self, parameter: str, value: object, allowed: str) -> None:
        super().__init__(f"{parameter}={value!r}; it takes {allowed}.")


class NeededParameterError(UsageError):
    """A choice needs another parameter, which was not told."""

    def __init__(self, choice: str, needed: str) -> None:
        super().__init__(f"{choice} needs {needed}.")


class ExcludedParameterError(UsageError):
    """A parameter was told that a choice has no place for."""

    def __init__(self, parameter: str, choice: str, advice: str) -> None:
        super().__init__(f"{parameter} has no place in {choice}; {advice}.")


class RepeatedColumnError(UsageError):
    """One column stands in two places of a model that exclude each other."""

    def __init__(self, column: str, first: str, second: str) -> None:
        super().__init__(f"column {column!r} is {first} and {second} at once; leave it out of one of them.")


class RoleError(UsageError):
    """A column plays a part that it cannot, or a part that is needed has none."""

    def __init__(self, says: str) -> None:
        super().__init__(f"{says}.")


class LinearOnlyError(UsageError):
    """An inference that needs a linear model was asked of another family."""

    def __init__(self, asked: str, family: str) -> None:
        super().__init__(f"{asked} needs family='gaussian', not {family!r}: it refits a linear model many times.")


class MissingPackageError(UsageError):
    """A package that a measure needs is not installed."""

    def __init__(self, package: str, extra: str, needed_by: str) -> None:
        super().__init__(f"{needed_by} needs the package {package!r}: pip install 'industria[{extra}]'.")


class AllMissingError(DataError):
    """A column holds nothing but gaps."""

    def __init__(self, table: str, column: str, rows: int) -> None:
        super().__init__(f"{table}.{column} is missing in all {rows} rows.")


class InfiniteValueError(DataError):
    """A column holds infinite values."""

    def __init__(self, table: str, column: str, found: int, where: str | None = None) -> None:
        super().__init__(
            f"{table}.{column} is infinite in {found} rows{f', first where {where}' if where else ''}. "
            "A logarithm of zero or a division by zero upstream makes such values; make them null or leave them out."
        )


class NegativeValueError(DataError):
    """A column that must not fall below zero does."""

    def __init__(self, table: str, column: str, role: str, found: int, value: float, where: str) -> None:
        super().__init__(
            f"{table}.{column} is {role} and may not be negative; it is in {found} rows, first {value:g} where {where}."
        )


class NegativeRowsError(DataError):
    """A column that must not fall below zero does, in rows that are told by their place alone."""

    def __init__(self, table: str, column: str, role: str, found: int, first: int) -> None:
        super().__init__(
            f"{table}.{column} is {role} and may not be negative; it is in {found} rows, first in row {first}."
        )


class OutsideRangeError(DataError):
    """A column holds a number that its meaning excludes."""

    def __init__(self, table: str, column: str, value: float, where: str, allowed: str) -> None:
        super().__init__(f"{table}.{column} is {value:g} where {where}; it {allowed}.")


class RedefinedCountError(DataError):
    """Counts fall below zero, as they do where they were redefined; what to do is for the person to say."""

    def __init__(self, table: str, column: str, found: int, first: str, parameter: str, choices: Sequence[str]) -> None:
        said = " or ".join(f'{parameter}="{choice}"' for choice in choices)
        super().__init__(
            f"{table}.{column} is below 0 in {found} {'row' if found == 1 else 'rows'}, first {first}: "
            f"it looks redefined. Say {said}."
        )


class RowCountError(DataError):
    """A table that describes one thing has more rows, or none."""

    def __init__(self, table: str, found: int, describes: str) -> None:
        super().__init__(f"{table} has {found} rows; it has one, of {describes}.")


class NoMonthError(DataError):
    """A table has no month on one side of a day that months are compared across."""

    def __init__(self, table: str, label: str, side: str) -> None:
        super().__init__(
            f"{table} has no month of {label!r} {side}, when its automation went live. "
            "Months before and after are compared: add them, or leave the process out."
        )


class WeeksError(DataError):
    """The weeks of a plan do not follow one another."""

    def __init__(self, table: str, column: str, found: str, advice: str) -> None:
        super().__init__(f"{table}.{column} {found}. {advice}")


class DuplicateRowError(DataError):
    """Rows that a key must tell apart share it."""

    def __init__(self, table: str, keys: Sequence[str], first: str, times: int, repeated: int) -> None:
        super().__init__(
            f"{table} has {repeated} repeated ({', '.join(keys)}) rows, first {first}, {times} times. "
            "Add the rows up or choose a finer unit."
        )


class CircleError(DataError):
    """What is part of another is, by way of others, part of itself."""

    def __init__(self, table: str, column: str, circle: Sequence[str]) -> None:
        way = listing([repr(one) for one in circle], 40)
        super().__init__(f"{table}.{column} runs in a circle: {way}. Leave out the row that closes it.")


class NoRowsLeftError(DataError):
    """Every row was left out before the estimate."""

    def __init__(self, table: str, rows: int, reasons: Sequence[str]) -> None:
        super().__init__(f"none of the {rows} rows of {table} can be used: {listing(reasons)}.")


class OneUnitError(DataError):
    """A comparison of units has one unit."""

    def __init__(self, table: str, unit: str, label: object) -> None:
        super().__init__(
            f"the rows of {table} that can be used hold one {unit}, {str(label)!r}; two or more are needed."
        )


class ConstantTreatmentError(DataError):
    """A treatment has one value throughout."""

    def __init__(self, column: str, value: float, rows: int) -> None:
        super().__init__(
            f"treatment {column!r} is {value:g} in all {rows} rows that can be used: nothing to compare with."
        )


class AbsorbedTreatmentError(DataError):
    """The effects explain a treatment completely."""

    def __init__(self, column: str, effects: Sequence[str]) -> None:
        super().__init__(
            f"treatment {column!r} has no variation left once the effects of {' and '.join(effects)} are taken out. "
            "Take fewer effects or a treatment that changes within them."
        )


class CollinearTreatmentError(DataError):
    """A treatment repeats the treatments before it."""

    def __init__(self, column: str, others: Sequence[str]) -> None:
        super().__init__(
            f"treatment {column!r} is a combination of {listing(others)} once effects are taken out; leave one out."
        )


class FewClustersError(DataError):
    """There are too few clusters for the t distribution to hold."""

    def __init__(self, column: str, labels: Sequence[str], least: int) -> None:
        super().__init__(
            f"clusters by {column!r}: {len(labels)} {'cluster' if len(labels) == 1 else 'clusters'} "
            f"({listing(labels)}), and clustered errors need at least {least}. Cluster by something finer"
            + (", or ask for vcov='CRV3', bootstrap=9999 or permutations=9999." if len(labels) > 1 else ".")
        )


class NoDegreesOfFreedomError(DataError):
    """A model has as many coefficients as rows."""

    def __init__(self, rows: int, coefficients: int) -> None:
        super().__init__(f"{rows} rows cannot carry {coefficients} coefficients, those of the effects among them.")


class UndefinedJackknifeError(DataError):
    """Leaving one cluster out leaves an effect without an estimate."""

    def __init__(self, column: str, label: str) -> None:
        super().__init__(
            f"without the cluster {column} = {label!r} a treatment has no variation left, so CRV3 does not exist. "
            "Ask for vcov='CRV1' with permutations=9999."
        )


class WideEffectsError(DataError):
    """Too many levels of effects lie across the clusters."""

    def __init__(self, asked: str, effects: Sequence[str], levels: int, cluster: str) -> None:
        super().__init__(
            f"{asked} would need a matrix with {levels} columns for the levels of {listing(effects)}, "
            f"which lie across the clusters by {cluster!r}. Cluster by something that contains them."
        )


class ExchangeError(DataError):
    """No two units can change treatment paths."""

    def __init__(self, unit: str, time: str) -> None:
        super().__init__(
            f"no two {unit} are observed at the same values of {time}, so no treatment path can be permuted."
        )


class CovarianceError(DataError):
    """A table of covariances holds what no covariance can be."""

    def __init__(self, why: str) -> None:
        super().__init__(f"covariance is none: {why}. It is symmetric, with squared standard errors on its diagonal.")


class ConvergenceError(DataError):
    """An iteration did not settle."""

    def __init__(self, what: str, rounds: int, advice: str) -> None:
        super().__init__(f"{what} did not settle in {rounds} rounds; {advice}.")


# Firms and workers


class NoMoversError(DataError):
    """Nobody changes firms, so what firms pay is not told from whom they employ."""

    def __init__(self, table: str, worker: str, firm: str, workers: int, firms: int) -> None:
        super().__init__(
            f"none of the {workers} workers of {table} is seen with two values of {firm} among {firms}: effects of "
            f"{firm} cannot be told from those of {worker}. At least 2 movers between the same two are missing; "
            "take more periods."
        )


class NoLeaveOutSetError(DataError):
    """No two firms stay tied whichever worker is left out."""

    def __init__(self, table: str, firms: int, movers: int, alone: int) -> None:
        super().__init__(
            f"the {firms} firms of the largest connected set of {table} are tied by {movers} movers, of whom {alone} "
            f"hold some of them alone, and without these nothing is left. {alone} movers are missing, one beside each, "
            f"to keep all {firms} firms; one between two firms that have a mover makes the least set. Take more "
            "periods, or larger employers."
        )


class SeveralJobsError(DataError):
    """A worker has two jobs in one period, and no rule says which counts."""

    def __init__(self, table: str, worker: str, period: str, label: object, when: object, found: int) -> None:
        super().__init__(
            f"{table} has several rows of {worker} {label!r} in {period} {when!r}, as in {found} cases in all. "
            'Choose which one counts: main_job="wage" takes the best paid, "weight" the heaviest.'
        )


# Formulas and groups of workers


class FormulaError(UsageError):
    """A formula cannot be read, or asks for more than columns, categories and plain functions of them."""

    def __init__(self, formula: str, why: str, advice: str = "") -> None:
        super().__init__(f"formula {formula!r}: {why}.{advice and ' ' + advice}")


class GroupCountError(DataError):
    """A column that must make two groups makes another number of them."""

    def __init__(self, table: str, column: str, found: Sequence[str]) -> None:
        super().__init__(
            f"{table}.{column} has {len(found)} {'value' if len(found) == 1 else 'values'} among the rows that can be "
            f"used, {listing(found)}; a gap is between two. Keep the rows of two groups."
        )


class SmallGroupError(DataError):
    """A group has too few rows for the model that it is to carry."""

    def __init__(self, table: str, column: str, group: str, rows: int, least: int) -> None:
        super().__init__(
            f"{table} has {rows} {'row' if rows == 1 else 'rows'} with {column} = {group!r} that can be used; "
            f"the model needs at least {least}. Take a shorter formula or a larger group."
        )


class ZeroWeightError(DataError):
    """The weights of a group are all zero."""

    def __init__(self, table: str, column: str, where: str) -> None:
        super().__init__(f"{table}.{column} sums to zero{where}; a mean needs a row with a weight above zero.")


class OneSidedCategoryError(DataError):
    """A category of a term has rows in one of two groups only."""

    def __init__(self, table: str, column: str, category: str, rows: int, group: str, other: str) -> None:
        super().__init__(
            f"{table}.{column} = {category!r} has {rows} {'row' if rows == 1 else 'rows'} where {group} and none where "
            f"{other}, so there is nobody to compare with. Merge the category with another, or leave its rows out and "
            "say so."
        )


class ConstantColumnError(DataError):
    """A column that should tell rows apart holds one value."""

    def __init__(self, table: str, column: str, value: float, rows: int) -> None:
        super().__init__(
            f"{table}.{column} is {value:g} in all {rows} rows that can be used, so nothing goes with it; leave it out."
        )


class CollinearTermError(DataError):
    """A column of a formula repeats the columns before it."""

    def __init__(self, table: str, term: str, others: Sequence[str], where: str) -> None:
        super().__init__(
            f"among the rows of {table} where {where}, the term {term!r} is a combination of {listing(others, 40)}. "
            "Leave one of them out."
        )


class SeparationError(DataError):
    """A logit tells some rows from the other group without fail, so its coefficients run away."""

    def __init__(self, table: str, cell: str, rows: int, group: str) -> None:
        super().__init__(
            f"the terms tell the group without fail for {rows} {'row' if rows == 1 else 'rows'} of {table}, first "
            f"where {cell}: all are of {group}, and no reweighting finds them a counterpart. Merge categories, "
            "leave out a term, or leave these rows out and say so."
        )


# Productivity


class CurrenciesError(DataError):
    """Levels in several currencies would be compared without a PPP."""

    def __init__(self, table: str, column: str | None, found: Sequence[str]) -> None:
        there = f"{table}.{column} holds {listing(found)}" if column else f"{table} tells no currency"
        super().__init__(
            f"levels of several units need one currency at one level of prices; {there}. Hand in ppp=[column], or "
            "currency=column where one currency is that of all rows, or say levels=False for growth alone."
        )


class UnmatchedItemsError(DataError):
    """Items are seen in one of two periods that are compared, and nothing may be left out."""

    def __init__(self, table: str, where: str, absent: str, found: int) -> None:
        super().__init__(
            f"{table} has {found} {'item' if found == 1 else 'items'} without a counterpart in {absent}, first "
            f"{where}. Say missing='matched' to compare what both have, or missing='carry_forward'."
        )


class UnnamedRateError(UsageError):
    """An exchange rate stands where a PPP is asked for."""

    def __init__(self, column: str) -> None:
        super().__init__(
            f"column {column!r} looks like an exchange rate, which is no PPP: at it, poor countries seem less "
            "productive than they are. Name a PPP of the output, or hand it in as exchange_rates to have it said."
        )


class FewOffFrontierError(DataError):
    """Too few units lie off the frontier for a regression of how far."""

    def __init__(self, table: str, units: int, coefficients: int) -> None:
        super().__init__(
            f"{units} {'unit of' if units == 1 else 'units of'} {table} {'lies' if units == 1 else 'lie'} off the "
            f"frontier, too few for {coefficients} coefficients. Take fewer inputs, outputs or drivers, or join cells."
        )


class ThinFrontierError(DataError):
    """Too few units draw a frontier for its inputs and outputs."""

    def __init__(self, table: str, cell: str, units: int, dimensions: int, per_dimension: int) -> None:
        where = f" where {cell}" if cell else ""
        super().__init__(
            f"{units} {'unit' if units == 1 else 'units'} of {table} draw a frontier in {dimensions} inputs and "
            f"outputs{where}; below {per_dimension} for each, {per_dimension * dimensions} in all, most lie on it "
            "whatever they do. Leave out columns, join cells, or say allow_thin=True."
        )


class NobodyDrawsError(DataError):
    """A column that tells who draws a frontier is true of no unit."""

    def __init__(self, table: str, column: str, cell: str) -> None:
        where = f" where {cell}" if cell else ""
        super().__init__(
            f"{table}.{column} is true of no unit{where}, so nobody draws the frontier. Mark who does, or leave "
            "reference out: all units draw it then."
        )


class PartnerWeightError(DataError):
    """The trade weights of a unit do not sum to one."""

    def __init__(self, column: str, unit: str, total: float) -> None:
        super().__init__(
            f"partners: the weights of {column} = {unit!r} sum to {total:.4g}, not 1. Divide them by their sum, "
            "after a look at which partners are missing."
        )


class OwnPartnerError(DataError):
    """A unit is listed as its own trade partner."""

    def __init__(self, column: str, unit: str) -> None:
        super().__init__(
            f"partners: {column} = {unit!r} is its own partner; leave the row out and divide the other weights by "
            "their sum."
        )


class ShareSumError(DataError):
    """The cost shares of a row do not sum to one."""

    def __init__(self, table: str, columns: Sequence[str], total: float, where: str) -> None:
        super().__init__(
            f"{table}: the shares {listing(columns, 40)} sum to {total:.4g}, not 1, where {where}. An input may be "
            "missing, or shares be per cent; say rescale_shares=True to bring them to a sum of 1."
        )


class SeveralValuesError(DataError):
    """A column has several values where a cell needs one."""

    def __init__(self, table: str, column: str, values: Sequence[float], where: str) -> None:
        found = listing([f"{value:.6g}" for value in values])
        super().__init__(f"{table}.{column} has {len(values)} values where {where}, {found}; one is needed.")


class LogsError(DataError):
    """A column that should be in logs spreads as no logs do."""

    def __init__(self, table: str, column: str, low: float, high: float, remedy: str) -> None:
        super().__init__(
            f"{table}.{column} runs from {low:.4g} to {high:.4g}; as logs that would be e^{high - low:.0f} to one. "
            f"It looks like a level: say {remedy}, or take logs before."
        )


# Release


class PolicyError(UsageError):
    """A policy has a field that is not known, out of its range, or against another."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("policy: " + "; ".join(problems))


class PackError(UsageError):
    """A study cannot be packed for sites, or a pack cannot be used here."""

    def __init__(self, what: str) -> None:
        super().__init__(f"pack: {what}")


class SiteContractError(DataError):
    """Tables of a site do not keep the contract of a pack; no record value is told."""

    exit_code = ContractError.exit_code

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))


class SiteStepError(DataError):
    """A step does not go with the data of a site; what it said may hold values, and stays in a file of the site."""

    def __init__(self, place: str, kind: str, file: Path) -> None:
        super().__init__(f"{place}: {kind}; the whole message may hold record values and stays at the site, in {file}")


class HierarchyError(DataError):
    """Codes of a dimension do not make a tree, or a table holds others."""

    def __init__(self, dimension: str, what: str) -> None:
        super().__init__(f"hierarchies, dimension {dimension!r}: {what}")


class UnprotectableError(DataError):
    """A sensitive cell cannot be hidden by what may be withheld; numbers are those of a system of relations."""

    def __init__(self, cell: int, relation: int, named: str = "", joined: str = "") -> None:
        where = f"in the sum of {joined or f'relation {relation}'} too little" if relation >= 0 else "nothing"
        super().__init__(
            f"{named or f'cell {cell}'} cannot be protected: {where} may be withheld besides, or moves far enough. "
            "Keep fewer cells, or ask for less."
        )
        self.cell, self.relation = cell, relation


class NoAdditiveTableError(DataError):
    """No table of rounded or moved numbers adds up, or none was found in time."""

    def __init__(self, method: str, cells: int) -> None:
        super().__init__(
            f"{method}: no table of these {cells} cells adds up, or none was found in time. "
            "Give more time, or protect them by suppression."
        )


class RequiredIntervalError(DataError):
    """A cell requires an interval, has bounds or a cost that cannot be; no value is told."""

    def __init__(self, cell: str, what: str, found: int) -> None:
        super().__init__(f"cells: {cell} {what}" + (f"; so do {found - 1} others." if found > 1 else "."))


class NotAdditiveError(DataError):
    """A published total is not the sum of its parts, or no withheld values make it one."""

    def __init__(self, table: str, cell: str, what: str) -> None:
        super().__init__(f"{table}: {cell} {what}")


class ReleaseRefusedError(IndustriaError):
    """Something may not leave a site, or releases of sites may not be put together.

    Parameters
    ----------
    what : str
        The file, the site or the step.
    reason : str
        What of it is refused, and what would help; no record value.
    """

    exit_code = 7

    def __init__(self, what: object, reason: str) -> None:
        super().__init__(f"{what}: {reason}")


class BrokenSealError(ReleaseRefusedError):
    """A sealed file is cut off, changed, or not of the form that was agreed."""


class KeyFileError(UsageError):
    """A file holds no key that may sign, or a word is no public key."""

    def __init__(self, what: object, reason: str) -> None:
        super().__init__(f"{what}: {reason}")


class UnwrittenFileError(IndustriaError):
    """A file cannot be written: no space, no permission, no such place."""

    def __init__(self, path: object, reason: str) -> None:
        super().__init__(f"{path} cannot be written: {reason}. Nothing half written is left there.")
