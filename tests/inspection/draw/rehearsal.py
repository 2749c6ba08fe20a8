"""A whole ceremony in memory, without a database: what the verifier reads, made from the pure parts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from uuid import UUID

from inspection.draw.ceremony import (
    CellRecord,
    Ceremony,
    ContributionRecord,
    DrawState,
    MatchRecord,
    ObjectProof,
    VoidReason,
    VoidRecord,
)
from inspection.draw.frozen.parameters import Occasion, Subject, parameters, samples, sizes
from inspection.draw.lot import entropy, quota, ticket
from inspection.draw.lot.build import build_frame
from inspection.draw.lot.digest import Hash, hash_named
from inspection.draw.lot.entropy import ContributionKind, Contributor, Revealed
from inspection.draw.lot.frame import Candidate, Exclusion, Frame, Place, fingerprint, frame_root, manifest
from inspection.draw.lot.proof import prove, prove_undrawn, result_paths, row_opening, shown
from inspection.draw.lot.strata import Rule, Size, StrataBy, StrataRule
from inspection.draw.lot.ticket import Selection
from inspection.draw.teams import roster
from inspection.draw.teams.roster import Past, Relation, Roster, RosterRow, build_roster
from inspection.draw.teams.rules import MatchRules, Seat
from inspection.draw.teams.staffing import Staffing, match_root, staff
from inspection.draw.terms import TaskTerms, Terms, allowed_cells
from inspection.draw.told.disclosure import public_files, secret_files
from inspection.kernel.canonical import JSON, canonical_json
from inspection.kernel.command import Actor, Command, Role
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.journal import EventKind, JournalEntry
from inspection.kernel.journal.chain import GENESIS, chained

DRAW = UUID(int=1)
TASK = UUID(int=2)
RULES, RULES_DIGEST = "rules.2019", "5e" * 32
START = datetime(2026, 3, 2, 1, tzinfo=UTC)
DICE = b"31415926535897932384"
NONCE = b"n" * 16
PLAIN = Terms()
VOID = VoidRecord(1, VoidReason.SYSTEM_FAULT, START - timedelta(days=1), b"v" * 32)


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Everything about one ceremony, secrets included."""

    h: Hash
    secret: bytes
    frame: Frame
    roster: Roster
    terms: Terms
    selection: Selection
    staffing: Staffing
    ceremony: Ceremony
    events: tuple[JournalEntry, ...]

    def proof(self, number: int) -> ObjectProof:
        """The opening of the drawn ticket with this number."""
        drawn = self.selection.drawn[number]
        row = row_opening(self.h, self.secret, self.frame, drawn.index)
        result = result_paths(self.h, self.ceremony.tickets)[number]
        return prove(self.ceremony, shown(self.h, self.secret, drawn), row, result)

    def proof_of_row(self, index: int, task: int = 0) -> ObjectProof:
        """The opening of a row that was not drawn for this task."""
        return prove_undrawn(self.h, self.ceremony, row_opening(self.h, self.secret, self.frame, index), task)

    def public(self, opened: int = 0) -> dict[str, bytes]:
        files = public_files(self.ceremony, [self.proof(n) for n in range(opened)], self.events)
        return {"changes.json": b"[]", **files}

    def full(self, opened: int = 0) -> dict[str, bytes]:
        teams = [
            (door.value, [(one.inspector, one.how.value) for one in self.staffing.team(n)])
            for n, door in enumerate(self.staffing.doors)
        ]
        lists = [roster.listing(rows) for rows in (self.roster.rows, self.roster.relations, self.roster.history)]
        files = secret_files(self.secret, manifest(self.frame), (lists[0], lists[1], lists[2]), teams)
        return self.public(opened) | {"changes-secret.json": b"[]", **files}


def directory(n: int, terms: Terms = PLAIN) -> tuple[list[Candidate], list[tuple[str, ...]]]:
    """`n` objects with grades A to D in two areas; every ninth is at its cap, every eleventh closed; a second task
    takes every second object only, a third every third one. And the names of the strata of every task.
    """
    found = []
    names = [sorted({_stratum(i, one.strata) for i in range(n)} or {""}) for one in terms.tasks]
    for i in range(n):
        visits = 2 if i % 9 == 8 else 0
        code = Exclusion.CAP if visits == 2 else Exclusion.CLOSED if i % 11 == 10 else Exclusion.NONE
        told = {"object": str(UUID(int=10**6 + i)), "grade": grade(i), "area": area(i), "visits": visits}
        places = tuple(
            Place(
                code if i % (task + 1) == 0 else Exclusion.SCOPE,
                names[task].index(_stratum(i, one.strata)),
                terms.weight(grade(i)),
            )
            for task, one in enumerate(terms.tasks)
        )
        found.append(Candidate(f"91371000{i:010d}", places, canonical_json({**told, "exemption": None})))
    return found, [tuple(own) for own in names]


