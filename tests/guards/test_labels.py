"""What commands print in front of people: every column and field has a label, every code a word, in every language."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

import pytest

from api.labels import LABELS, PERSON
from inspection.authority.contact import AuthorityContact
from inspection.draw.ceremony import DrawState
from inspection.draw.lot.entropy import Assurance
from inspection.kernel.catalogue import LANGUAGES, ROOMS, text
from inspection.kernel.command import Role
from inspection.planning.plan_rules import DutyState, PlanState
from inspection.planning.task_clocks import ClockKind, ClockState
from inspection.planning.task_states import TaskState
from inspection.policy.terms import Mark, TaskKind
from inspection.publicity.channels.rules import ChannelKind
from inspection.registry.inspectors.terms import BatchState, CertificateStatus, InspectorRole
from inspection.registry.objects.history import HistoryKind
from inspection.visits.ledger.warnings import Period
from tests.guards.sources import ROOT, modules

PRINTING = [path for path in modules() if path.is_relative_to("api/cli")]
WORDS: Mapping[str, type[StrEnum]] = {
    "desk.role_": Role,
    "desk_admin.channel_kind_": ChannelKind,
    "desk_planning.clock_": ClockKind,
    "desk_planning.clock_state_": ClockState,
    "desk_planning.duty_": DutyState,
    "desk_planning.plan_state_": PlanState,
    "desk_planning.task_state_": TaskState,
    "desk_registry.batch_": BatchState,
    "desk_registry.certificate_": CertificateStatus,
    "desk_registry.event_": HistoryKind,
    "desk_registry.person_": InspectorRole,
    "oversight.period_": Period,
    "pages.draw_level_": Assurance,
    "pages.draw_state_": DrawState,
    "policy.word.mark_": Mark,
    "policy.word.task_kind_": TaskKind,
}
"""Of every table with codes: how the keys of their words begin, and the closed list of them."""
OWN = {"cli.channel_": ("retired",), "cli.origin_": ("shipped", "local"), "cli.supervision_": ("chain", "key")}
PEOPLE = set(Role) - {Role.SYSTEM, Role.DEVICE, Role.PUBLIC}


@dataclass(frozen=True)
class Printed:
    """A call that prints for people. `told` names its fields; `known`: what stands behind the names it may use."""

    call: ast.Call
    told: ast.expr
    known: Mapping[str, list[ast.AST]]

    def names(self, told: ast.AST) -> set[str]:
        """The fields that an expression names: keys, the words of a tuple, and those of what it refers to."""
        if isinstance(told, ast.Tuple):
            return {one.value for one in told.elts if isinstance(one, ast.Constant)}
        found = set[str]()
        for node in ast.walk(told):
            if isinstance(node, ast.Dict):
                found |= {key.value for key in node.keys if isinstance(key, ast.Constant)}
            elif isinstance(node, ast.Name):
                inner = replace(self, known={name: said for name, said in self.known.items() if name != node.id})
                found = found.union(*map(inner.names, self.known.get(node.id, ())))
        return found


def printed(path: Path) -> Iterator[Printed]:
    """Every `rows` and `result` of an output in a module, but for those that machines alone read."""
    tree = ast.parse((ROOT / path).read_text())
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    everywhere = {one.name: list[ast.AST]([one]) for one in functions} | assigned(tree.body)
    for one in functions:
        known = everywhere | assigned(ast.walk(one))
        for node in for_people(one):
            if isinstance(node, ast.Call) and re.fullmatch(r".*\boutput\b.*\.(rows|result)", ast.unparse(node.func)):
                yield Printed(node, node.args[-1], known)


def assigned(nodes: Iterable[ast.AST]) -> dict[str, list[ast.AST]]:
    found = defaultdict[str, list[ast.AST]](list)
    for node in nodes:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id].append(node.value)
    return found


def for_people(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    alone = isinstance(node, ast.If) and ast.unparse(node.test) == "output.as_json"
    for child in node.orelse if alone and isinstance(node, ast.If) else ast.iter_child_nodes(node):
        yield from for_people(child)


def said(key: str) -> bool:
    return all(text(key, lang).strip() for lang in LANGUAGES)


def test_every_label_is_said_in_every_language_and_stands_before_something() -> None:
    assert [key for key in (*LABELS.values(), *PERSON.values()) if not said(key)] == []
    found = {name for path in PRINTING for one in printed(path) for name in one.names(one.told)}
    assert LABELS.keys() - found - AuthorityContact.__dataclass_fields__.keys() == set()


@pytest.mark.parametrize("path", PRINTING, ids=lambda path: path.stem)
def test_every_column_and_field_that_a_command_prints_has_a_label(path: Path) -> None:
    for one in printed(path):
        found = one.names(one.told)
        if not found and "asdict(" in ast.unparse(one.known.get(ast.unparse(one.told), [one.told])[-1]):
            found = set(AuthorityContact.__dataclass_fields__)
        assert found, f"{path}:{one.call.lineno}: name the columns or fields where this can read them"
        heads = next((word.value for word in one.call.keywords if word.arg == "heads"), one.call.func)
        assert sorted(found - LABELS.keys() - one.names(heads)) == [], f"{path}:{one.call.lineno}"


def test_every_code_that_a_command_prints_has_a_word() -> None:
    assert [f"{begun}{one}" for begun, ones in OWN.items() for one in ones if not said(f"{begun}{one}")] == []
    listed = [(begun, one) for begun, ones in WORDS.items() for one in (PEOPLE if ones is Role else ones)]
    assert [f"{begun}{one}" for begun, one in listed if not said(f"{begun}{one}")] == []


def test_every_heading_and_every_beginning_of_words_that_a_command_names_is_one() -> None:
    named = {
        value.value
        for path in PRINTING for node in ast.walk(ast.parse((ROOT / path).read_text())) if isinstance(node, ast.Dict)
        for value in node.values if isinstance(value, ast.Constant) and str(value.value).partition(".")[0] in ROOMS
    }  # fmt: skip
    begun = {one for one in named if one.endswith("_")}
    assert begun - WORDS.keys() - OWN.keys() == set()
    assert [key for key in named - begun if not said(key)] == []
