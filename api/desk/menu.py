"""What the desk leads to, in the order of the work; each person sees what his role may do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from api.permits import Action, may
from inspection.kernel.command import Role


@dataclass(frozen=True, slots=True)
class Entry:
    """One page of the menu. `key`: its text."""

    path: str
    key: str
    action: Action


@dataclass(frozen=True, slots=True)
class Group:
    """Pages that belong together. `key`: the heading's text."""

    key: str
    entries: Sequence[Entry]


MENU: Final = (
    Group(
        "desk.menu_registry",
        (
            Entry("/desk/items", "desk.menu_items", Action.REGISTRY_READ),
            Entry("/desk/checklists", "desk.menu_checklists", Action.REGISTRY_READ),
            Entry("/desk/procedures", "desk.menu_procedures", Action.TASK_READ),
            Entry("/desk/objects", "desk.menu_objects", Action.REGISTRY_READ),
            Entry("/desk/inspectors", "desk.menu_inspectors", Action.REGISTRY_READ),
            Entry("/desk/imports", "desk.menu_imports", Action.REGISTRY_READ),
            Entry("/desk/rules", "desk.menu_rules", Action.REGISTRY_READ),
        ),
    ),
    Group(
        "desk.menu_planning",
        (
            Entry("/desk/plans", "desk.menu_plans", Action.PLAN_READ),
            Entry("/desk/tasks", "desk.menu_tasks", Action.TASK_READ),
            Entry("/desk/draws", "desk.menu_draws", Action.DRAW_READ),
        ),
    ),
    Group(
        "desk.menu_visits",
        (
            Entry("/desk/visits", "desk.menu_visit_list", Action.VISIT_READ),
            Entry("/desk/reviews", "desk.menu_reviews", Action.REVIEW_READ),
            Entry("/desk/publications", "desk.menu_publications", Action.VISIT_READ),
            Entry("/desk/objections", "desk.menu_objections", Action.OBJECTION_READ),
            Entry("/desk/dossiers", "desk.menu_dossiers", Action.DOSSIER_READ),
        ),
    ),
    Group(
        "desk.menu_devices",
        (
            Entry("/desk/devices", "desk.menu_device_list", Action.DEVICE_READ),
            Entry("/desk/letters", "desk.menu_letters", Action.LETTER_READ),
        ),
    ),
    Group(
        "desk.menu_oversight",
        (
            Entry("/desk/clocks", "desk.menu_clocks", Action.DUE_READ),
            Entry("/desk/alerts", "desk.menu_alerts", Action.ALERT_READ),
            Entry("/desk/statistics", "desk.menu_statistics", Action.STATISTICS_READ),
            Entry("/desk/reports", "desk.menu_reports", Action.REPORT_READ),
            Entry("/desk/diligence", "desk.menu_diligence", Action.DILIGENCE_READ),
            Entry("/desk/late-filings", "desk.menu_late_filings", Action.LATE_FILING_READ),
            Entry("/desk/remarks", "desk.menu_remarks", Action.REMARK_READ),
            Entry("/desk/journal", "desk.menu_journal", Action.JOURNAL_READ),
        ),
    ),
    Group(
        "desk.menu_admin",
        (
            Entry("/desk/admin", "desk.menu_administration", Action.AUTHORITY_KEEP),
            Entry("/desk/admin/deliveries", "desk.menu_deliveries", Action.DELIVERY_READ),
        ),
    ),
)


def menu_for(role: Role) -> list[Group]:
    """The groups and entries that this role may open."""
    groups = [Group(group.key, [one for one in group.entries if may(role, one.action)]) for group in MENU]
    return [group for group in groups if group.entries]
