"""Several processes on one socket: a parent that does nothing but keep them alive, and ends with them.

They are forked from a parent that has made the application already: what it read is in memory once. A child that dies
is replaced while its siblings go on taking connections from the same socket; a parent that is killed takes its children
with it, in order, for nobody would be left to stop them.
"""

import ctypes
import gc
import os
import signal
import sys
import time
from collections.abc import Callable
from socket import socket
from typing import Final, NoReturn

import structlog
from uvicorn.config import STARTUP_FAILURE

from api.departure import KILLED, STOPS

_WATCHED: Final = (*STOPS, signal.SIGCHLD)
_SET_DEATH_SIGNAL: Final = 1  # PR_SET_PDEATHSIG of Linux
YOUNG_S: Final = 5.0
PAUSE_S: Final = 1.0
"""How long a child waits to be replaced that died so young: what ends it at once would keep a processor busy."""

log: structlog.stdlib.BoundLogger = structlog.get_logger("api")

Serve = Callable[[socket], None]


class Family:
    """The children of this process. Each runs `serve` on `listener`; it returns when a signal has ended it in order."""

    def __init__(self, size: int, listener: socket, serve: Serve) -> None:
        self._size, self._listener, self._serve = size, listener, serve
        self._children: dict[int, float] = {}
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
            number = signal.sigwait(_WATCHED)
            if number == signal.SIGCHLD:
                self._see_who_died()
            else:
                self._leave(number)
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

    def _see_who_died(self) -> None:
        while self._children:
            child, status = os.waitpid(-1, os.WNOHANG)
            if not child:
                return
            lived, code = time.monotonic() - self._children.pop(child), os.waitstatus_to_exitcode(status)
            if self._leaving:
                self._worst = max(self._worst, abs(code))
            elif code == STARTUP_FAILURE:
                log.error("a process could not start", child=child)
                self._worst = 1
                self._leave(signal.SIGTERM)
            else:
                log.error("a process died and is replaced", child=child, code=code)
                if lived < YOUNG_S:
                    time.sleep(PAUSE_S)
                self._bear()

    def _bear(self) -> None:
        parent = os.getpid()
        child = os.fork()
        if child:
            self._children[child] = time.monotonic()
            return
        self._be(parent)

    def _be(self, parent: int) -> NoReturn:
        code = 1
        try:
            ctypes.CDLL(None).prctl(_SET_DEATH_SIGNAL, signal.SIGTERM)
            # The signals to stop stay blocked until the server can take them.
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
            if os.getppid() == parent:  # or it died before it could be told
                self._serve(self._listener)
            code = 0
        except SystemExit as error:
            code = error.code if isinstance(error.code, int) else 1
        except BaseException as error:  # noqa: BLE001  whatever it is, this process never returns into its parent's work
            log.error("a process failed", error=type(error).__name__)  # noqa: TRY400  no row in the log
        finally:
            sys.stderr.flush()
            os._exit(code)
