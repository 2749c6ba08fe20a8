"""All tables of the house, and the indexes and triggers that Piccolo cannot say."""

from piccolo.table import Table

from inspection import piccolo_app as inspection_app
from inspection.kernel.indexes import Extra
from inspection.kernel.rooms import extras_of
from media import piccolo_app as media_app
from sync import piccolo_app as sync_app

APPS = (inspection_app, media_app, sync_app)


def all_tables() -> list[type[Table]]:
    """Every table class of ours, those that others refer to first."""
    return [table for app in APPS for table in app.APP_CONFIG.table_classes]


def all_extras() -> list[Extra]:
    """What the rooms list in `INDEXES`."""
    return [extra for app in APPS for extra in extras_of(app.ROOMS)]
