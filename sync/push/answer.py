"""The answer to a push, written as text. Pure.

Every entry stands in it twice, as a verdict and in the receipt; as models they cost more than everything else that is
done with an entry outside the database. What is written here is what the models would write (tested against them).
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from uuid import UUID

from mobile_contract.push import Receipt
from mobile_contract.signed import SignedText
from sync.push.outcomes import Told

_NO_ENTRIES = '"entries":[]'


def receipt_text(bare: Receipt, taken: Iterable[Told]) -> str:
    """The text of a receipt: `bare` has everything but the entries."""
    entries = ",".join(
        f'{{"hash":"{one.hash}","verdict":"{one.verdict.value}","visit":{_uuid(one.visit)},"vseq":{_number(one.vseq)}}}'
        for one in taken
    )
    return bare.model_dump_json().replace(_NO_ENTRIES, f'"entries":[{entries}]', 1)


def answer_text(told: Sequence[Told], truncated: bool, receipt: SignedText, anchor: SignedText) -> bytes:
    """A `PushAnswer` as JSON; `told` in the order of the lines."""
    verdicts = ",".join(map(_verdict, told))
    return (
        f'{{"verdicts":[{verdicts}],"truncated":{"true" if truncated else "false"},'
        f'"receipt":{receipt.model_dump_json()},"anchor":{anchor.model_dump_json()}}}'
    ).encode()


def _verdict(one: Told) -> str:
    hash_ = "null" if one.hash is None else f'"{one.hash}"'
    reasons = ",".join(f'"{reason.value}"' for reason in one.reasons) if one.reasons else ""
    return (
        f'{{"line":{one.number},"hash":{hash_},"verdict":"{one.verdict.value}","reasons":[{reasons}],'
        f'"visit":{_uuid(one.visit)},"vseq":{_number(one.vseq)}}}'
    )


@lru_cache(maxsize=256)
def _uuid(value: UUID | None) -> str:
    return "null" if value is None else f'"{value}"'


def _number(value: int | None) -> str:
    return "null" if value is None else str(value)
