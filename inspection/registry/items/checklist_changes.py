"""What one version of a checklist changed of another: points added, removed, changed and moved. Pure."""

from dataclasses import dataclass

from mobile_contract.checklist import Checklist, ChecklistItem

HEAD = ("title", "source")
"""What a checklist states besides its points."""
STATED = tuple(name for name in ChecklistItem.model_fields if name != "code")


@dataclass(frozen=True, slots=True)
class PointChange:
    """A point that differs: new without `before`, gone without `after`; `fields`: in what both differ."""

    code: str
    before: ChecklistItem | None
    after: ChecklistItem | None
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChecklistChanges:
    """`head`: which of `HEAD` differ; `points` in the order of the later version, those that are gone at the end;
    `moved`: whether the points that both have stand in another order.
    """

    head: tuple[str, ...]
    points: tuple[PointChange, ...]
    moved: bool

    @property
    def any(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.head or self.points or self.moved)


def checklist_changes(before: Checklist, after: Checklist) -> ChecklistChanges:
    """What differs; the number of the version is not looked at."""
    old, new = {one.code: one for one in before.items}, {one.code: one for one in after.items}
    told = [PointChange(code, old.get(code), one, _differing(old.get(code), one)) for code, one in new.items()]
    gone = [PointChange(code, one, None) for code, one in old.items() if code not in new]
    return ChecklistChanges(
        tuple(name for name in HEAD if getattr(before, name) != getattr(after, name)),
        (*(one for one in told if one.before is None or one.fields), *gone),
        [code for code in old if code in new] != [code for code in new if code in old],
    )


def _differing(before: ChecklistItem | None, after: ChecklistItem) -> tuple[str, ...]:
    if before is None:
        return ()
    return tuple(name for name in STATED if getattr(before, name) != getattr(after, name))
