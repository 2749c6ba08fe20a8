"""All tables of the house, and the indexes and triggers that Piccolo cannot say."""

from importlib import import_module

from piccolo.table import Table

from inspection import piccolo_app as inspection_app
from inspection.kernel.indexes import Extra
from media import piccolo_app as media_app
from sync import piccolo_app as sync_app

APPS = (inspection_app, media_app, sync_app)


def all_tables() -> list[type[Table]]:
    """Every table class of ours, in no particular order."""
    return [table for app in APPS for table in app.APP_CONFIG.table_classes]


def extras(app_name: str) -> list[Extra]:
    """What the rooms of one app list in `INDEXES`, in the order of the rooms."""
    found: list[Extra] = []
    for app in APPS:
        if app.APP_CONFIG.app_name == app_name:
            for room in app.ROOMS:
                found += getattr(import_module(room), "INDEXES", [])
    return found


def all_extras() -> list[Extra]:
    """The same for the whole house."""
    return [extra for app in APPS for extra in extras(app.APP_CONFIG.app_name)]
