"""The ZIP a dossier lies in: written the same, byte for byte, on every machine; read as if its sender were hostile.

Members are stored, never compressed. Compressors differ between versions, so a stored member is the only form that is
always the same; evidence is compressed already; and a stored container cannot unfold into more than it weighs.
"""

import hashlib
import stat
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

CHUNK = 1 << 20
MAX_MEMBERS = 200_000
MAX_PATH = 300
EPOCH = (1980, 1, 1, 0, 0, 0)
READ_ONLY_FILE = (stat.S_IFREG | 0o444) << 16


class ContainerRefused(ValueError):
    """The file is not a container this reader opens. `reason` is a key of the sentences, `detail` the place."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Member:
    """One file as written: path inside the dossier, SHA-256 (hex) and size in bytes."""

    path: str
    sha256: str
    bytes: int


class ContainerWriter:
    """Writes members in the order given; the caller sorts. Blocking: call it from a thread when members are large."""

    def __init__(self, path: Path) -> None:
        self._zip = zipfile.ZipFile(path, "w", zipfile.ZIP_STORED, allowZip64=True)
        self._members: dict[str, Member] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._zip.close()

    @property
    def members(self) -> list[Member]:
        """What was written so far, sorted by path."""
        return [self._members[path] for path in sorted(self._members)]

    def add(self, path: str, data: bytes) -> Member:
        """Write a small member whole."""
        with self.open(path) as member:
            member.write(data)
        return member.finished

    def open(self, path: str) -> "MemberWriter":
        """Write a member in chunks."""
        if path in self._members:
            raise ValueError(f"{path} is written twice")
        return MemberWriter(self._zip, path, self._members)


class MemberWriter:
    """One member being written; hashes as it goes."""

    def __init__(self, container: zipfile.ZipFile, path: str, members: dict[str, Member]) -> None:
        info = zipfile.ZipInfo(path, EPOCH)
        info.compress_type = zipfile.ZIP_STORED
        info.create_system = 3
        info.external_attr = READ_ONLY_FILE
        self._out = container.open(info, "w", force_zip64=True)
        self._path, self._members = path, members
        self._hash, self._size = hashlib.sha256(), 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._out.close()
        if error is None:
            self._members[self._path] = Member(self._path, self._hash.hexdigest(), self._size)

    @property
    def finished(self) -> Member:
        """The member, once closed."""
        return self._members[self._path]

    def write(self, chunk: bytes) -> None:
        """Append bytes."""
        self._out.write(chunk)
        self._hash.update(chunk)
        self._size += len(chunk)


class Container:
    """A container opened for reading, already found harmless. Close it, or use it in a `with`."""

    def __init__(self, opened: zipfile.ZipFile, infos: Mapping[str, zipfile.ZipInfo]) -> None:
        self._zip = opened
        self._infos = infos
        self._digests: dict[tuple[str, str], str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._zip.close()

    @property
    def paths(self) -> frozenset[str]:
        """The members' paths."""
        return frozenset(self._infos)

    def size(self, path: str) -> int:
        """Bytes of a member."""
        return self._infos[path].file_size

    def chunks(self, path: str) -> Iterator[bytes]:
        """The member's bytes.

        Raises:
            ContainerRefused: `unreadable` when the bytes do not arrive whole.
        """
        try:
            with self._zip.open(self._infos[path]) as member:
                while chunk := member.read(CHUNK):
                    yield chunk
        except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, ValueError) as error:
            raise ContainerRefused("unreadable", path) from error

    def read(self, path: str, limit: int) -> bytes:
        """A member of at most `limit` bytes, whole.

        Raises:
            ContainerRefused: `missing`, `too_large` or `unreadable`.
        """
        if path not in self._infos:
            raise ContainerRefused("missing", path)
        if self.size(path) > limit:
            raise ContainerRefused("too_large", path)
        return b"".join(self.chunks(path))

    def sha256(self, path: str) -> str:
        """SHA-256 (hex) of a member; several checks ask for it, and large members are read once."""
        return self._digest(path, "sha256")

    def sm3(self, path: str) -> str:
        """SM3 (GB/T 32905, hex) of a member, where this Python has it."""
        return self._digest(path, "sm3")

    def _digest(self, path: str, algorithm: str) -> str:
        if (path, algorithm) not in self._digests:
            digest = hashlib.new(algorithm)
            for chunk in self.chunks(path):
                digest.update(chunk)
            self._digests[path, algorithm] = digest.hexdigest()
        return self._digests[path, algorithm]


def open_container(path: Path) -> Container:
    """Open and look at every name and size before anything is read.

    Raises:
        ContainerRefused: `not_a_file`, `not_a_zip`, `too_many`, `unsafe_name`, `twice`, `encrypted`, `compressed` or
            `overlapping`.
    """
    if not path.is_file():
        raise ContainerRefused("not_a_file", str(path))
    try:
        opened = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, ValueError, NotImplementedError) as error:
        raise ContainerRefused("not_a_zip") from error
    try:
        return Container(opened, _look_at(opened.infolist(), path.stat().st_size))
    except BaseException:
        opened.close()
        raise


def safe_path(path: str) -> bool:
    """True for a relative path of plain segments: nothing that could lead out of a folder it is unpacked into."""
    if not path or len(path) > MAX_PATH or "\\" in path or ":" in path:
        return False
    if any(unicodedata.category(char) in ("Cc", "Cf", "Cs") for char in path):
        return False
    return all(segment not in ("", ".", "..") for segment in path.split("/"))


def _look_at(infos: list[zipfile.ZipInfo], weight: int) -> dict[str, zipfile.ZipInfo]:
    if len(infos) > MAX_MEMBERS:
        raise ContainerRefused("too_many", str(len(infos)))
    seen: dict[str, zipfile.ZipInfo] = {}
    folded: set[str] = set()
    for info in infos:
        name = unicodedata.normalize("NFC", info.filename).casefold()
        if info.orig_filename != info.filename or not safe_path(info.filename):
            raise ContainerRefused("unsafe_name", ascii(info.orig_filename)[:200])
        if name in folded:
            raise ContainerRefused("twice", info.filename)
        if info.flag_bits & 0x1:
            raise ContainerRefused("encrypted", info.filename)
        if info.compress_type != zipfile.ZIP_STORED or info.compress_size != info.file_size:
            raise ContainerRefused("compressed", info.filename)
        folded.add(name)
        seen[info.filename] = info
    # Stored members that together weigh more than the file lie over one another: the overlapping kind of bomb.
    if sum(info.file_size for info in infos) > weight:
        raise ContainerRefused("overlapping")
    return seen
