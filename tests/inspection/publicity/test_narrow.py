"""Publishing in part and with pictures: decided before it goes out, approved anew, and kept to by every reader."""

from datetime import date
from uuid import UUID

import pytest

from inspection.draw.tables import DrawTicket
from inspection.kernel.command import Command, Role
from inspection.kernel.database import Engine
from inspection.kernel.errors import Conflict, Invalid, NotFound, Refused
from inspection.kernel.journal import EventKind, read
from inspection.publicity import store
from inspection.publicity.approve_publication import approve_publication, previews
from inspection.publicity.kinds import DocumentKind
from inspection.publicity.narrow import MAX_PICTURES, Picture, narrow_publication, set_pictures
from inspection.publicity.open_publications import open_publications
from inspection.publicity.publish import publish_due
from inspection.publicity.published import published, published_page, published_picture
from inspection.publicity.release import Ground, Hindrance, Standing
from inspection.publicity.store_search import Wanted
from tests.conftest import MakeCommand
from tests.inspection.publicity.penalties.penal import Penal
from tests.inspection.publicity.test_publish import IN_TIME, LAST
from tests.inspection.publicity.world import VisitMade, World, build_world

NUMBER = "sw-2026-000001"
COPY, ORIGINAL = "c" * 64, "0" * 64
PICTURE = Picture(ORIGINAL, COPY, 640, 480)


class Desk:
    """A result that waits, and those who decide what of it goes out."""

    def __init__(self, world: World, make_cmd: MakeCommand) -> None:
        self.world, self._make = world, make_cmd
        self.visit: VisitMade
        self.publication: UUID

    def by(self, name: str, role: Role = Role.APPROVER) -> Command:
        return self._make(role, name, now=IN_TIME, authority=self.world.authority)

    async def open(self) -> None:
        self.visit = await self.world.add_visit(object_name="张三修理部", object_code="91371000000000777A")
        await self.world.complete_task()
        await open_publications(self.by("经办人"), visit_id=self.visit.id)
        self.publication = (await self.row()).id

    async def row(self) -> store.WaitingRow:
        (row,) = await store.waiting(visit=self.visit.id)
        return row

    async def approve(self) -> None:
        await approve_publication(self.by("分管负责人"), visit_id=self.visit.id, secrecy_reviewed=True)

    async def publish(self) -> None:
        assert len((await publish_due(self.by("经办人", Role.PLANNER), through=LAST)).published) == 1

    async def narrow(self, *, left_out: tuple[str, ...] = (), masked: tuple[str, ...] = (), by: str = "法制") -> None:
        cmd, told = self.by(by, Role.LEGAL), {"ground": Ground.PRIVACY, "reason": "涉及个人隐私"}
        await narrow_publication(cmd, publication_id=self.publication, left_out=left_out, masked=masked, **told)


@pytest.fixture
async def desk(db: Engine, cmd: Command, make_cmd: MakeCommand) -> Desk:
    made = Desk(await build_world(cmd), make_cmd)
    await made.open()
    return made


async def test_a_result_in_part_tells_what_it_does_not_tell_and_nothing_finds_it_by_that(desk: Desk) -> None:
    await desk.narrow(left_out=("item_name", "object_code"), masked=("object_name",))
    await desk.approve()
    await desk.publish()
    said = (await published(NUMBER)).said
    assert (said["entName"], said["uniscId"], said["details"][0]["raninsItemName"]) == ("张****", "", "")
    assert said["details"][0]["raninsCheckResCode"] == "no_problem"
    assert said["partial"] == {
        "leftOut": ["raninsItemName", "uniscId"],
        "masked": ["entName"],
        "ground": "privacy",
    }
    for query in ("张三", "修理", "777A", desk.visit.object_code):
        assert (await published_page(query=query)).results == ()
    assert (await published_page(wanted=Wanted(code=desk.visit.object_code))).results == ()
    assert len((await published_page(query="张*")).results) == 1
    ticket = await DrawTicket.select("opened_at").where(DrawTicket.id == desk.visit.ticket).first()
    assert ticket is not None
    assert ticket["opened_at"] is None


async def test_an_approval_falls_when_something_else_would_go_out(desk: Desk) -> None:
    await desk.approve()
    _, before = await previews(desk.by("分管负责人"), visit_id=desk.visit.id)
    await desk.narrow(left_out=("task_name",))
    row = await desk.row()
    assert (row.standing, row.approved_by) == (Standing.OPEN, None)
    report = await publish_due(desk.by("经办人"), through=LAST)
    assert [one.why for one in report.kept_in] == [(Hindrance.NOT_APPROVED,)]
    _, after = await previews(desk.by("分管负责人"), visit_id=desk.visit.id)
    assert before != after
    (line,) = [one for one in await read(f"visit:{desk.visit.id}") if one.kind is EventKind.PUBLICATION_NARROWED]
    assert (line.payload["left_out"], line.payload["ground"]) == (["task_name"], "privacy")


async def test_with_no_field_it_is_published_whole_again(desk: Desk) -> None:
    await desk.narrow(left_out=("object_name",))
    await desk.narrow()
    await desk.approve()
    await desk.publish()
    said = (await published(NUMBER)).said
    assert (said["entName"], "partial" in said) == ("张三修理部", False)


