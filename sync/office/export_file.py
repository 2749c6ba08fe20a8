"""Reading an export file within fixed bounds, whatever is in it, and as far as it can be read. No database.

A ZIP file whose directory is damaged or cut off is read from its beginning, file by file, as it was written. A name in
it never becomes a path: there are three that count, and digests.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from copy import copy
from pathlib import Path
from typing import IO, Final

from mobile_contract.envelope import MAX_LINE_BYTES
from mobile_contract.push import MAX_LINES

MANIFEST, SIGNATURE, ENTRIES = "manifest.json", "manifest.sig", "entries.ndjson"
MEDIA: Final = re.compile(r"media/([0-9a-f]{64})")
MOST_MEMBERS: Final = 40_000
MOST_LINES: Final = 100_000
"""More than a tablet writes in a year."""
MOST_ENTRY_BYTES: Final = 512 * 1024 * 1024
MANIFEST_BYTES: Final = 8 * 1024 * 1024
SIGNATURE_BYTES: Final = 200
_RATIO, _SLACK = 30, 1024 * 1024
"""How much more than itself a file may hold: entries shrink to a fifth, photos not at all."""
_PIECE: Final = 256 * 1024
_BATCH_BYTES: Final = 900 * 1024
_DIRECTORY_BYTES: Final = 8 * 1024 * 1024
_END, _END64, _LOCAL = b"PK\x05\x06", b"PK\x06\x07", b"PK\x03\x04"
_END_SIZE, _END64_SIZE, _LOCAL_SIZE = 22, 20, 30
_UNREADABLE: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)
"""What a damaged, encrypted or strangely packed member raises while it is read."""
_METHODS: Final = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_ENCRYPTED, _SIZES_FOLLOW = 1, 8


class UnreadableFileError(ValueError):
    """Nothing in the file can be read as part of an export file."""


class OverfullFileError(Exception):
    """The file unpacks to more than an honest one can hold."""


class ExportFile:
    """An open export file. `damaged`: something in it could not be read."""

    def __init__(self, file: IO[bytes], size: int) -> None:
        self._file = file
        self._budget = size * _RATIO + _SLACK
        self.damaged = False
        self._broke = False  # whether the member that was read last could not be read to its end
        self._members: dict[str, zipfile.ZipInfo] = {}
        for info in self._listed(size):
            if _counts(info.filename):
                self._members.setdefault(info.filename, info)
        if not self._members:
            raise UnreadableFileError("no member of an export file")

    def small(self, name: str, limit: int) -> bytes | None:
        """A member that fits into memory; None when it is missing, damaged or larger than `limit`."""
        whole = bytearray()
        for piece in self._pieces(name):
            whole += piece
            if len(whole) > limit:
                return None
        return bytes(whole) if name in self._members and not self._broke else None

    def batches(self) -> Iterator[list[bytes]]:
        """The lines of the entries, as many at a time as one push may carry; of too long ones the beginning."""
        batch: list[bytes] = []
        size = 0
        trouble: OverfullFileError | None = None
        lines = self._lines()
        while True:
            try:
                line = next(lines, None)
            except OverfullFileError as error:  # what came before it is taken
                trouble, line = error, None
            if batch and (line is None or len(batch) == MAX_LINES or size + len(line) > _BATCH_BYTES):
                yield batch
                batch, size = [], 0
            if line is None:
                break
            batch.append(line)
            size += len(line) + 1
        if trouble is not None:
            raise trouble

    def media(self) -> list[str]:
        """The digests of the media files in it, as they are named."""
        return [found[1] for name in self._members if (found := MEDIA.fullmatch(name))]

    def copy_media(self, digest: str, target: Path, limit: int) -> bool:
        """Write a media file to `target`; False when it is damaged or larger than `limit`."""
        written = 0
        with target.open("wb") as out:
            for piece in self._pieces(f"media/{digest}"):
                written += len(piece)
                if written > limit:
                    return False
                out.write(piece)
        return not self._broke

    def _lines(self) -> Iterator[bytes]:
        rest, cut, bytes_, lines = b"", False, 0, 0
        for piece in self._pieces(ENTRIES):
            *whole, rest = (rest + piece).split(b"\n")
            bytes_, lines = bytes_ + len(piece), lines + len(whole)
            if bytes_ > MOST_ENTRY_BYTES or lines > MOST_LINES:
                raise OverfullFileError
            for line in whole:
                if not cut and line.strip():
                    yield line[: MAX_LINE_BYTES + 1]
                cut = False
            if len(rest) > MAX_LINE_BYTES:
                if not cut:
                    yield rest[: MAX_LINE_BYTES + 1]
                rest, cut = b"", True
        if rest.strip() and not cut and not self._broke:
            yield rest

    def _pieces(self, name: str) -> Iterator[bytes]:
        self._broke = False
        info = self._members.get(name)
        if info is None:
            return
        try:
            check = 0
            with self._open(info) as member:
                # Piece by piece as they come: what stands before a break is read, whatever follows.
                while piece := member.read1(_PIECE):
                    self._spend(len(piece))
                    check = zlib.crc32(piece, check)
                    yield piece
            if check != info.CRC:
                self._broke = self.damaged = True
        except _UNREADABLE:
            self._broke = self.damaged = True

    def _spend(self, count: int) -> None:
        self._budget -= count
        if self._budget < 0:
            raise OverfullFileError

    def _open(self, info: zipfile.ZipInfo) -> zipfile.ZipExtFile:
        if info.flag_bits & _ENCRYPTED or info.compress_type not in _METHODS:
            raise zipfile.BadZipFile("encrypted, or packed in a way we do not read")
        self._file.seek(info.header_offset)
        header = self._file.read(_LOCAL_SIZE)
        if len(header) < _LOCAL_SIZE or header[:4] != _LOCAL:
            raise zipfile.BadZipFile("no member here")
        name_length, extra_length = struct.unpack("<HH", header[26:30])
        self._file.seek(info.header_offset + _LOCAL_SIZE + name_length + extra_length)
        # Its checksum is looked at by us, at the end: the library would keep the last piece from us when it is wrong.
        unchecked = copy(info)
        unchecked.CRC = None  # type: ignore[assignment]
        return zipfile.ZipExtFile(self._file, "r", unchecked)

    def _listed(self, size: int) -> list[zipfile.ZipInfo]:
        if _directory_is_small(self._file, size):
            with suppress(*_UNREADABLE), zipfile.ZipFile(self._file) as whole:
                return whole.infolist()[:MOST_MEMBERS]
        self.damaged = True
        return list(_walk(self._file))


def _counts(name: str) -> bool:
    return name in {MANIFEST, SIGNATURE, ENTRIES} or MEDIA.fullmatch(name) is not None


def _directory_is_small(file: IO[bytes], size: int) -> bool:
    """Whether the directory at the end can be read without filling the memory: its size is only what the file says."""
    file.seek(max(0, size - _END_SIZE - 0xFFFF))
    tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_SIZE:
        return False
    large = tail[max(0, at - _END64_SIZE) : at].startswith(_END64)
    return not large and int.from_bytes(tail[at + 12 : at + 16], "little") <= _DIRECTORY_BYTES


def _walk(file: IO[bytes]) -> Iterator[zipfile.ZipInfo]:
    """The members from the beginning on, by their own headers, until one cannot be read or does not tell its size."""
    at = 0
    for _ in range(MOST_MEMBERS):
        file.seek(at)
        header = file.read(_LOCAL_SIZE)
        if len(header) < _LOCAL_SIZE or header[:4] != _LOCAL:
            return
        flags, method, _, _, crc, packed, plain, name_length, extra_length = struct.unpack("<HHHHLLLHH", header[6:])
        name = file.read(name_length)
        file.read(extra_length)
        info = zipfile.ZipInfo(name.decode("ascii", "replace"))
        info.flag_bits, info.compress_type, info.CRC = flags, method, crc
        info.compress_size, info.file_size, info.header_offset = packed, plain, at
        yield info
        if flags & _SIZES_FOLLOW:
            return
        at += _LOCAL_SIZE + name_length + extra_length + packed
