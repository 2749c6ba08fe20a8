"""Rule-sets, annual plans and tasks."""

from collections.abc import Sequence
from typing import Final

from litestar.types import ControllerRouterHandler

from api.desk.planning import drafting, higher, plan_steps, plans, rules, task_forms, task_steps, tasks

HANDLERS: Final[Sequence[ControllerRouterHandler]] = (
    *rules.HANDLERS,
    *plans.HANDLERS,
    *plan_steps.HANDLERS,
    *drafting.HANDLERS,
    *higher.HANDLERS,
    *tasks.HANDLERS,
    *task_steps.HANDLERS,
    *task_forms.HANDLERS,
)
