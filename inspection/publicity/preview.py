"""What would go out of a publication as it stands: what an approver looks at, and the digest that says so."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from inspection.kernel.canonical import JSON, digest_of
from inspection.publicity.content import content_of
from inspection.publicity.release import Ground, Standing
from inspection.publicity.store import WaitingRow


@dataclass(frozen=True, slots=True)
class Preview:
    """`document`: every public field as it would be told, or None where a fact that is always told is missing."""

    publication: UUID
    standing: Standing
    withheld: Ground | None
    document: Mapping[str, Any] | None

    @property
    def told(self) -> JSON:
        return {
            "publication": str(self.publication),
            "withheld": self.withheld.value if self.withheld else None,
            "document": dict(self.document) if self.document is not None else None,
        }


async def preview_of(row: WaitingRow) -> Preview:
    """The document without its number and its days: those it only gets when it goes out."""
    try:
        content = await content_of(row.id, row.outcome, row.penalty)
    except ValueError:
        document = None
    else:
        document = json.loads(content.write("", 0, None, date.min))
        for name in ("number", "version", "replaces", "publishedOn"):
            del document[name]
    held = row.withholding.ground if row.withholding is not None else None
    return Preview(row.id, row.standing, held, document)


def seen_of(previews: Sequence[Preview]) -> str:
    """The digest (hex) of what was on the screen: another one, as soon as anything else would go out."""
    return digest_of([preview.told for preview in previews])
