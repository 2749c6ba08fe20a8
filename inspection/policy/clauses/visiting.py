"""实施检查: methods, notice, record, result classes, referral."""

from typing import Literal

from pydantic import Field, model_validator

from inspection.policy.clauses.part import Named, refuse_repeats
from inspection.policy.flaws import wrong
from inspection.policy.terms import (
    AdvanceNotice,
    Bilingual,
    Clause,
    Method,
    Name,
    NoticeTime,
    ReferralKind,
    Signer,
    Text,
)


class MethodRule(Clause):
    allowed: tuple[Method, ...] = Field(min_length=1)
    third_party_conclusions: bool
    third_party_article: Text


class NoticeRule(Clause):
    """The notice (抽查告知书): when it is handed over, whether it may come before the visit, and what it says.

    `file_within_working_days`: by when a visit that began without code and notice number, on the certificate alone, is
    entered afterwards (补录), counted from the day of the visit.
    """

    served: NoticeTime
    advance: AdvanceNotice
    show_certificate: bool
    file_within_working_days: int = Field(ge=1, le=250)
    filing_article: Text
    text: Bilingual

    @model_validator(mode="after")
    def _in_advance_only_where_allowed(self) -> "NoticeRule":
        if self.served is NoticeTime.IN_ADVANCE and self.advance is not AdvanceNotice.ALLOWED:
            raise wrong("notice_in_advance")
        return self


class RecordRule(Clause):
    """The record of the visit and its confirmation by the object."""

    signers: tuple[Signer, ...] = Field(min_length=1)
    seal_accepted: bool
    refusal_note_required: bool
    refusal_inspector_signatures: int = Field(ge=1, le=50)
    witness: Literal["required", "when_necessary", "never"]


class ResultClass(Named):
    """A class of results of the document, and the outcome codes of ours that fall into it."""

    outcomes: tuple[Name, ...] = Field(min_length=1)


class ResultRule(Clause):
    """The document's own classes of results; none: the national codes are used as they are."""

    classes: tuple[ResultClass, ...]

    @model_validator(mode="after")
    def _each_outcome_once(self) -> "ResultRule":
        refuse_repeats("class", [one.code for one in self.classes])
        refuse_repeats("outcome", [outcome for one in self.classes for outcome in one.outcomes])
        return self

    def of(self, outcome: str) -> ResultClass | None:
        """The class an outcome falls into; None where the document has none for it."""
        return next((one for one in self.classes if outcome in one.outcomes), None)


class ReferralRule(Clause):
    """Where a case may be referred, and by when its receiver ought to say that it came; None: no day is set."""

    kinds: tuple[ReferralKind, ...]
    acknowledge_within_working_days: int | None = Field(default=None, ge=1, le=250)


class LegalReviewRule(Clause):
    """重大执法决定法制审核: which results the legal office must agree to before they are published.

    A result is one of them by one of its codes, by a measure that follows it, or once it is referred in one of these
    ways. All three are empty where the document asks for no such review.
    """

    outcomes: tuple[Name, ...]
    follow_ups: tuple[Name, ...]
    referrals: tuple[ReferralKind, ...]
