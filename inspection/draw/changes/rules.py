"""What may be changed under a rule-set, for which reasons, and whose word it needs. Pure."""

from inspection.draw.changes.terms import (
    NOTE_MOST,
    RECUSAL_REASON,
    RECUSALS,
    RESULTS,
    ChangeKind,
    ObjectReason,
    kind_of_recusal,
)
from inspection.draw.terms import Substitution
from inspection.kernel.command import Command, Role
from inspection.kernel.errors import Invalid, Refused
from inspection.policy.model import RuleSet
from inspection.policy.terms import RecusalWay, Substitute
from inspection.registry.inspectors.terms import RelationKind
from mobile_contract.problems import ProblemCode

_ROLES = {"approver": Role.APPROVER, "section_head": Role.SECTION_HEAD}


def recusal_kind(rules: RuleSet, way: RecusalWay) -> ChangeKind:
    """The change that this way of recusal means.

    Raises:
        Refused: `draw.change_way_unknown`: the rule-set does not know it.
    """
    kind = kind_of_recusal(way, rules.recusal.ways)
    if kind is None:
        ways = [one.value for one in rules.recusal.ways]
        raise Refused(
            ProblemCode.REFUSED, "draw.change_way_unknown", way=way.value, ways=ways, article=rules.recusal.article
        )
    return kind


def check_reason(agreed: Substitution, rules: RuleSet, kind: ChangeKind, reason: str) -> None:
    """Whether this may be changed for this reason. `agreed`: the draw's parameters of replaced objects.

    Raises:
        Refused: `draw.change_reason_is_result`: what is found at the door is a result; `draw.change_reason_not_allowed`
            with the reasons that are; `draw.change_recusal_by_way`: recusal is declared with its ground and way;
            `draw.change_no_substitutes`: the rule-set replaces no inspectors.
    """
    if kind in RECUSALS:
        allowed = [ground.value for ground in RelationKind]
    elif kind is ChangeKind.REPLACE_OBJECT:
        if reason in RESULTS:
            raise Refused(ProblemCode.REFUSED, "draw.change_reason_is_result", reason=reason)
        allowed = [one.value for one in ObjectReason if one.value in agreed.reasons]
    else:
        if Substitute.INSPECTOR not in rules.replacement.substitutes:
            raise Refused(ProblemCode.REFUSED, "draw.change_no_substitutes", article=rules.replacement.article)
        if reason == RECUSAL_REASON:
            raise Refused(ProblemCode.REFUSED, "draw.change_recusal_by_way")
        allowed = [one.code for one in rules.replacement.reasons if one.code != RECUSAL_REASON]
    if reason not in allowed:
        raise Refused(ProblemCode.REFUSED, "draw.change_reason_not_allowed", reason=reason, reasons=allowed)


def check_note(kind: ChangeKind, note: str) -> None:
    """Why, in words; for an object what it is evidenced by. A recusal's ground may stand alone.

    Raises:
        Invalid: `draw.change_note`.
    """
    if len(note) > NOTE_MOST or (kind not in RECUSALS and not note.strip()):
        raise Invalid(ProblemCode.INVALID, "draw.change_note", most=NOTE_MOST)


def approved_by(rules: RuleSet, kind: ChangeKind) -> Role | None:
    """Whose approval a change needs: another object always the approver's; a person's change what the rule-set says
    (威海 第十八条: 分管负责人同意), None where it asks for nobody's.
    """
    if kind is ChangeKind.REPLACE_OBJECT:
        return Role.APPROVER
    named = rules.replacement.approval_by
    return _ROLES[named] if named is not None else None


def check_decider(cmd: Command, role: Role | None) -> None:
    """Raises:
    Refused: `draw.change_not_decider`: the approval is somebody else's.
    """
    if role is None or cmd.actor.role is not role:
        raise Refused(ProblemCode.FORBIDDEN, "draw.change_not_decider", role=role.value if role else "")
