"""A bundle on disk, as a ZIP or as a folder, read with the suspicion that a stranger's file deserves."""

import io
import zipfile
from abc import abstractmethod
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

# The frame is streamed; whatever else is larger than this is not a file of a draw.
MOST_BYTES = 1 << 30
MOST_FILES = 1000


class Unreadable(ValueError):
    """The bundle cannot be read at all."""


class Files(Mapping[str, bytes]):
    """The files of a bundle by name, each read whole when it is asked for."""

    names: set[str]

    def __getitem__(self, name: str) -> bytes:
        if name not in self.names:
            raise KeyError(name)
        with self.stream(name) as file:
            return _whole(name, file)

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    @abstractmethod
    def stream(self, name: str) -> IO[bytes]:
        """A file that is too large to be held."""


class Folder(Files):
    """The files of a folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.names = {file.name for file in path.iterdir() if file.is_file()}

    def stream(self, name: str) -> IO[bytes]:
        return (self.path / name).open("rb")


class Archive(Files):
    """The files of a ZIP. Names that stand twice, and encrypted files, are refused."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with zipfile.ZipFile(path) as opened:
            listed = opened.infolist()
        self.names = {info.filename for info in listed}
        if len(self.names) != len(listed) or len(listed) > MOST_FILES or any(info.flag_bits & 1 for info in listed):
            raise Unreadable("duplicate, too many or encrypted files")

    def stream(self, name: str) -> IO[bytes]:
        # Opened anew each time: processes that were split off would otherwise share one place in the file. Lines come
        # out of the buffer far faster than out of the archive itself.
        with zipfile.ZipFile(self.path) as opened:
            return io.BufferedReader(opened.open(name), 1 << 20)  # type: ignore[type-var]


def _whole(name: str, file: IO[bytes]) -> bytes:
    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise Unreadable(f"{name} is too large")
    return data
