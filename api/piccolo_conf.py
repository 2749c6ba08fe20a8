"""What Piccolo's own command line reads (`PICCOLO_CONF=api.piccolo_conf`). The process itself binds tables at start."""

from typing import Any

from piccolo.conf.apps import AppRegistry

from inspection.kernel.database import bound_engine, open_engine
from inspection.kernel.settings import Settings

APP_REGISTRY = AppRegistry(apps=["inspection.piccolo_app", "media.piccolo_app", "sync.piccolo_app"])


def __getattr__(name: str) -> Any:
    # Piccolo looks the engine up by this name, also from inside a migration: there it must be the one that is running.
    if name == "DB":
        return bound_engine() or open_engine(Settings().database)
    raise AttributeError(name)
