"""An entry that breaks the fold costs only itself; that it does is told to those who run the server, once."""

from uuid import UUID

import structlog

from inspection.visits.record import BREAKS_THE_FOLD, VisitRecord

log: structlog.stdlib.BoundLogger = structlog.get_logger("fieldcheck.visits")

_MOST = 10_000
_told: dict[str, None] = {}


def sound_alarm(visit: UUID, record: VisitRecord) -> None:
    """Log every entry by which a fold of this visit fails: once in the life of the process, whoever reads the record.

    The entry stays in the record's `isolated` until the fold is mended; then it is folded like any other.
    """
    for noted in record.isolated:
        if noted.why == BREAKS_THE_FOLD and noted.hash not in _told:
            if len(_told) >= _MOST:
                _told.clear()
            _told[noted.hash] = None
            log.error("an entry breaks the fold of its visit", visit=str(visit), hash=noted.hash)
