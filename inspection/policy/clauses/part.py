"""What the parts of a rule-set have in common."""

from collections.abc import Sequence

from inspection.policy.terms import Bilingual, Name, Part


class Named(Part):
    """A thing a rule-set lists under a code: a channel, a reason, an office."""

    code: Name
    text: Bilingual


def refuse_repeats(what: str, codes: Sequence[str]) -> None:
    """Raises ValueError when two of a list bear one code."""
    if len(set(codes)) != len(codes):
        raise ValueError(f"{what} codes must be unique")
