"""What clauses ask of tasks, draws and results: who was drawn and who not, how soon the work began and ended."""

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Final

from api.simulation.year.rules import ACROSS, Rule, Seen, Unseen, lines_of
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.journal.kinds import JournalEntry


def visits_of(seen: Seen) -> Mapping[str, list[str]]:
    """The streams of the visits of each task."""
    found: dict[str, list[str]] = {}
    for line in seen.lines:
        if line.kind.value in {"visit.assembled", "visit.merged"}:
            found.setdefault(str(line.payload.get("task")), []).append(line.stream)
    return found


def _first_visit(seen: Seen, streams: list[str]) -> JournalEntry | None:
    return next(
        (line for line in seen.lines if line.kind.value == "visit.entries_admitted" and line.stream in streams), None
    )


def tasks_done(seen: Seen, days: int) -> list[JournalEntry]:
    """Every task is completed so many days after its first visit at the latest."""
    visits, found = visits_of(seen), list[JournalEntry]()
    for line in seen.of("task.completed"):
        first = _first_visit(seen, visits.get(line.stream.partition(":")[2], []))
        if first is None:
            continue
        if local_day(line.at) > local_day(first.at) + timedelta(days=days):
            raise Unseen(line.stream)
        found += [first, line]
    if not found:
        raise Unseen("task.completed after a visit")
    return found


def joint_start(seen: Seen, working_days: int) -> list[JournalEntry]:
    """The joint task's first visit is so many working days after its draw at the latest."""
    (preset,) = _presets(seen, "draw_mode", "cross-department")[:1]
    task = preset.stream.partition(":")[2]
    sealed = next((line for line in seen.of("draw.sealed") if task in str(line.payload)), None)
    first = _first_visit(seen, visits_of(seen).get(task, []))
    if sealed is None or first is None:
        raise Unseen("a joint draw and its visit")
    if local_day(first.at) > seen.calendar.add_working_days(local_day(sealed.at), working_days).day:
        raise Unseen(f"{local_day(sealed.at)} → {local_day(first.at)}")
    return [sealed, first]


def joint_task(seen: Seen) -> list[JournalEntry]:
    """A task across departments names who leads and who takes part, and its draw seats people of both."""
    presets = _presets(seen, "draw_mode", "cross-department")
    for line in presets:
        terms = _terms(line)
        if not terms.get("lead") or not terms.get("participants"):
            raise Unseen(line.stream)
    return presets


def joint_line(seen: Seen) -> list[JournalEntry]:
    """The year's plan has a line across departments, with who leads and who takes part."""
    drafted = seen.of("plan.drafted")[0]
    if not any(line["joint"] and line["lead"] and line["participants"] for line in lines_of(drafted).values()):
        raise Unseen("joint line")
    return [drafted]


def grades_of_plan(seen: Seen) -> list[JournalEntry]:
    """Some line of the plan has a ratio of its own for a credit grade, a worse grade never below a better one."""
    drafted = seen.of("plan.drafted")[0]
    grades = [line["grades"] for line in lines_of(drafted).values() if line["grades"]]
    if not grades:
        raise Unseen("grades")
    for told in grades:
        ratios = [_ratio(told[grade]) for grade in sorted(told)]
        if ratios != sorted(ratios):
            raise Unseen(str(told))
    return [drafted]


def _ratio(told: Any) -> Fraction:
    return Fraction(str(told["ratio"] if isinstance(told, Mapping) else told[0] if isinstance(told, list) else told))


def fewer_eligible(seen: Seen) -> list[JournalEntry]:
    """Of some draw not everybody of the directory was eligible: somebody else draws them, or they had their visits."""
    found = [line for line in seen.of("draw.frozen") if line.payload["directory"] != line.payload["eligible"]]
    if not found:
        raise Unseen("directory = eligible")
    return found


def witnessed(seen: Seen, least: int, names: list[str] | None = None) -> list[JournalEntry]:
    """Every draw had so many witnesses of the dice, these among them."""
    planned = seen.of("draw.planned")
    for line in planned:
        told: Any = line.payload["contributors"]
        there = [name for one in told for name in one["witnesses"]]
        if len(there) < least or not set(names or ()) <= set(there):
            raise Unseen(f"{line.stream}: {'、'.join(there)}")
    return planned


