"""What a run ends with."""


class Violation(AssertionError):
    """An invariant does not hold."""
