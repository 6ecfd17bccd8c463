"""Files that are read: where they lie, their formats, and what official ones should hold."""

from __future__ import annotations

from collections.abc import Sequence

from industria.errors.tree import SourceError, UsageError
from industria.errors.wording import hint, listing

__all__ = [
    "AmbiguousMirrorError",
    "BrokenFileError",
    "LinkCountError",
    "MissingDataPackageError",
    "MissingFileError",
    "NotMirroredError",
    "OptionOfFormatError",
    "PathOutsideError",
    "UnknownPairError",
    "UnknownSheetError",
    "UnknownSourceError",
    "UnknownSuffixError",
    "UnknownVersionError",
    "UnsaidError",
]


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