def emergency_after(seen: Seen) -> list[JournalEntry]:
    """An emergency's team was designated before its task was approved."""
    for line in _presets(seen, "kind", "emergency"):
        own = [one for one in seen.lines if one.stream == line.stream]
        order = [one.kind.value for one in own]
        if order.index("task.assigned") < order.index("task.approved"):
            return own
    raise Unseen("task.assigned before task.approved")


def classes_seen(seen: Seen) -> list[JournalEntry]:
    """Each class of results that the rule-set names was formed at least once."""
    approved = seen.of("visit.approved")
    codes = {code for line in approved for outcome in _outcomes(line) for code in outcome["codes"]}
    missing = [one.code for one in seen.rules.results.classes if not {str(code) for code in one.outcomes} & codes]
    if missing:
        raise Unseen(", ".join(missing))
    return approved


def delivered_to(seen: Seen, receivers: int) -> list[JournalEntry]:
    """Every published version arrived at so many receivers."""
    made = seen.of("publication.delivered")
    streams = {line.stream for line in made}
    if len(streams) < receivers:
        raise Unseen(f"{len(streams)} receivers")
    return made


def draws_held(seen: Seen, least: int, until: str) -> list[JournalEntry]:
    """At least so many draws were sealed by this day."""
    sealed = [line for line in seen.of("draw.sealed") if local_day(line.at) <= date.fromisoformat(until)]
    if len(sealed) < least:
        raise Unseen(f"{len(sealed)} draws")
    return sealed


def continued(seen: Seen, least: int) -> list[JournalEntry]:
    """In some draw the last team kept so many objects."""
    found = [line for line in seen.of("draw.matched") if _how(line, "continuity") >= least]
    if not found:
        raise Unseen("continuity")
    return found


def outcome(seen: Seen, code: str) -> list[JournalEntry]:
    """A result with this code was formed."""
    found = [line for line in seen.of("visit.approved") if any(code in one["codes"] for one in _outcomes(line))]
    if not found:
        raise Unseen(code)
    return found


def out_from(seen: Seen, day: str) -> list[JournalEntry]:
    """What was kept back until this day went out on it or later, and not before."""
    kept = [line for line in seen.of("publication.withheld") if line.payload.get("until") == day]
    out = [
        line
        for line in seen.of("publication.published")
        if line.payload["publication"] in {one.payload["publication"] for one in kept}
    ]
    if not out or local_day(out[0].at) < date.fromisoformat(day):
        raise Unseen(f"publication from {day}")
    return kept + out


def report_until(seen: Seen, period: str, last: str) -> list[JournalEntry]:
    """The report of a period was approved on this day (ISO) at the latest, and handed over."""
    drafted = [line for line in seen.of("report.drafted") if line.payload.get("period") == period]
    streams = {line.stream for line in drafted}
    later = [line for kind in ("report.approved", "report.filed") for line in seen.of(kind) if line.stream in streams]
    if not later or local_day(later[0].at) > date.fromisoformat(last):
        raise Unseen(f"report {period} until {last}")
    return [*drafted, *later]


def referred(seen: Seen, kinds: list[str]) -> list[JournalEntry]:
    """Cases of each of these kinds were referred, received and closed."""
    made = seen.of("referral.made")
    if missing := sorted(set(kinds) - {str(line.payload.get("kind")) for line in made}):
        raise Unseen(", ".join(missing))
    return [*made, *seen.of("referral.received"), *seen.of("referral.closed")]


def _how(line: JournalEntry, name: str) -> int:
    told: Any = line.payload["how"]
    return int(told[name])


def _presets(seen: Seen, name: str, value: str) -> list[JournalEntry]:
    found = [line for line in seen.of("task.preset") if _terms(line).get(name) == value]
    if not found:
        raise Unseen(f"task.preset {name}={value}")
    return found


def _terms(line: JournalEntry) -> Mapping[str, Any]:
    told: Any = line.payload["terms"]
    return dict(told)


def _outcomes(line: JournalEntry) -> list[Mapping[str, Any]]:
    told: Any = line.payload["outcomes"]
    return list(told)


OF_TASKS: Final[tuple[Rule, ...]] = (
    tasks_done,
    joint_start,
    joint_task,
    joint_line,
    grades_of_plan,
    fewer_eligible,
    witnessed,
    emergency_after,
    classes_seen,
    delivered_to,
    draws_held,
    continued,
    outcome,
    out_from,
    report_until,
    referred,
)
RULES: Final[Mapping[str, Rule]] = {rule.__name__: rule for rule in (*ACROSS, *OF_TASKS)}
