"""Archives that are a function of their members: the same files give the same bytes, and no other bytes are read.

Members are stored as they are, in the order of their names, without dates, owners or comments.
So whoever reads an archive can write it again in thought and compare each byte: a bit that no
checksum of the format covers (a date, a flag, what stands between two members) cannot carry a
word, and an archive cannot unfold to more than it is.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final
from uuid import uuid4

from industria.errors import BrokenSealError, UnwrittenFileError

__all__ = ["archive", "made_folder", "read_archive", "write_archive", "write_whole"]

MOST: Final = 2**31
"""Bytes of an archive; no release comes near."""
MEMBERS: Final = 2**16 - 1
NAMES: Final = 2**12
"""Bytes of a name."""

LOCAL: Final = struct.Struct("<4s5H3I2H")
CENTRAL: Final = struct.Struct("<4s6H3I5H2I")
END: Final = struct.Struct("<4s4H2IH")
VERSION: Final = 20
UTF8: Final = 0x800
DATE: Final = (0, 0x21)
"""The first of January 1980, where the calendar of the format begins."""
MODE: Final = 0o100644 << 16


def write_archive(path: Path, members: Mapping[str, bytes]) -> None:
    """Write members into an archive, whole or not at all.

    Raises
    ------
    UnwrittenFileError
        If disk or permissions do not allow it, or it would be larger than is read.
    """
    if sum(map(len, members.values())) + 2 * NAMES * len(members) >= MOST or len(members) > MEMBERS:
        raise UnwrittenFileError(path, f"it would hold {len(members)} files of more than two gigabytes together")
    write_whole(path, archive(members))


def made_folder(folder: Path) -> Path:
    """Make a folder, unless it is there.

    Raises
    ------
    UnwrittenFileError
        If disk or permissions do not allow it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnwrittenFileError(folder, error.strerror or str(error)) from error
    return folder


def write_whole(path: Path, pieces: Iterator[bytes]) -> None:
    """Write a file beside its place and rename it once all of it lies on the disk.

    Raises
    ------
    UnwrittenFileError
        If disk or permissions do not allow it.
    """
    beside = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        with beside.open("xb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise UnwrittenFileError(path, error.strerror or str(error)) from error
    finally:
        # After a rename there is nothing; after a full disk or Ctrl-C there is.
        with suppress(OSError):
            beside.unlink()


def archive(members: Mapping[str, bytes]) -> Iterator[bytes]:
    """Give the bytes of an archive piece by piece; it depends on names and contents alone."""
    directory, offset = [], 0
    for name, content in sorted(members.items(), key=lambda member: member[0].encode()):
        word, size = name.encode(), len(content)
        entry = (UTF8, 0, *DATE, zlib.crc32(content), size, size, len(word), 0)
        yield LOCAL.pack(b"PK\3\4", VERSION, *entry) + word
        yield content
        directory.append(CENTRAL.pack(b"PK\1\2", 3 << 8 | VERSION, VERSION, *entry, 0, 0, 0, MODE, offset) + word)
        offset += LOCAL.size + len(word) + size
    listed = b"".join(directory)
    yield listed
    yield END.pack(b"PK\5\6", 0, 0, len(directory), len(directory), len(listed), offset, 0)


def read_archive(path: Path, allowed: Callable[[str], bool]) -> tuple[bytes, dict[str, bytes]]:
    """Read an archive that `write_archive` wrote.

    Parameters
    ----------
    path : Path
        The file.
    allowed : callable
        Tells whether a member may have this name. A name that climbs out of a
        folder is never allowed.

    Returns
    -------
    bytes
        The whole file, to be digested.
    dict
        The members by name.

    Raises
    ------
    BrokenSealError
        If the file is not there, cut off, larger than is read, holds a name that is not
        allowed, or differs by any bit from what was written.
    """
    whole = _bytes_of(path)
    members = {}
    for name, content in _members(path, whole):
        if name in members or not (_stays_inside(name) and allowed(name)):
            raise BrokenSealError(path, f"it holds {name[:80]!r}, which has no place in it")
        members[name] = content
    at, seen = 0, memoryview(whole)
    for piece in archive(members):
        if seen[at : at + len(piece)] != piece:
            raise _changed(path)
        at += len(piece)
    if at != len(whole):
        raise _changed(path)
    return whole, members


def _bytes_of(path: Path) -> bytes:
    try:
        if path.stat().st_size >= MOST:
            raise BrokenSealError(path, "it has more than two gigabytes; no such file was sealed")
        return path.read_bytes()
    except OSError as error:
        raise BrokenSealError(path, f"it cannot be read: {error.strerror}") from None


def _members(path: Path, whole: bytes) -> Iterator[tuple[str, bytes]]:
    """Walk from member to member; what does not fit this walk was not written by us."""
    if not whole.startswith((b"PK\3\4", b"PK\5\6")):
        raise BrokenSealError(path, "it is no archive that Industria wrote")
    at = 0
    while whole.startswith(b"PK\3\4", at):
        if at + LOCAL.size > len(whole):
            raise _cut_off(path)
        *_, size, _, letters, _ = LOCAL.unpack_from(whole, at)
        begin = at + LOCAL.size + letters
        if begin + size > len(whole):
            raise _cut_off(path)
        try:
            yield whole[at + LOCAL.size : begin].decode(), whole[begin : begin + size]
        except UnicodeDecodeError:
            raise _changed(path) from None
        at = begin + size
    if at + END.size > len(whole) or not whole.startswith(b"PK\5\6", len(whole) - END.size):
        raise _cut_off(path)


def _stays_inside(name: str) -> bool:
    plain = name.isprintable() and not set(name) & set('\\:*?"<>|')
    return plain and len(name.encode()) < NAMES and not {"", ".", ".."} & set(name.split("/"))


def _cut_off(path: Path) -> BrokenSealError:
    return BrokenSealError(path, "it is cut off, or its lengths were changed; ask the sender for it once more")


def _changed(path: Path) -> BrokenSealError:
    return BrokenSealError(path, "bytes of it were changed after it was written; ask the sender for it once more")
