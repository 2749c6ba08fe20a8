"""One inspection from its draw to its publication, with real signatures: what a dossier is sealed over."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from inspection.archive.sources import ClockFacts, DeviceFacts, LogProofs
from inspection.kernel.calendar import seed_calendar
from inspection.kernel.command import Actor, Command, Role
from inspection.kernel.unit_of_work import unit_of_work
from inspection.publicity.approve_publication import approve_publication
from inspection.publicity.publish import publish_due
from inspection.visits import store
from inspection.visits.entries.admit import VerifiedEntry, admit_entries
from inspection.visits.links.link import link_visits
from inspection.visits.listing import team_of
from inspection.visits.opening.assemble import assemble_visits
from inspection.visits.opening.name_leader import name_leader
from inspection.visits.opening.unseal import unseal_visit
from inspection.visits.reading import fold_visit, known_visit
from inspection.visits.review.approve import approve_visit
from mobile_contract.envelope import ParsedEntry, signed_bytes
from mobile_contract.push import Receipt, ReceiptEntry, Verdict
from mobile_contract.signed import Purpose, SignedText
from tests.inspection.archive.papers import KEY, PHOTO_DIGEST, SERVER
from tests.inspection.draw.office import Office, open_office, sealed
from tests.inspection.visits.tablet import FIRE, Tablet
from tests.inspection.visits.world import insert_checklist
from tests.support.kept import keeps


@dataclass
class Custody:
    """Receipts and keys in memory, as the protocol keeps them."""

    given: Sequence[SignedText]
    torn: bool = False

    async def receipts(self, visit: UUID) -> Sequence[SignedText]:  # noqa: ARG002  all are of one visit
        return self.given

    async def public_keys(self, kids: Collection[str]) -> Mapping[str, Mapping[str, str]]:
        known = {KEY.kid: KEY.jwk.model_dump(), SERVER.kid: SERVER.public_jwk.model_dump()}
        return {kid: known[kid] for kid in kids if kid in known}

    async def devices(self, ids: Collection[UUID]) -> Sequence[DeviceFacts]:  # noqa: ARG002
        return []

    async def clocks(self, visit: UUID) -> Mapping[str, ClockFacts]:  # noqa: ARG002
        return {}

    async def log_proofs(self, entries: Collection[str]) -> LogProofs:
        return LogProofs(None, 0, {}, tuple(sorted(entries)), (), torn=self.torn)

    def sign(self, purpose: Purpose, text: str) -> SignedText:
        return SERVER.sign_text(purpose, text)


@dataclass
class Line:
    """An approved visit. `later` gives commands of the days after it."""

    office: Office
    visit: UUID
    custody: Custody

    def later(self, name: str, role: Role, days: int = 5) -> Command:
        return replace(self.office.by(name, role), now=self.office.cmd.now + timedelta(days=days))

    async def publish(self) -> None:
        """Approve the publication as another person, and let it out."""
        await approve_publication(self.later("分管负责人", Role.APPROVER), visit_id=self.visit, secrecy_reviewed=True)
        report = await publish_due(self.later("经办人", Role.PLANNER), through=date(2026, 12, 31))
        assert [done.visit for done in report.published] == [self.visit]


@keeps
async def approved_visit(cmd: Command, *, joined: bool = False) -> Line:
    """Draw one of twenty objects, visit it with two tablets and a photo, approve the record.

    `joined`: the second inspector works under the id of another visit of the object, which is made one with it.
    """
    await seed_calendar(cmd)
    office = await open_office(cmd, objects=20, ratio=(1, 20), checklist=FIRE.code)
    await insert_checklist(office.authority, FIRE)
    draw = (await sealed(office)).draw
    (visit,) = (await assemble_visits(office.operator, draw_id=draw)).created
    leader, second = await team_of(visit)
    await name_leader(office.by("科长", Role.SECTION_HEAD), visit_id=visit, inspector_id=leader)
    await unseal_visit(office.by("科长", Role.SECTION_HEAD), visit_id=visit)
    further = await twin(office, visit) if joined else visit
    entries = record((visit, further), leader, second, int(office.cmd.now.timestamp() * 1000))
    verified = [VerifiedEntry(one, one.header.dev, frozenset({one.header.ins}), revoked=False) for one in entries]
    admissions = await admit_entries(office.by("平板", Role.DEVICE), verified, UUID(int=0xCA))
    assert {admission.verdict for admission in admissions} <= {Verdict.ACCEPTED, Verdict.FLAGGED}
    here = frozenset({PHOTO_DIGEST})
    seen = (await fold_visit(await known_visit(visit), here)).digest
    by = replace(office.by("组长", Role.LEADER), actor=Actor(str(leader), "组长", Role.LEADER))
    await approve_visit(by, visit_id=visit, seen=seen, complete=here)
    return Line(office, visit, Custody([receipt(entries, by)]))


async def twin(office: Office, visit: UUID) -> UUID:
    """Another visit of the same object, one with the first."""
    cmd = office.by("科长", Role.SECTION_HEAD)
    further = replace(await known_visit(visit), id=cmd.new_id())
    async with unit_of_work():
        await store.add_visits([further])
    await link_visits(cmd, visit, further.id, "link")
    return further.id


def record(visits: tuple[UUID, UUID], leader: UUID, second: UUID, wall: int) -> list[ParsedEntry]:
    """What two inspectors write at one door, each under his visit's id, each entry signed by the tablet's key."""
    a, b = Tablet(leader, visit=visits[0], wall=wall), Tablet(second, visit=visits[1], wall=wall)
    for tablet in (a, b):
        for code in ("f1", "f2"):
            tablet.answer(code, "yes")
    a.answer("f3", "not_applicable")
    a.photo(PHOTO_DIGEST)
    a.sign(*a.entries)
    a.submit()
    b.submit()
    return [replace(one, kid=KEY.kid, sig=KEY.sign(signed_bytes(one.p))) for one in (*a.entries, *b.entries)]


def receipt(entries: Sequence[ParsedEntry], cmd: Command) -> SignedText:
    """The server's word that it has them."""
    told = Receipt(
        id=UUID(int=1),
        history=UUID(int=2),
        carrier=UUID(int=0xCA),
        received_at=cmd.now,
        entries=tuple(ReceiptEntry(hash=one.text_hash, verdict=Verdict.ACCEPTED) for one in entries),
        logs=(),
        feed=0,
    )
    return SERVER.sign_text(Purpose.RECEIPT, told.model_dump_json())
