"""Several processes on one socket: a parent that does nothing but keep them alive, and ends with them.

They are forked from a parent that has made the application already: what it read is in memory once. A child that dies,
or whose event loop stands still, is replaced while its siblings go on taking connections from the same socket; a parent
that is killed takes its children with it, in order, for nobody would be left to stop them.
"""

import ctypes
import gc
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from socket import socket
from typing import Final, NoReturn

import structlog
from uvicorn.config import STARTUP_FAILURE

from api.cli.pulse import Pulse
from api.departure import KILLED, STOPS

_WATCHED: Final = (*STOPS, signal.SIGCHLD)
_SET_DEATH_SIGNAL: Final = 1  # PR_SET_PDEATHSIG of Linux
YOUNG_S: Final = 5.0
PAUSE_S: Final = 1.0
"""How long a child waits to be replaced that died so young: what ends it at once would keep a processor busy."""
LOOK_S: Final = 5.0
STILL: Final = 12
"""So many looks in a row, a minute, and a child without a pulse hangs. Looks and not seconds: a machine that slept has
let nobody beat, and the parent has not looked either.
"""

log: structlog.stdlib.BoundLogger = structlog.get_logger("api")

Serve = Callable[[socket, Pulse], None]


@dataclass(frozen=True, slots=True)
class _Child:
    """One of a family, and when it was born (on the monotonic clock)."""

    pulse: Pulse = field(default_factory=Pulse)
    born: float = field(default_factory=time.monotonic)


class Family:
    """The children of this process. Each runs `serve` on `listener`, which lets its pulse beat meanwhile; it returns
    when a signal has ended it in order. `look_s`: seconds between two looks at the pulses.
    """

    def __init__(self, size: int, listener: socket, serve: Serve, look_s: float = LOOK_S) -> None:
        self._size, self._listener, self._serve = size, listener, serve
        self._look_s, self._looked = look_s, time.monotonic()
        self._children: dict[int, _Child] = {}
        self._leaving = False
        self._worst = 0

    def live(self) -> int:
        """Keep them alive until a signal; returns the exit code, 0 if all of them ended in order."""
        signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED)
        # Nothing that stands now is looked at by a collection: a page that is only read stays shared.
        gc.collect()
        gc.freeze()
        for _ in range(self._size):
            self._bear()
        while self._children:
            told = signal.sigtimedwait(_WATCHED, self._look_s)
            if told is not None and told.si_signo == signal.SIGCHLD:
                self._see_who_died()
            elif told is not None:
                self._leave(told.si_signo)
            self._see_who_hangs()
        return self._worst

    def _leave(self, number: int) -> None:
        if self._leaving:
            self._tell(signal.SIGKILL)
            os._exit(KILLED + number)
        self._leaving = True
        self._listener.close()  # open here, it would take connections that nobody answers once the children are gone
        self._tell(signal.SIGTERM)

    def _tell(self, number: signal.Signals) -> None:
        for child in self._children:
            os.kill(child, number)  # not reaped yet, so the id is still its own

    def _see_who_hangs(self) -> None:
        if time.monotonic() < self._looked + self._look_s:
            return
        self._looked = time.monotonic()
        for child, known in self._children.items():
            known.pulse.look()
            if known.pulse.still == STILL:
                log.error("a process hangs and is killed", child=child)
                os.kill(child, signal.SIGKILL)

    def _see_who_died(self) -> None:
        while self._children:
            child, status = os.waitpid(-1, os.WNOHANG)
            if not child:
                return
            known, code = self._children.pop(child, None), os.waitstatus_to_exitcode(status)
            if known is None:
                continue  # the first process of a container is given the orphans of all others, such as image workers
            if self._leaving:
                self._worst = max(self._worst, abs(code))
            elif code == STARTUP_FAILURE:
                log.error("a process could not start", child=child)
                self._worst = 1
                self._leave(signal.SIGTERM)
            else:
                log.error("a process died and is replaced", child=child, code=code)
                if time.monotonic() - known.born < YOUNG_S:
                    time.sleep(PAUSE_S)
                self._bear()

    def _bear(self) -> None:
        parent, known = os.getpid(), _Child()
        child = os.fork()
        if child:
            self._children[child] = known
            return
        self._be(parent, known.pulse)

    def _be(self, parent: int, pulse: Pulse) -> NoReturn:
        code = 1
        try:
            ctypes.CDLL(None).prctl(_SET_DEATH_SIGNAL, signal.SIGTERM)
            # The signals to stop stay blocked until the server can take them.
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
            if os.getppid() == parent:  # or it died before it could be told
                self._serve(self._listener, pulse)
            code = 0
        except SystemExit as error:
            code = error.code if isinstance(error.code, int) else 1
        except BaseException as error:  # noqa: BLE001  whatever it is, this process never returns into its parent's work
            log.error("a process failed", error=type(error).__name__)  # noqa: TRY400  no row in the log
        finally:
            sys.stderr.flush()
            os._exit(code)
