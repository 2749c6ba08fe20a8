"""What a run ends with."""


class Violation(AssertionError):
    """An invariant does not hold."""


def demand(holds: object, invariant: str, *facts: object) -> None:
    """Raise the violation of an invariant unless it holds."""
    if not holds:
        raise Violation(f"{invariant}: {' '.join(map(str, facts))}")
