"""The chain of custody of a visit on both engines: each act once, whoever notes it and however often."""

import asyncio
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import pytest

from inspection.archive.custody.acts import Act
from inspection.archive.custody.due import due_of_line, note_custody
from inspection.archive.custody.job import JOB, custody_job
from inspection.archive.custody.note import note_act, note_viewed
from inspection.archive.custody.read import read_custody
from inspection.archive.custody.telling import Names, Noting, sentence
from inspection.archive.sources import UploadFacts
from inspection.kernel.catalogue import LANGUAGES
from inspection.kernel.clock import FixedClock
from inspection.kernel.command import Role
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.errors import NotFound
from inspection.kernel.journal import EventKind, append, read, verify
from inspection.kernel.unit_of_work import in_unit, unit_of_work
from inspection.kernel.work.routes import JOB_DELAYS, JOB_ROUTES
from inspection.kernel.work.store import given_up
from inspection.kernel.work.worker import Worker
from inspection.visits.links.link import link_visits
from mobile_contract.signed import Purpose
from tests.inspection.archive.line import Custody
from tests.inspection.archive.papers import SERVER, Shelf
from tests.inspection.visits.world import START, World

PHOTO, OTHER = "a" * 64, "b" * 64
CUSTODY = Custody(())


@dataclass
class Files(Shelf):
    """A store that knows its uploads."""

    begun: list[UploadFacts] = field(default_factory=list)

    async def claimed_digests(self, authority: UUID, digests: Collection[str]) -> frozenset[str]:  # noqa: ARG002
        return frozenset(digests)

    async def uploads(self, authority: UUID, digests: Collection[str]) -> Sequence[UploadFacts]:  # noqa: ARG002
        return [one for one in self.begun if one.digest in digests]


async def told(visit: UUID) -> list[tuple[str, str | None]]:
    """The acts of a chain, with the file they are about."""
    lines = await read(f"custody:{visit}")
    assert (await verify(f"custody:{visit}")).ok
    return [(str(line.payload["act"]), line.payload.get("digest")) for line in lines]  # type: ignore[misc]


async def stored(world: World, digest: str, kind: EventKind = EventKind.BLOB_STORED) -> None:
    """What the store writes down of a file."""
    cmd = world.cmd(Role.DEVICE)
    await in_unit(append, cmd.event(kind, f"media:{digest}", digest=digest, length=3, mime="image/jpeg"))


async def photographed(world: World, digest: str = PHOTO) -> UUID:
    """A visit with a photo in its record."""
    visit = await world.open_visit()
    tablet = world.tablet(0, visit)
    tablet.photo(digest)
    await world.push(*tablet.entries)
    return visit


async def work(world: World) -> None:
    """What the worker does of custody, when it is due."""
    others = {name for names in JOB_ROUTES.values() for name in names} - {JOB}

    async def nothing(*_: object) -> None:
        """Other rooms' work is not looked at here."""

    clock = FixedClock(world.now + JOB_DELAYS[JOB])
    handlers = {JOB: custody_job(Files()), **dict.fromkeys(others, nothing)}
    await Worker(handlers, clock, SeededEntropy("custody")).drain()
    assert await given_up() == []


async def test_an_act_of_a_request_is_noted_once(world: World) -> None:
    visit = await world.open_visit()
    for source, new in (("one", True), ("one", False), ("two", True)):
        cmd = world.cmd(Role.LEGAL)
        done = await in_unit(note_act, cmd, visit=visit, act="redacted", digest=PHOTO, source=source, copy=OTHER)
        assert done is new
    assert await told(visit) == [("redacted", PHOTO), ("redacted", PHOTO)]
    with pytest.raises(ValueError, match="burnt"):
        await in_unit(note_act, world.cmd(), visit=visit, act="burnt", source="x")


async def test_an_original_is_viewed_once_a_person_and_local_day(world: World) -> None:
    visit = await world.open_visit()
    for actor in ("anne", "anne", "bo"):
        await note_viewed(world.cmd(Role.LEADER, actor), visit=visit, digest=PHOTO)
    world.now += timedelta(days=1)
    await note_viewed(world.cmd(Role.LEADER, "anne"), visit=visit, digest=PHOTO)
    await note_viewed(world.cmd(Role.LEADER, "anne"), visit=visit, digest=OTHER)
    assert await told(visit) == [("viewed", PHOTO)] * 3 + [("viewed", OTHER)]


