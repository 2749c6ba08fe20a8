"""A whole ceremony in memory, without a database: what the verifier reads, made from the pure parts."""

from dataclasses import dataclass
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
from inspection.draw.disclosure import public_files, secret_files
from inspection.draw.lot import entropy, merkle, quota, ticket
from inspection.draw.lot.digest import Hash, hash_named
from inspection.draw.lot.entropy import ContributionKind, Contributor, Revealed
from inspection.draw.lot.frame import (
    Candidate,
    Exclusion,
    Frame,
    build_frame,
    fingerprint,
    frame_root,
    manifest,
)
from inspection.draw.lot.proof import prove, shown
from inspection.draw.lot.ticket import Selection
from inspection.draw.teams import roster
from inspection.draw.teams.roster import Relation, Roster, RosterRow, build_roster
from inspection.draw.teams.staffing import MatchRules, Staffing, match_root, staff
from inspection.draw.terms import Subject, Terms, parameters, sample_of
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
VOID = VoidRecord(1, VoidReason.SYSTEM_FAULT, START - timedelta(days=1), b"v" * 32)


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Everything about one ceremony, secrets included."""

    h: Hash
    secret: bytes
    frame: Frame
    roster: Roster
    selection: Selection
    staffing: Staffing
    ceremony: Ceremony
    events: tuple[JournalEntry, ...]

    def proof(self, number: int) -> ObjectProof:
        """The opening of the drawn ticket with this number."""
        drawn = self.selection.drawn[number]
        return prove(self.h, self.secret, self.frame, self.ceremony, shown(self.h, self.secret, drawn), drawn.index)

    def public(self, opened: int = 0) -> dict[str, bytes]:
        return public_files(self.ceremony, [self.proof(n) for n in range(opened)], self.events)

    def full(self, opened: int = 0) -> dict[str, bytes]:
        teams = [(t.value, self.staffing.team(n)) for n, t in enumerate(self.staffing.doors)]
        return self.public(opened) | secret_files(
            self.secret,
            manifest(self.frame),
            roster.listing(self.roster.rows),
            roster.listing(self.roster.relations),
            teams,
        )


def directory(n: int) -> list[Candidate]:
    """`n` objects with grades A to D; every ninth is at its cap, every eleventh closed."""
    rows = []
    for i in range(n):
        grade = "ABCD"[i % 4]
        visits, exemption = (2 if i % 9 == 8 else 0), None
        code = Exclusion.CAP if visits == 2 else Exclusion.CLOSED if i % 11 == 10 else Exclusion.NONE
        attrs = canonical_json(
            {"object": str(UUID(int=10**6 + i)), "grade": grade, "visits": visits, "exemption": exemption}
        )
        rows.append(Candidate(f"91371000{i:010d}", code, 0, "ABCD".index(grade) + 1, attrs))
    return rows


def people(n: int, directory_: list[Candidate]) -> Roster:
    """`n` inspectors; the last has no valid certificate, the first may not go to the first three objects."""
    rows = [RosterRow(str(UUID(int=500 + i)), "一科", i < n - 1, ("商务执法",)) for i in range(n)]
    return build_roster(rows, [Relation(str(UUID(int=500)), row.oid, "declared") for row in directory_[:3]])


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
) -> Rehearsal:
    h = hash_named(hash_alg)
    listed = directory(rows)
    frame, staff_list = build_frame(h, key, listed), people(staff_count, listed)
    rules = match or MatchRules(required=("商务执法",))
    terms = Terms(ratio, rules, {"A": 1, "B": 2, "C": 3, "D": 4}, 2, hash_alg)
    contributors, revealed = contributions(h)
    params = parameters(
        h,
        key,
        subject=Subject(
            "authority",
            str(TASK),
            "抽查〔2026〕1号",
            "item",
            "成品油零售",
            RULES,
            RULES_DIGEST,
            (date(2026, 3, 1), date(2026, 5, 30)),
            "",
        ),
        terms=terms,
        frame=frame,
        roster=staff_list,
        contributors=contributors,
        snapshot_at=START,
        attempt=len(voids) + 1,
        previous_void=voids[-1].record if voids else None,
    )
    root = frame_root(h, key, frame)
    c = fingerprint(h, root, params)
    e = entropy.seed(h, c, revealed)
    shares = quota.quotas(h, e, frame.cells, {0: sample_of(frame, ratio).size})
    selection = ticket.select(h, e, key, frame, shares)
    effective = rules if load_cap is None else MatchRules(**{**_fields(rules), "max_load": load_cap})
    staffing = staff(h, e, key, selection.drawn, staff_list, effective)
    ceremony = Ceremony(
        draw=DRAW,
        task=TASK,
        state=DrawState.SEALED,
        attempt=len(voids) + 1,
        hash_alg=hash_alg,
        level=entropy.assurance(contributors),
        contributions=tuple(
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
        ),
        voids=voids,
        params=params,
        frame_root=root,
        frame_rows=frame.size,
        fingerprint=c,
        seed=e,
        cells=tuple(
            CellRecord(
                s.cell.number,
                0,
                s.cell.weight,
                s.cell.size,
                s.probability,
                s.quota,
                selection.thresholds[s.cell.number],
            )
            for s in shares
        ),
        tickets=tuple(shown(h, key, t) for t in selection.drawn),
        result_root=merkle.root(h, ticket.result_leaves(h, key, selection.drawn)),
        match=MatchRecord(
            match_root(h, key, staffing), len(staffing.doors), sum(map(len, staffing.seating.teams)), effective.max_load
        ),
        frozen_at=START,
        drawn_at=START,
        sealed_at=START,
    )
    return Rehearsal(h, key, frame, staff_list, selection, staffing, ceremony, journal_of(ceremony))


def _fields(rules: MatchRules) -> dict[str, object]:
    return {name: getattr(rules, name) for name in MatchRules.__slots__}


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
