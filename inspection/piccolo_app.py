"""The domain's tables and migrations, as Piccolo's command line wants to know them."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from inspection.kernel.rooms import tables_of
from inspection.rooms import ROOMS

APP_CONFIG = AppConfig(
    app_name="inspection",
    migrations_folder_path=str(Path(__file__).parent / "piccolo_migrations"),
    table_classes=tables_of(ROOMS),
)