@pytest.mark.parametrize("fields", [("result_code",), ("inspecting_body",), ("phone",), ("completed_on", "item_name")])
async def test_what_must_be_told_cannot_be_left_out(desk: Desk, fields: tuple[str, ...]) -> None:
    with pytest.raises(Invalid) as refused:
        await desk.narrow(left_out=fields)
    assert refused.value.message_key == "publicity.part_fields"
    with pytest.raises(Invalid):
        await desk.narrow(masked=("item_name",))


async def test_who_approved_the_record_does_not_decide_what_is_told(desk: Desk, make_cmd: MakeCommand) -> None:
    await desk.approve()
    leader = make_cmd(Role.APPROVER, "leader", id="leader", now=IN_TIME, authority=desk.world.authority)
    told = {"left_out": ("item_name",), "masked": (), "ground": Ground.PRIVACY, "reason": "理由"}
    with pytest.raises(Refused):
        await narrow_publication(leader, publication_id=desk.publication, **told)  # type: ignore[arg-type]
    with pytest.raises(Refused):
        await set_pictures(leader, publication_id=desk.publication, pictures=[PICTURE])
    assert (await desk.row()).standing is Standing.APPROVED
    stranger = make_cmd(Role.LEGAL, "外人", authority=UUID(int=9))
    with pytest.raises(NotFound):
        await narrow_publication(stranger, publication_id=desk.publication, **told)  # type: ignore[arg-type]


async def test_what_is_out_is_neither_narrowed_nor_illustrated(desk: Desk) -> None:
    await desk.approve()
    await desk.publish()
    with pytest.raises(Conflict):
        await desk.narrow(left_out=("item_name",))
    with pytest.raises(Conflict):
        await set_pictures(desk.by("法制"), publication_id=desk.publication, pictures=[PICTURE])


async def test_pictures_are_listed_with_their_digests_and_are_read_as_long_as_they_are(desk: Desk) -> None:
    other = Picture("1" * 64, "d" * 64, 10, 20)
    await set_pictures(desk.by("法制"), publication_id=desk.publication, pictures=[other])
    await set_pictures(desk.by("法制"), publication_id=desk.publication, pictures=[PICTURE])
    await desk.approve()
    await desk.publish()
    said = (await published(NUMBER)).said
    assert said["pictures"] == [{"sha256": COPY, "width": 640, "height": 480}]
    assert ORIGINAL not in str(said)
    await published_picture(NUMBER, COPY)
    for digest in ("d" * 64, ORIGINAL, ""):
        with pytest.raises(NotFound):
            await published_picture(NUMBER, digest)


async def test_pictures_are_left_out_when_the_part_says_so(desk: Desk) -> None:
    await set_pictures(desk.by("法制"), publication_id=desk.publication, pictures=[PICTURE])
    await desk.narrow(left_out=("pictures",))
    await desk.approve()
    await desk.publish()
    said = (await published(NUMBER)).said
    assert ("pictures" in said, said["partial"]["leftOut"]) == (False, ["pictures"])


async def test_originals_doubles_and_too_many_pictures_are_refused(desk: Desk) -> None:
    many = [Picture(ORIGINAL, f"{n:064x}", 1, 1) for n in range(1, MAX_PICTURES + 2)]
    for pictures in ([Picture(ORIGINAL, ORIGINAL, 1, 1)], [PICTURE, PICTURE], many):
        with pytest.raises(Invalid):
            await set_pictures(desk.by("法制"), publication_id=desk.publication, pictures=pictures)
    assert (await desk.row()).approved_by is None


async def test_a_penalty_is_neither_narrowed_nor_illustrated(desk: Desk, make_cmd: MakeCommand) -> None:
    penal = Penal(desk.world, make_cmd)
    file = await penal.enter(await penal.visit())
    told = {"left_out": ("item_name",), "masked": (), "ground": Ground.PRIVACY, "reason": "理由"}
    with pytest.raises(Invalid) as refused:
        await narrow_publication(desk.by("法制"), publication_id=file.publication, **told)  # type: ignore[arg-type]
    assert refused.value.message_key == "publicity.part_of_penalty"


async def test_the_register_is_narrowed_by_item_class_day_and_authority(desk: Desk) -> None:
    await desk.approve()
    await desk.publish()

    async def found(**wanted: object) -> int:
        return len((await published_page(wanted=Wanted(**wanted))).results)  # type: ignore[arg-type]

    day = date(2026, 3, 30)
    shown = [{"item": "CY-01"}, {"results": frozenset({"no_problem", "rectified"})}, {"since": day, "until": day}]
    shown += [{"authority": desk.world.authority, "code": desk.visit.object_code}, {"since": date(1900, 1, 1)}]
    assert [await found(**wanted) for wanted in shown] == [1] * len(shown)
    hidden = [{"item": "CY"}, {"results": frozenset({"problem"})}, {"since": date(2026, 3, 31)}]
    hidden += [{"until": date(2026, 3, 29)}, {"authority": UUID(int=5)}, {"kind": DocumentKind.PENALTY}]
    assert [await found(**wanted) for wanted in hidden] == [0] * len(hidden)
    both = Wanted(item="CY-01")
    assert len((await published_page(query="修理", wanted=both)).results) == 1
    assert (await published_page(query="修理", wanted=Wanted(item="CY-02"))).results == ()
