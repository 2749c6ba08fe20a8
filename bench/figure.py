"""One measured figure: printed as one JSON line, collected by `python -m bench`."""

import json
import resource
import sys
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` in `unit`; `limit` is what the machine itself does (`limit_of` says what), measured in the same run."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    limit_of: str = ""
    target: str = ""

    def emit(self) -> None:
        """Print the line, with this process's peak memory."""
        row = {
            **asdict(self),
            "value": round(self.value, 3),
            "limit": None if self.limit is None else round(self.limit, 3),
            "ratio": round(self.value / self.limit, 3) if self.limit else None,
            "peak_mb": round(peak_mb(), 1),
        }
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
        sys.stdout.flush()


def peak_mb() -> float:
    """Peak resident memory of this process or of the largest of its finished children, MB (10^6 bytes)."""
    return max(peaks_mb())


def peaks_mb() -> tuple[float, float]:
    """The two apart: of this process, of the largest of its finished children."""
    own, children = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own * 1024 / 1e6, children * 1024 / 1e6
