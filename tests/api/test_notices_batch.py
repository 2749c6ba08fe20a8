"""The notices of a whole task at one go, on both engines: each once, none of a sealed visit, and on after a break."""

from pathlib import Path
from uuid import UUID

import pytest

from api import notices_batch
from api.notices_batch import Batch, Printed, print_notices
from inspection.documents.blocks import Paper
from inspection.kernel.command import Role
from inspection.kernel.journal import EventKind, read
from inspection.kernel.keys import load_server_keys
from inspection.visits.listing import unsealed_visits
from inspection.visits.notices.steps import served_notice
from inspection.visits.opening.assemble import assemble_visits
from inspection.visits.opening.name_leader import name_leader
from inspection.visits.opening.unseal import unseal_visit
from inspection.visits.tables import Visit
from tests.inspection.visits.world import World, build_world

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
async def world(db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    return await build_world(monkeypatch)


@pytest.fixture
def press(monkeypatch: pytest.MonkeyPatch) -> list[Paper]:
    """What was set; the press itself has its own tests."""
    seen: list[Paper] = []

    def typeset(paper: Paper) -> bytes:
        seen.append(paper)
        return "\n".join(paper.lines()).encode()

    monkeypatch.setattr(notices_batch, "typeset", typeset)
    return seen


async def drawn(world: World, unsealed: int) -> tuple[UUID, list[UUID]]:
    """A task with three visits, so many of them unsealed."""
    made = await world.draw(objects=(0, 1, 2))
    visits = sorted((await assemble_visits(world.cmd(), draw_id=made.draw)).created)
    for visit in visits[:unsealed]:
        await name_leader(world.head, visit_id=visit, inspector_id=world.people[0])
        await unseal_visit(world.head, visit_id=visit)
    return made.task, visits


async def printed(world: World, visits: list[UUID], folder: Path, lang: str = "zh_CN") -> tuple[Printed, int]:
    """What became of a batch, and how many steps its bar was moved."""
    batch = Batch(visits, folder, lang, load_server_keys(folder.parent / "keys"), "https://inspection.example")
    steps: list[int] = []
    told = await print_notices(lambda: world.cmd(Role.SECTION_HEAD), batch, steps.append)
    return told, sum(steps)


async def test_each_unsealed_visit_gets_one_notice_with_its_number_and_its_door_and_a_sealed_one_none(
    world: World, tmp_path: Path, press: list[Paper]
) -> None:
    task, visits = await drawn(world, 2)
    folder = tmp_path / "out"
    folder.mkdir()
    named = await unsealed_visits(task)
    assert named == visits[:2]
    told, steps = await printed(world, named, folder)
    assert (told.written, told.kept, dict(told.failed), steps) == (2, 0, {}, 2)
    assert {file.name for file in folder.iterdir()} == {f"notice-{visit}.zh_CN.pdf" for visit in named}
    numbers = [(await served_notice(visit)).number for visit in named]
    assert len(set(numbers)) == 2
    for visit, number in zip(named, numbers, strict=True):
        text = (folder / f"notice-{visit}.zh_CN.pdf").read_text()
        assert number is not None
        assert number in text
        assert "https://inspection.example/e/" in text
    assert not [line for line in await read(f"visit:{visits[2]}") if line.kind is EventKind.NUMBERS_RESERVED]


async def test_a_batch_that_broke_off_goes_on_and_a_lost_file_comes_back_with_its_number(
    world: World, tmp_path: Path, press: list[Paper]
) -> None:
    _, visits = await drawn(world, 3)
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / f"notice-{visits[0]}.zh_CN.part").write_bytes(b"half a notice")
    await printed(world, visits[:2], folder)
    first = (folder / f"notice-{visits[0]}.zh_CN.pdf").read_bytes()
    told, steps = await printed(world, visits, folder)
    assert (told.written, told.kept, steps) == (1, 2, 3)
    (folder / f"notice-{visits[0]}.zh_CN.pdf").unlink()
    assert (await printed(world, visits, folder))[0].written == 1
    assert (folder / f"notice-{visits[0]}.zh_CN.pdf").read_bytes() == first
    assert (await printed(world, visits, folder, "en"))[0].written == 3


async def test_what_cannot_be_printed_is_told_and_keeps_nothing_else_back(
    world: World, tmp_path: Path, press: list[Paper]
) -> None:
    task, visits = await drawn(world, 3)
    await Visit.update({Visit.state: "cancelled"}).where(Visit.id == visits[1])
    assert await unsealed_visits(task) == [visits[0], visits[2]]
    folder = tmp_path / "out"
    folder.mkdir()
    told, steps = await printed(world, [*visits, UUID(int=7)], folder)
    assert {visit: error.message_key for visit, error in told.failed.items()} == {
        visits[1]: "visits.cancelled",
        UUID(int=7): "visits.no_visit",
    }
    assert (told.written, steps) == (2, 4)


async def test_a_folder_that_takes_nothing_ends_the_batch(world: World, tmp_path: Path, press: list[Paper]) -> None:
    _, visits = await drawn(world, 1)
    with pytest.raises(FileNotFoundError):
        await printed(world, visits[:1], tmp_path / "nowhere" / "out")


async def test_the_real_press_makes_the_file(world: World, tmp_path: Path) -> None:
    _, visits = await drawn(world, 1)
    folder = tmp_path / "out"
    folder.mkdir()
    await printed(world, visits[:1], folder)
    (file,) = folder.iterdir()
    assert file.read_bytes().startswith(b"%PDF-1.7")
    assert len(file.read_bytes()) < 200 * 1024
