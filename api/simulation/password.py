"""The password of invented people; the doctor looks for it where people are real."""

from typing import Final

PASSWORD: Final = "simulated-people-only"  # noqa: S105  of invented people in a trial database