async def test_what_fails_notes_nothing(world: World) -> None:
    visit = await world.open_visit()
    with pytest.raises(RuntimeError, match="no"):
        async with unit_of_work():
            await note_act(world.cmd(), visit=visit, act=Act.VIEWED, source="x")
            raise RuntimeError("no")
    assert await told(visit) == []
    assert await in_unit(note_act, world.cmd(), visit=visit, act=Act.VIEWED, source="x")


async def test_record_and_journal_are_noted_once_however_often_it_is_asked(world: World) -> None:
    visit = await photographed(world)
    first = await note_custody(world.cmd(), visit_id=visit, files=Files())
    assert [(one.act, one.digest) for one in first] == [(Act.CAPTURED, PHOTO), (Act.RECEIVED, None)]
    await stored(world, PHOTO)
    await stored(world, OTHER)
    more = await note_custody(world.cmd(), visit_id=visit, files=Files())
    assert [(one.act, one.digest) for one in more] == [(Act.RECEIVED, PHOTO), (Act.VERIFIED, PHOTO)]
    assert await note_custody(world.cmd(), visit_id=visit, files=Files()) == []
    assert len(await told(visit)) == 4


async def test_an_upload_that_was_rejected_is_found_by_what_it_claimed_to_be(world: World) -> None:
    visit = await photographed(world)
    upload = UploadFacts(UUID(int=9), "device", PHOTO, 3, "rejected", world.now, world.now)
    cmd = world.cmd(Role.DEVICE)
    await in_unit(append, cmd.event(EventKind.UPLOAD_REJECTED, f"upload:{upload.id}", declared=PHOTO, found=OTHER))
    await note_custody(world.cmd(), visit_id=visit, files=Files(begun=[upload]))
    assert ("mismatched", PHOTO) in await told(visit)


async def test_the_chain_follows_what_happens_in_the_background(world: World) -> None:
    visit, stranger = await photographed(world), await photographed(world, OTHER)
    await stored(world, PHOTO)
    await work(world)
    assert await told(visit) == [
        ("captured", PHOTO),
        ("received", None),
        ("received", PHOTO),
        ("verified", PHOTO),
    ]
    await stored(world, PHOTO, EventKind.BLOB_DAMAGED)
    await work(world)
    assert (await told(visit))[-1] == ("lost", PHOTO)
    assert await told(stranger) == [("captured", OTHER), ("received", None)]


async def test_a_file_that_comes_before_its_entry_is_noted_when_the_entry_comes(world: World) -> None:
    await stored(world, PHOTO)
    await work(world)
    visit = await photographed(world)
    await work(world)
    assert ("verified", PHOTO) in await told(visit)


async def test_each_line_of_a_visits_journal_costs_its_own_entries_and_together_they_tell_all(world: World) -> None:
    visit = await photographed(world)
    tablet = world.tablet(1, visit)
    tablet.photo(OTHER)
    await world.push(*tablet.entries)
    lines = [line for line in await read(f"visit:{visit}") if line.kind is EventKind.ENTRIES_ADMITTED]
    dues = [await due_of_line(line, visit, Files()) for line in lines]
    assert [[(one.act, one.digest) for one in due.acts] for due in dues] == [
        [(Act.CAPTURED, PHOTO), (Act.RECEIVED, None)],
        [(Act.CAPTURED, OTHER), (Act.RECEIVED, None)],
    ]
    await work(world)
    assert await note_custody(world.cmd(), visit_id=visit, files=Files()) == []


async def test_two_who_note_at_once_leave_every_act_once(world: World) -> None:
    visit = await photographed(world)
    await stored(world, PHOTO)
    cmds = [world.cmd() for _ in range(3)]
    await asyncio.gather(*(note_custody(cmd, visit_id=visit, files=Files()) for cmd in cmds))
    acts = await told(visit)
    assert sorted(map(str, acts)) == sorted(map(str, set(acts)))
    assert len(acts) == 4


async def test_visits_that_are_one_have_one_chain_from_then_on(world: World) -> None:
    visit = await photographed(world)
    twin = await photographed(world)
    await note_custody(world.cmd(), visit_id=twin, files=Files())
    before = await told(twin)
    await link_visits(world.head, visit, twin, "link")
    await note_custody(world.cmd(), visit_id=twin, files=Files())
    assert await told(twin) == before
    assert [act for act, _ in await told(visit)] == ["captured", "captured", "received", "received"]


