"""The domain's tables and migrations, as Piccolo's command line wants to know them."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from inspection.kernel.rooms import tables_of

ROOMS = (
    "inspection.kernel.journal.tables",
    "inspection.kernel.work.tables",
    "inspection.kernel.calendar.tables",
    "inspection.policy.tables",
    "inspection.authority.tables",
    "inspection.authority.systems.tables",
    "inspection.registry.intake.tables",
    "inspection.registry.items.tables",
    "inspection.registry.objects.tables",
    "inspection.registry.inspectors.tables",
    "inspection.planning.tables",
    "inspection.draw.tables",
    "inspection.visits.tables",
    "inspection.visits.review.tables",
    "inspection.visits.follow_up.tables",
    "inspection.visits.notices.tables",
    "inspection.visits.late_filing.tables",
    "inspection.visits.repeats.tables",
    "inspection.publicity.penalties.tables",
    "inspection.publicity.tables",
    "inspection.publicity.objections.tables",
    "inspection.publicity.channels.tables",
    "inspection.door.tables",
    "inspection.archive.tables",
    "inspection.oversight.alerts.tables",
    "inspection.oversight.reminders.tables",
    "inspection.oversight.reports.tables",
)

APP_CONFIG = AppConfig(
    app_name="inspection",
    migrations_folder_path=str(Path(__file__).parent / "piccolo_migrations"),
    table_classes=tables_of(ROOMS),
)