def grade(i: int) -> str:
    return "ABCD"[i % 4]


def area(i: int) -> str:
    return "东区" if i % 3 else "西区"


def _stratum(i: int, rule: StrataRule) -> str:
    if rule.rule is Rule.WHOLE:
        return ""
    return grade(i) if rule.by is StrataBy.GRADE else area(i)


def people(n: int, codes: list[str]) -> Roster:
    """`n` inspectors, every second a leader; the last has no valid certificate, the first may not go to the first three
    objects; the second and third went to the fourth object and the fifth.
    """
    rows = [RosterRow(name(i), "一科", i < n - 1, ("商务执法",), leader=i % 2 == 0) for i in range(n)]
    ties = [Relation(name(0), oid, "declared") for oid in codes[:3]]
    return build_roster(rows, ties, [Past(oid, (name(1), name(2)), 1) for oid in codes[3:5]] if n > 3 else ())


def name(i: int) -> str:
    return str(UUID(int=500 + i))


def one_task(ratio: Fraction = Fraction(1, 10), hash_alg: str = "sha256", match: MatchRules | None = None) -> Terms:
    """One task with weights by grade."""
    rules = match or MatchRules(seats=(Seat(required=("商务执法",)),))
    weights = {"A": 1, "B": 2, "C": 3, "D": 4}
    return Terms((TaskTerms(Size(ratio), visit_cap=2),), rules, weights, hash_alg)


def rehearse(
    rows: int = 80,
    staff_count: int = 9,
    *,
    hash_alg: str = "sha256",
    ratio: Fraction = Fraction(1, 10),
    match: MatchRules | None = None,
    load_cap: int | None = None,
    voids: tuple[VoidRecord, ...] = (),
    key: bytes = bytes(range(32)),
    terms: Terms | None = None,
) -> Rehearsal:
    """A ceremony from freeze to seal; `terms` instead of hash, ratio and match, for several tasks, strata, batches."""
    terms = terms or one_task(ratio, hash_alg, match)
    h = hash_named(terms.hash_alg)
    listed, names = directory(rows, terms)
    frame = build_frame(h, key, listed, allowed_cells(terms, names))
    staff_list = people(staff_count, [row.oid for row in listed])
    subjects = [subject(task, own) for task, own in enumerate(names)]
    contributors, revealed = contributions(h)
    params = parameters(
        h,
        key,
        occasion=occasion(voids),
        subjects=subjects,
        terms=terms,
        frame=frame,
        roster=staff_list,
        contributors=contributors,
    )
    root = frame_root(h, frame)
    c = fingerprint(h, root, params)
    e = entropy.seed(h, c, revealed)
    shares = quota.quotas(h, e, frame.cells, sizes(samples(frame, terms, subjects)))
    selection = ticket.select(h, e, key, frame, shares, terms.batches)
    effective = terms.match if load_cap is None else replace(terms.match, max_load=load_cap)
    staffing = staff(h, e, key, ticket.doors(selection, frame.cells), staff_list, effective)
    places = sum(map(len, staffing.teams))
    ceremony = Ceremony(
        draw=DRAW,
        task=TASK,
        tasks=tuple(UUID(subject.task) for subject in subjects),
        sequence=len(voids) + 1,
        state=DrawState.SEALED,
        attempt=len(voids) + 1,
        hash_alg=terms.hash_alg,
        level=entropy.assurance(contributors),
        contributions=records(contributors, revealed),
        voids=voids,
        params=params,
        frame_root=root,
        frame_rows=frame.size,
        fingerprint=c,
        seed=e,
        cells=tuple(
            CellRecord(
                s.cell.number,
                s.cell.task,
                s.cell.stratum,
                s.cell.weight,
                s.cell.size,
                s.probability,
                s.quota,
                selection.thresholds[s.cell.number],
            )
            for s in shares
        ),
        tickets=tuple(shown(h, key, t) for t in selection.drawn),
        result_root=ticket.result_root(h, key, selection.drawn),
        match=MatchRecord(match_root(h, key, staffing), len(staffing.doors), places, effective.max_load, staffing.how),
        frozen_at=START,
        drawn_at=START,
        sealed_at=START,
    )
    return Rehearsal(h, key, frame, staff_list, terms, selection, staffing, ceremony, journal_of(ceremony))


