"""Errors of the domain. Each carries a closed problem code, a message key and the facts a client needs to recover."""

from inspection.kernel.canonical import JSON
from mobile_contract.problems import ProblemCode


class DomainError(Exception):
    """A refusal that its caller can understand and act on; never an incident.

    `message_key` names a text in the room's catalogue; `facts` are JSON values, told to the client as they are.
    """

    def __init__(self, code: ProblemCode, message_key: str, /, **facts: JSON) -> None:
        super().__init__(f"{code}: {message_key} {facts}" if facts else f"{code}: {message_key}")
        self.code = code
        self.message_key = message_key
        self.facts = facts


class NotFound(DomainError):
    """The thing named does not exist, or not for this actor."""


class Conflict(DomainError):
    """The thing is not in a state that allows this now."""


class Refused(DomainError):
    """A rule forbids it to this actor or altogether."""


class Invalid(DomainError):
    """What was given cannot be understood or breaks a limit."""


class StaleScreen(DomainError):
    """The decision covers something older than what is there now. Read again, then decide."""
