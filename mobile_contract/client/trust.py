"""Which keys of the server a device trusts: those of its enrolment, and those that they named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pydantic import ValidationError

from mobile_contract.client.key import server_signed
from mobile_contract.enrol import thumbprint
from mobile_contract.keys import KeyStatement
from mobile_contract.signed import Purpose, ServerJwk, SignedText


def followed(trusted: Sequence[ServerJwk], statements: Iterable[SignedText]) -> tuple[ServerJwk, ...]:
    """The trusted keys and all to which a chain of statements leads from them (mobile_contract/keys.py).

    A statement by anybody else, or one that is none, leads nowhere.
    """
    known = {key.kid: key for key in trusted}
    for statement in statements:
        if not server_signed(tuple(known.values()), Purpose.SERVER_KEY, statement):
            continue
        try:
            following = KeyStatement.model_validate_json(statement.p).next
        except ValidationError:
            continue
        if following.kid == thumbprint(following):
            known.setdefault(following.kid, following)
    return tuple(known.values())
