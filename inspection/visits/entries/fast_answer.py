"""What an answer says, read at a quarter of the price: most entries are answers, and each is judged when it comes.

Whatever is read here is read by `AnswerSet` as well, with the same item and value (tested against it); whatever is not,
is asked of the model.
"""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from mobile_contract.base import b64url_pattern
from mobile_contract.entries import Basis

# `$` would let a newline pass behind the last character.
_Salt = Annotated[str, Meta(pattern=b64url_pattern(16).replace("$", r"\Z"))]
_Media = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]


class Answer(msgspec.Struct, forbid_unknown_fields=True, gc=False, kw_only=True):
    """`AnswerSet` once more."""

    salt: _Salt
    item: Annotated[str, Meta(min_length=1, max_length=100)]
    value: Annotated[str, Meta(min_length=1, max_length=2_000)]
    comment: Annotated[str, Meta(max_length=10_000)] | None = None
    basis: Basis = Basis.SEEN
    media: Annotated[tuple[_Media, ...], Meta(max_length=50)] = ()


_ANSWERS: Final = msgspec.json.Decoder(Answer)


def fast_answer(b: bytes | None) -> Answer | None:
    """The answer of a body that was read strictly before; None when the model has to be asked."""
    if b is None or b"\\u" in b:
        return None
    try:
        return _ANSWERS.decode(b)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