def occasion(voids: Sequence[VoidRecord]) -> Occasion:
    """The attempt after these voids."""
    return Occasion(
        authority="authority",
        rule_set=RULES,
        rule_set_digest=RULES_DIGEST,
        sequence=len(voids) + 1,
        attempt=len(voids) + 1,
        previous_void=voids[-1].record if voids else None,
        snapshot_at=START,
    )


def subject(task: int, strata: tuple[str, ...]) -> Subject:
    """The task with this index."""
    return Subject(
        task=str(UUID(int=TASK.int + task)),
        task_number=f"抽查〔2026〕{task + 1}号",
        item=f"item {task}",
        item_name="成品油零售",
        mode="untargeted",
        window=(date(2026, 3, 1), date(2026, 5, 30)),
        condition="{}",
        strata=strata,
    )


def records(contributors: Sequence[Contributor], revealed: Sequence[Revealed]) -> tuple[ContributionRecord, ...]:
    """What was contributed, as it is published."""
    return tuple(
        ContributionRecord(
            k.kind,
            k.name,
            bytes.fromhex(k.commitment) if k.commitment else None,
            k.witnesses,
            r.value,
            r.nonce,
            START,
        )
        for k, r in zip(contributors, revealed, strict=True)
    )


def contributions(h: Hash) -> tuple[list[Contributor], list[Revealed]]:
    """The operator's and the supervisor's committed values, and dice before a witness."""
    oper = Contributor(ContributionKind.OPER, "经办人")
    supv = Contributor(ContributionKind.SUPV, "监察室")
    dice = Contributor(ContributionKind.DICE, "现场", None, ("公证员",))
    revealed = [
        Revealed(oper.label, b"o" * 32, NONCE),
        Revealed(supv.label, b"s" * 32, NONCE),
        Revealed(dice.label, DICE),
    ]
    fixed = [
        Contributor(c.kind, c.name, entropy.commitment(h, c.label, r.value, r.nonce).hex())
        for c, r in zip((oper, supv), revealed, strict=False)
    ]
    return [*fixed, dice], revealed


def journal_of(ceremony: Ceremony) -> tuple[JournalEntry, ...]:
    """The stream as the verbs write it, one minute apart."""
    hexed = {name: getattr(ceremony, name).hex() for name in ("fingerprint", "frame_root", "seed", "result_root")}
    match = ceremony.match.root.hex() if ceremony.match else ""
    told: list[tuple[str, EventKind, dict[str, JSON]]] = [
        ("operator", EventKind.DRAW_PLANNED, {"attempt": ceremony.attempt, "rule_set_digest": RULES_DIGEST}),
        ("approver", EventKind.DRAW_FROZEN, {k: hexed[k] for k in ("fingerprint", "frame_root")}),
        *(
            ("supervisor", EventKind.DRAW_CONTRIBUTED, {"name": c.name, "value": (c.value or b"").hex()})
            for c in ceremony.contributions
        ),
        ("supervisor", EventKind.DRAW_SEEDED, {"seed": hexed["seed"], "level": ceremony.level.value}),
        ("operator", EventKind.DRAW_EXECUTED, {"result_root": hexed["result_root"]}),
        ("operator", EventKind.DRAW_MATCHED, {"match_root": match}),
        ("approver", EventKind.DRAW_SEALED, {**hexed, "match_root": match}),
    ]
    entries: list[JournalEntry] = []
    for seq, (actor, kind, payload) in enumerate(told, start=1):
        cmd = Command(Actor(actor, actor, Role.PLANNER), START + timedelta(minutes=seq), SeededEntropy(seq)).under(
            RULES
        )
        prev = entries[-1].hash if entries else GENESIS
        entries.append(chained(cmd.event(kind, f"draw:{DRAW}", **payload), UUID(int=seq), seq, prev))
    return tuple(entries)
