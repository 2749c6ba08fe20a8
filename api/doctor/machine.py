"""The machine: disk, folders, keys, clock, fonts, addresses. None of these asks the database."""

import asyncio
import ctypes
import shutil
import stat
from pathlib import Path
from typing import Final

from api.backups import place_of, sqlite_path
from api.doctor import judging
from api.doctor.judging import Check
from api.doctor.patient import Patient, bad, good, warn
from inspection.documents.blocks import Paper, Para
from inspection.documents.press import typeset
from inspection.kernel.backup import backups
from inspection.kernel.keys import KEY_FILE
from media.limits import Limits

NETWORK: Final = frozenset({"9p", "ceph", "cifs", "fuse.sshfs", "glusterfs", "nfs", "nfs4", "smb3", "smbfs"})
_OTHERS: Final = 0o077
_TIMEX_BYTES: Final = 256
_UNSYNCHRONISED: Final = 5  # TIME_ERROR of adjtimex(2)
MOUNTS: Final = Path("/proc/mounts")


async def folder(patient: Patient) -> Check:
    """The data directory is there, and nobody else on the machine writes into it."""
    path = patient.settings.data_dir
    if not path.is_dir():
        return bad("folder", "missing", path=str(path))
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & stat.S_IWOTH:
        return bad("folder", "open", path=str(path), mode=f"{mode:o}")
    return good("folder", path=str(path))


async def disk(patient: Patient) -> Check:
    """There is room."""
    usage = shutil.disk_usage(patient.settings.data_dir)
    return judging.of_disk(usage.free, usage.total, Limits().free_floor)


async def keys(patient: Patient) -> Check:
    """The server's keys are there, are whole, and are read by their owner only."""
    place = patient.settings.data_dir / "keys"
    if not (place / KEY_FILE).exists():
        return bad("keys", "missing", path=str(place))
    open_ones = [one.name for one in (place, *place.iterdir()) if stat.S_IMODE(one.stat().st_mode) & _OTHERS]
    if open_ones:
        return bad("keys", "open", path=str(place), names=", ".join(sorted(open_ones)))
    try:
        kid = patient.keys().kid
    except (OSError, ValueError) as error:
        return bad("keys", "unreadable", path=str(place), reason=str(error)[:200])
    return good("keys", kid=kid)


async def mount(patient: Patient) -> Check:
    """SQLite does not lie on a file system of the network, whose locks cannot be relied on."""
    file = sqlite_path(patient.settings)
    if file is None:
        return good("mount", kind="–")
    kind = await asyncio.to_thread(_file_system, file.resolve())
    return bad("mount", "network", kind=kind, path=str(file)) if kind in NETWORK else good("mount", kind=kind)


async def ntp(_: Patient) -> Check:
    """The kernel's clock is kept right by somebody."""
    state = await asyncio.to_thread(_clock_state)
    return warn("ntp", "off") if state == _UNSYNCHRONISED else good("ntp")


async def paper(patient: Patient) -> Check:
    """A paper is set, with its fonts."""
    made = Paper("自检", "Fieldcheck", "", "zh_CN", patient.now, "自检", (Para("随机抽查告知书"),))
    await asyncio.to_thread(typeset, made)
    return good("paper")


async def address(patient: Patient) -> Check:
    """People and tablets reach the server by a name of its own, through TLS."""
    settings = patient.settings
    if not settings.public_url:
        return warn("address", "unset", url=settings.address)
    if not settings.public_url.startswith("https://"):
        return warn("address", "plain", url=settings.public_url)
    if not settings.https:
        return warn("address", "no_hsts", url=settings.public_url)
    return good("address", url=settings.public_url)


async def proxies(patient: Patient) -> Check:
    """Behind a TLS proxy it is said how many stand in front: else every visitor has the proxy's address."""
    settings = patient.settings
    return warn("proxies", "unset") if settings.https and not settings.trusted_proxies else good("proxies")


async def demo(patient: Patient) -> Check:
    """No demonstration, whose passwords lie in a file, is what people work with."""
    path = patient.settings.data_dir / "demo-logins.txt"
    return bad("demo", "here", path=str(path)) if path.exists() else good("demo")


async def backup(patient: Patient) -> Check:
    """There is a fresh backup in the folder of this installation."""
    found = await asyncio.to_thread(backups, place_of(patient.settings).folder)
    return judging.of_backups(patient.now, found[0].made_at if found else None)


async def backup_files(patient: Patient) -> Check:
    """Some backup holds the stored files, where no object store has them."""
    found = await asyncio.to_thread(backups, place_of(patient.settings).folder)
    newest = next((one for one in found if one.with_files), None)
    if patient.settings.s3_url:
        return good("backup_files", n=newest.held if newest else 0)
    if newest is None or patient.now - newest.made_at > judging.OLD_BACKUP:
        return warn("backup_files", "none")
    if newest.lacking:
        return warn("backup_files", "lacking", n=newest.lacking)
    return good("backup_files", n=newest.held)


async def backup_place(patient: Patient) -> Check:
    """Backups lie on another disk than what they are of."""
    place = place_of(patient.settings).folder
    here = place if place.exists() else place.parent
    same = here.exists() and here.stat().st_dev == patient.settings.data_dir.stat().st_dev
    return warn("backup_place", "same", path=str(place)) if same else good("backup_place", path=str(place))


def _file_system(path: Path) -> str:
    """The kind of the file system that a path lies on: that of the longest mount point above it."""
    best, kind = -1, "?"
    for line in MOUNTS.read_text().splitlines():
        _, point, told, *_ = line.split(" ")
        if path.is_relative_to(point.replace("\\040", " ")) and len(point) > best:
            best, kind = len(point), told
    return kind


def _clock_state() -> int:
    """What adjtimex(2) says of the clock; it only asks."""
    return int(ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES)))


LOOKS: Final = (folder, disk, keys, mount, ntp, paper, address, proxies, demo, backup, backup_files, backup_place)
