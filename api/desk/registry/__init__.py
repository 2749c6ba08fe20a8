"""Items, checklists, objects, inspectors and their imports."""

from collections.abc import Sequence
from typing import Final

from litestar.types import ControllerRouterHandler

from api.desk.registry import (
    changes,
    checklist_forms,
    checklists,
    imports,
    inspector_forms,
    inspectors,
    item_forms,
    items,
    mapping_forms,
    object_forms,
    objects,
    procedures,
    special,
    waiting_forms,
)

HANDLERS: Final[Sequence[ControllerRouterHandler]] = (
    *objects.HANDLERS,
    *object_forms.HANDLERS,
    *special.HANDLERS,
    *imports.HANDLERS,
    *inspectors.HANDLERS,
    *inspector_forms.HANDLERS,
    *changes.HANDLERS,
    *items.HANDLERS,
    *checklists.HANDLERS,
    *checklist_forms.HANDLERS,
    *item_forms.HANDLERS,
    *procedures.HANDLERS,
    *waiting_forms.HANDLERS,
    *mapping_forms.HANDLERS,
)
