"""The database engine that the settings name."""

from inspection.kernel.database import Engine, open_engine
from inspection.kernel.replica import Follower
from inspection.kernel.settings import Settings


def engine_of(settings: Settings) -> Engine:
    """The engine of a server process, with its replica if there is one.

    Raises:
        ValueError: an address that is none; a replica of SQLite.
    """
    replica = None
    if settings.replica_url:
        if not settings.replica_url.startswith(("postgresql://", "postgres://")):
            raise ValueError("FIELDCHECK_REPLICA_URL must begin with postgresql://")
        replica = Follower(settings.replica_url, settings.replica_lag_s)
    return open_engine(settings.database, pool_size=settings.pool_size, pooler=settings.pooler, replica=replica)
