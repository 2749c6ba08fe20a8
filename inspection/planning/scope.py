"""Which rows of a directory a targeted draw (定向) takes (金凤 第八条, 威海 第十六条). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType

from inspection.policy.terms import Dimension, Mark
from inspection.registry.objects.facts import DirectoryRow
from inspection.registry.objects.rows import GRADES, RiskLevel

Values = tuple[str, ...]

SUBORDINATION_TAG = "隶属:"
"""A tag of the register that says to whom an object belongs (隶属关系) begins so: 隶属:市属."""

PROGRESS_TAG = "进展:"
"""One that says how far a project has come (项目进展): 进展:在建."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which rows of the directory a draw takes; a dimension without values lets every row pass.

    Within a dimension one value suffices, all dimensions in use must be met. `kinds` are kinds of objects (主体类型)
    or trades, `trades` 行业领域, `scales` 经营规模, `areas` 所属区域, `subordinations` and `progress` the tags that
    begin so, `grades` 信用等级, `risks` 风险等级, `marks` those that count on the day (处罚、投诉、异常名录…),
    `registers` special registers and tags by their names.
    """

    kinds: Values = ()
    scales: Values = ()
    areas: Values = ()
    trades: Values = ()
    subordinations: Values = ()
    progress: Values = ()
    grades: Values = ()
    risks: Values = ()
    marks: Values = ()
    registers: Values = ()

    @property
    def dimensions(self) -> dict[str, Values]:
        """The dimensions in use, by the rule-set's names."""
        values = {DIMENSIONS[one.name].value: getattr(self, one.name) for one in fields(self)}
        return {name: held for name, held in values.items() if held}

    @property
    def named(self) -> frozenset[str]:
        """The special registers and tags that the rows must be asked for."""
        tags = {*_tagged(SUBORDINATION_TAG, self.subordinations), *_tagged(PROGRESS_TAG, self.progress)}
        return frozenset({*self.registers, *tags})

    @property
    def unknown(self) -> dict[str, Values]:
        """Values of closed dimensions that no row can bear, by the rule-set's names of the dimensions."""
        used = self.dimensions
        strange = {name: tuple(v for v in used.get(name, ()) if v not in values) for name, values in _CLOSED.items()}
        return {name: values for name, values in strange.items() if values}

    def holds(self, row: DirectoryRow) -> bool:
        """Whether the row meets every dimension in use."""
        borne: dict[str, tuple[str | None, ...]] = {
            "kinds": (row.kind.value, *row.trades),
            "trades": row.trades,
            "scales": (row.scale,),
            "areas": (row.area,),
            "subordinations": _untagged(SUBORDINATION_TAG, row.registers),
            "progress": _untagged(PROGRESS_TAG, row.registers),
            "grades": (row.credit_grade,),
            "risks": (row.risk.value if row.risk else None,),
            "marks": tuple(mark.value for mark in row.marks),
            "registers": row.registers,
        }
        return all(
            not (wanted := getattr(self, name)) or not set(values).isdisjoint(wanted) for name, values in borne.items()
        )


DIMENSIONS: Mapping[str, Dimension] = MappingProxyType(
    {
        "kinds": Dimension.KIND,
        "scales": Dimension.SCALE,
        "areas": Dimension.AREA,
        "trades": Dimension.TRADE,
        "subordinations": Dimension.SUBORDINATION,
        "progress": Dimension.PROGRESS,
        "grades": Dimension.GRADE,
        "risks": Dimension.RISK,
        "marks": Dimension.MARK,
        "registers": Dimension.REGISTER,
    }
)
"""A scope's field → the dimension as rule-sets name it."""

_CLOSED: Mapping[str, frozenset[str]] = MappingProxyType(
    {"grade": frozenset(GRADES), "risk": frozenset(RiskLevel), "mark": frozenset(Mark)}
)


def _tagged(tag: str, values: Values) -> Values:
    return tuple(tag + value for value in values)


def _untagged(tag: str, names: Values) -> Values:
    return tuple(name.removeprefix(tag) for name in names if name.startswith(tag))
