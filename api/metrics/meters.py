"""What this process counts of its own work, for whoever scrapes it. No label holds an id or anything of a person,
and each has a closed list of values: the routes that there are, verdicts, names of jobs.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics
from prometheus_client import gc_collector as garbage
from prometheus_client import process_collector as process

from api.metrics import catalogue as m
from api.metrics.catalogue import Metric
from api.throttle import RateClass
from inspection.kernel.settings import Settings
from inspection.kernel.signals import Counted, Stretch
from inspection.publicity.channels.rules import DeliveryState
from mobile_contract.push import Verdict

METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OTHER: Final = "other"
_CLASS: Final = 100
_LEAST, _MOST = 100, 599

_COUNTERS: Final[Mapping[Counted, Metric]] = {
    Counted.ENTRY: m.ENTRIES,
    Counted.RECEIPT: m.RECEIPTS,
    Counted.PULLED: m.PULLED,
    Counted.UPLOAD: m.UPLOADS,
    Counted.UPLOADED: m.UPLOADED,
    Counted.JOB: m.JOBS,
    Counted.DELIVERY: m.DELIVERIES,
    Counted.SIGN_IN: m.SIGN_INS,
    Counted.RATE_REFUSAL: m.RATE_REFUSALS,
    Counted.SLOW_REQUEST: m.SLOW,
    Counted.REPEAT: m.REPEATS,
}
_KINDS: Final[Mapping[Counted, tuple[str, ...]]] = {
    Counted.ENTRY: tuple(Verdict),
    Counted.UPLOAD: ("completed", "refused"),
    Counted.JOB: ("done", "failed", "given_up"),
    Counted.DELIVERY: (DeliveryState.DELIVERED, DeliveryState.WAITING, DeliveryState.DEAD),
    Counted.SIGN_IN: ("done", "refused", "locked"),
    Counted.RATE_REFUSAL: tuple(RateClass),
}
"""The kinds of each, told as 0 from the start: what appears with its first event is a rise that nobody sees."""
_STATUSES: Final = (200, 429, 500, 503)
_TIMERS: Final[Mapping[Stretch, Metric]] = {
    Stretch.UNIT: m.UNITS,
    Stretch.ADMIT: m.ADMITTED,
    Stretch.JOB: m.JOB_TIMES,
    Stretch.OBJECT_STORE: m.OBJECT_STORE,
    Stretch.RENDER: m.RENDERED,
}

# When a meter was made says nothing that the start of the process does not, and doubles what is scraped.
disable_created_metrics()  # type: ignore[no-untyped-call]


class Meters:
    """The meters of one process, and the registry they are scraped from; a `Listener` (`inspection.kernel.signals`)."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        process.ProcessCollector(registry=self.registry)
        garbage.GCCollector(registry=self.registry)
        self.in_flight = Gauge(m.IN_FLIGHT.name, m.IN_FLIGHT.told, registry=self.registry)
        self._requests = _histogram(m.REQUESTS, self.registry)
        self._answers = _counter(m.ANSWERS, self.registry)
        for status in _STATUSES:
            self._answers.labels(str(status))
        self._counters = {what: _counter(metric, self.registry) for what, metric in _COUNTERS.items()}
        self._timers = {what: _histogram(metric, self.registry) for what, metric in _TIMERS.items()}
        # Finding a meter by its labels costs more than moving it.
        self._counted: dict[tuple[Counted, str], Counter] = {
            (what, str(kind)): counter.labels(str(kind)) if kind else counter
            for what, counter in self._counters.items()
            for kind in _KINDS.get(what, ("",))
        }
        self._timed: dict[tuple[Stretch, str], Histogram] = {}
        self._told: dict[tuple[str, str, int], tuple[Histogram, Counter]] = {}

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        """A request was answered. `route`: its template, `-` if none matched; `status` 0: the caller was gone first."""
        key = (route, method if method in METHODS else OTHER, status if _LEAST <= status <= _MOST else 0)
        found = self._told.get(key)
        if found is None:
            told = f"{key[2] // _CLASS}xx" if key[2] else "none"
            found = self._requests.labels(key[0], key[1], told), self._answers.labels(str(key[2]))
            self._told[key] = found
        found[0].observe(seconds)
        found[1].inc()

    def counted(self, what: Counted, kind: str, amount: float) -> None:
        found = self._counted.get((what, kind))
        if found is None:  # of no kind that is known: it must not be lost, and must not make a line of its own
            found = self._counters[what].labels(OTHER)
        found.inc(amount)

    @contextmanager
    def watching(self, what: Stretch, kind: str) -> Iterator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            found = self._timed.get((what, kind))
            if found is None:
                timer = self._timers[what]
                found = self._timed[what, kind] = timer.labels(kind) if _TIMERS[what].labels else timer
            found.observe(time.perf_counter() - started)


def meters_of(settings: Settings) -> Meters | None:
    """The meters of a process of these settings; None: nobody scrapes it, and nothing is counted."""
    return Meters() if settings.metrics_port else None


def _counter(metric: Metric, registry: CollectorRegistry) -> Counter:
    return Counter(metric.name, metric.told, metric.labels, registry=registry)


def _histogram(metric: Metric, registry: CollectorRegistry) -> Histogram:
    return Histogram(metric.name, metric.told, metric.labels, buckets=metric.buckets, registry=registry)
