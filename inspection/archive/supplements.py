"""What may come to a matter after its dossier was sealed, and then asks for a further volume."""

from typing import Final

from inspection.kernel.journal import EventKind

SUPPLEMENTS: Final = frozenset(
    {
        EventKind.ENTRIES_ADMITTED,
        EventKind.ENTRIES_READMITTED,
        EventKind.VISIT_DECIDED,
        EventKind.VISIT_APPROVED,
        EventKind.OUTCOME_CORRECTED,
        EventKind.LEGAL_REVIEWED,
        EventKind.PUBLICATION_AMENDED,
        EventKind.PUBLICATION_PUBLISHED,
        EventKind.PUBLICATION_CORRECTED,
        EventKind.PUBLICATION_WITHDRAWN,
        EventKind.PENALTY_ENTERED,
        EventKind.PENALTY_ANNULLED,
        EventKind.OBJECTION_RECEIVED,
        EventKind.OBJECTION_DECIDED,
        EventKind.OBJECTION_TOLD,
        EventKind.REFERRAL_MADE,
        EventKind.REFERRAL_RECEIVED,
        EventKind.REFERRAL_REFUSED,
        EventKind.REFERRAL_ANSWERED,
        EventKind.REFERRAL_CLOSED,
        EventKind.RECHECK_ORDERED,
        EventKind.RECHECK_SETTLED,
        EventKind.RECTIFICATION_RECEIVED,
        EventKind.RECTIFICATION_ACCEPTED,
        EventKind.CONCLUSION_ATTACHED,
        EventKind.CONCLUSION_WITHDRAWN,
    }
)
"""That a party opens its page, rates the visit or looks at a notice is no part of the matter."""
