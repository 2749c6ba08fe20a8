"""The walls around a decoder (media.md §2): what the process may use, and which calls of the kernel it may not make.

Limits alone do not keep a taken-over decoder from starting programs, deleting files or speaking to a network, and the
decoder of HEIC needs a thread, which a limit on processes forbids. So a filter of system calls (seccomp) says no to
those; where the kernel or the machine knows no such filter, the limit on processes stands in, and HEIC is not shown.
"""

import ctypes
import platform
import resource
import struct
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

_SET_NO_NEW_PRIVS, _SET_SECCOMP, _FILTER = 38, 22, 2
_ALLOW, _REFUSE, _UNKNOWN_CALL = 0x7FFF0000, 0x00050001, 0x00050026  # EPERM; ENOSYS: the C library takes an older call
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # classic BPF: ld [k], jeq, jge, jset, ret
_AT_CALL, _AT_MACHINE, _AT_ARGUMENTS = 0, 4, 16  # struct seccomp_data; little-endian machines only
_CLONE_THREAD = 0x10000
_OTHER_NUMBERS = 0x40000000  # the same calls under the numbers of x32
_WRITING = 0x1 | 0x2 | 0x40 | 0x200  # O_WRONLY, O_RDWR, O_CREAT, O_TRUNC


@dataclass(frozen=True, slots=True)
class _Machine:
    """One instruction set: its name for the filter, and the numbers of its calls. `opens`: number → place of flags."""

    audit: int
    clone: int
    opens: Mapping[int, int]
    unknown: Sequence[int]
    refused: Sequence[int]


_MACHINES: Final[Mapping[str, _Machine]] = {
    "x86_64": _Machine(
        audit=0xC000003E,
        clone=56,
        opens={2: 1, 257: 2},
        unknown=(435, 437),  # clone3, openat2: their arguments lie in memory, where a filter cannot look
        refused=(
            *(57, 58, 59, 322),  # fork, vfork, execve, execveat
            *(62, 424, 101, 311),  # kill, pidfd_send_signal, ptrace, process_vm_writev
            *(41, 53, 42, 49, 50, 425),  # socket, socketpair, connect, bind, listen, io_uring_setup
            *(85, 76, 77, 87, 263, 84, 83, 258),  # creat, truncate, ftruncate, unlink(at), rmdir, mkdir(at)
            *(82, 264, 316, 86, 265, 88, 266),  # rename*, link*, symlink*
            *(90, 91, 268, 452, 92, 93, 94, 260),  # chmod*, chown*
        ),
    ),
    "aarch64": _Machine(
        audit=0xC00000B7,
        clone=220,
        opens={56: 2},
        unknown=(435, 437),
        refused=(
            *(221, 281),  # execve, execveat
            *(129, 424, 117, 271),  # kill, pidfd_send_signal, ptrace, process_vm_writev
            *(198, 199, 203, 200, 201, 425),  # socket, socketpair, connect, bind, listen, io_uring_setup
            *(45, 46, 35, 34),  # truncate, ftruncate, unlinkat, mkdirat
            *(38, 276, 37, 36),  # renameat, renameat2, linkat, symlinkat
            *(52, 53, 452, 54, 55),  # fchmod, fchmodat, fchmodat2, fchownat, fchown
        ),
    ),
}


def confine(memory: int) -> None:
    """Bound what this process may use from now on: memory in bytes, no written files, no children, no core file."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if not _filter_calls():
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def allow_cpu(seconds: int) -> None:
    """Let this process compute for so long from now on; then the kernel ends it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))


def _filter_calls() -> bool:
    """Put the filter up, for good and for every thread to come; False where there is none."""
    machine = _MACHINES.get(platform.machine()) if sys.platform == "linux" else None
    if machine is None:
        return False

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))

    steps = b"".join(_steps(machine))
    program = Program(len(steps) // 8, steps)
    prctl = ctypes.CDLL(None).prctl
    refused = prctl(_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or prctl(_SET_SECCOMP, _FILTER, ctypes.byref(program))
    return not refused


def _steps(machine: _Machine) -> Iterator[bytes]:
    """The filter as a program of the kernel: each step is (what, jump if true, jump if false, value)."""
    yield _step(_LOAD, _AT_MACHINE)
    yield _step(_EQUAL, machine.audit, true=1)
    yield _step(_RETURN, _REFUSE)
    yield _step(_LOAD, _AT_CALL)
    yield _step(_AT_LEAST, _OTHER_NUMBERS, false=1)
    yield _step(_RETURN, _REFUSE)
    for number in machine.unknown:
        yield _step(_EQUAL, number, false=1)
        yield _step(_RETURN, _UNKNOWN_CALL)
    for number in machine.refused:
        yield _step(_EQUAL, number, false=1)
        yield _step(_RETURN, _REFUSE)
    yield from _unless(machine.clone, 0, _CLONE_THREAD, allowed=True)
    for number, place in machine.opens.items():
        yield from _unless(number, place, _WRITING, allowed=False)
    yield _step(_RETURN, _ALLOW)


def _unless(number: int, argument: int, bits: int, *, allowed: bool) -> Iterator[bytes]:
    """Judge one call by the bits of one argument: with any of them it is `allowed`, without it is the contrary."""
    yield _step(_EQUAL, number, false=4)
    yield _step(_LOAD, _AT_ARGUMENTS + 8 * argument)
    yield _step(_ANY_BIT, bits, false=1)
    yield _step(_RETURN, _ALLOW if allowed else _REFUSE)
    yield _step(_RETURN, _REFUSE if allowed else _ALLOW)


def _step(what: int, value: int, *, true: int = 0, false: int = 0) -> bytes:
    return struct.pack("=HBBI", what, true, false, value)