async def test_the_chain_reads_in_sentences_under_a_signed_head(world: World) -> None:
    visit = await photographed(world)
    await note_custody(world.cmd(), visit_id=visit, files=Files())
    await note_viewed(world.cmd(Role.LEADER, "anne"), visit=visit, digest=PHOTO)
    chain = await read_custody(visit, custody=CUSTODY)
    assert (chain.length, chain.broken_at, [one.n for one in chain.lines]) == (3, None, [1, 2, 3])
    for one in chain.lines:
        assert set(one.told) == {"zh_CN", "en"}
        assert not [text for text in one.told.values() if "{" in text or "None" in text]
    assert chain.lines[0].told["zh_CN"].startswith(f"文件 {PHOTO[:12]}：检查人员 检查员")
    assert chain.lines[0].by_told == {"zh_CN": "某人", "en": "某人"}
    (viewed,) = (one.told["en"] for one in chain.lines if one.act is Act.VIEWED)
    assert re.fullmatch(rf"The original {PHOTO[:12]} was opened at 2 March 2026, 09:\d\d:\d\d by 某人\.", viewed)
    assert chain.head is not None
    head = f'"hash":"{chain.lines[-1].hash}","n":3,"v":1,"visit":"{visit}"'
    assert head in chain.head.p
    assert chain.head == SERVER.sign_text(Purpose.CUSTODY, chain.head.p)
    page = await read_custody(visit, custody=CUSTODY, after=1, limit=1)
    assert [one.n for one in page.lines] == [2]
    assert page.head == chain.head


async def test_a_visit_without_evidence_has_an_empty_chain_and_an_unknown_one_none(world: World) -> None:
    visit = await world.open_visit()
    chain = await read_custody(visit, custody=CUSTODY)
    assert (chain.length, chain.head, chain.lines) == (0, None, ())
    with pytest.raises(NotFound):
        await note_custody(world.cmd(), visit_id=UUID(int=1), files=Files())


def test_every_act_has_its_sentence_without_a_gap() -> None:
    from inspection.archive.custody.acts import acts_of_entry, acts_of_line, acts_of_stamp
    from tests.inspection.archive.custody.test_rule import ENTRIES, LINES

    acts = [one for entry in ENTRIES for one in acts_of_entry(entry)]
    acts += [one for line in LINES for one in acts_of_line(line)]
    acts.append(acts_of_stamp("2026-03-02", "2026-03-03T00:00:00+00:00", 9, 2))
    exported = {"sha256": PHOTO, "purpose": "法院调取", "ground": "调取函"}
    by = Noting("x", "某人", START)
    texts = [sentence(one.act, one.digest, one.facts, by, lang) for one in acts for lang in LANGUAGES]
    texts += [sentence(Act.EXPORTED, None, exported, by, lang) for lang in LANGUAGES]
    texts += [sentence(Act.VIEWED, PHOTO, {}, by, lang) for lang in LANGUAGES]
    assert {one.act for one in acts} | {Act.EXPORTED, Act.VIEWED} == set(Act)
    assert [text for text in texts if "{" in text] == []


@pytest.mark.parametrize(("copies", "said"), [({"thumb": PHOTO}, "制作浏览副本"), ({}, "不制作浏览副本")])
def test_copies_are_told_only_where_some_were_made(copies: dict[str, str], said: str) -> None:
    told = sentence(Act.DERIVED, PHOTO, {"copies": copies}, Noting("system", "system", START), "zh_CN")
    assert said in told
    assert ("不制作" in told) == (not copies)


def test_people_tablets_and_the_system_are_named_in_words_and_times_are_local() -> None:
    person, tablet = str(UUID(int=7)), str(UUID(int=8))
    names = Names({person: "赵一"}, {tablet: "三号"})
    at = {"at": "2026-03-02T16:30:05+00:00"}

    def held(by: str, lang: str = "zh_CN") -> str:
        facts = {"ground": "法院来函", "by": {"id": by, "role": "x"}} | at
        return sentence(Act.HELD, PHOTO, facts, Noting("system", "system", START, names), lang)

    assert held(person) == f"文件 {PHOTO[:12]} 于 2026年3月3日 00:30:05 由 赵一 列为依法保全，依据：法院来函。"
    assert "由 平板三号 列为" in held(tablet)
    assert "由 系统 列为" in held("system")
    assert "by the system; ground: 法院来函." in held("system", "en")
    assert held(str(UUID(int=9))).count(str(UUID(int=9))) == 1
    signed = {"role": "representative", "at_claimed": at["at"], "by": {"id": person, "role": "inspector"}}
    assert "被检查单位代表" in sentence(Act.SIGNED, None, signed, Noting("x", "x", START, names), "zh_CN")
    unknown = sentence(Act.SIGNED, None, signed | {"role": "notary"}, Noting("x", "x", START, names), "en")
    assert "Signed as notary" in unknown
