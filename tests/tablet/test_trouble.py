"""What goes wrong in the field: the app is killed, the server dies, the tablet is revoked, full, or lost in time."""

import shutil
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from playwright.async_api import expect

from tests.media.pictures import jpeg
from tests.support.served import Server
from tests.tablet.conftest import NewScreen
from tests.tablet.hand import Hand
from tests.tablet.place import Office

pytestmark = pytest.mark.asyncio(loop_scope="package")

MIB = 1 << 20
SLOW = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": MIB}


def large(folder: Path, mib: int) -> Path:
    """A picture with so much behind it: no decoder minds. A file, which nobody sends to the browser piece by piece."""
    path = folder / "large.jpg"
    path.write_bytes(jpeg(400, 300) + Random("large").randbytes(mib * MIB))
    return path


async def test_an_upload_that_was_broken_off_by_a_kill_goes_on_where_the_server_stands(
    lasting: NewScreen, server: Server, office: Office, tmp_path: Path
) -> None:
    hand = Hand(await lasting(server.address))
    await hand.get_ready(office.code())
    inside = await hand.screen.context.new_cdp_session(hand.page)
    await inside.send("Network.enable")
    await inside.send("Network.emulateNetworkConditions", SLOW)
    await hand.step(office.place.visit, "list")
    await hand.answer("f1", "yes")
    await hand.photograph("f1", large(tmp_path, 6))
    await expect(hand.point("f1").get_by_text(hand.says("list.photos", count=1))).to_be_visible()
    await hand.go_sync()
    await expect(hand.page.get_by_role("progressbar")).not_to_have_attribute("aria-valuenow", "0")

    hand = Hand(await lasting(server.address))
    begun: list[int] = []
    hand.page.on(
        "request",
        lambda request: begun.append(int(request.headers["upload-offset"])) if request.method == "PATCH" else None,
    )
    await hand.screen.open()
    await hand.unlock()
    await hand.deliver()
    assert begun
    assert begun[0] > 0
    assert office.record()["missing_media"] == []
    assert office.entries() == await hand.export()


async def test_a_server_that_comes_back_from_an_older_copy_is_given_again_what_it_lost(
    new_screen: NewScreen, server: Server, office: Office
) -> None:
    hand = Hand(await new_screen(server.address))
    await hand.get_ready(office.code())
    await hand.step(office.place.visit, "list")
    await hand.answer("f1", "yes")
    await hand.deliver()
    server.stop()
    older = server.folder.with_name("older")
    shutil.copytree(server.folder, older)
    server.start()
    await hand.step(office.place.visit, "list")
    await hand.answer("f2", "no")
    await hand.photograph("f2", jpeg(400, 300))
    await hand.deliver()
    had = office.entries()

    server.foreseen.add("the store went back")
    server.kill()
    shutil.rmtree(server.folder)
    older.rename(server.folder)
    server.start()
    assert len(office.entries()) < len(had)
    await hand.deliver()
    await hand.sync()
    await hand.deliver()
    assert office.entries() == had == await hand.export()
    assert office.record()["missing_media"] == []


async def test_a_tablet_that_was_revoked_out_of_reach_hands_its_work_in_and_gets_nothing_more(
    new_screen: NewScreen, server: Server, office: Office
) -> None:
    hand = Hand(await new_screen(server.address))
    await hand.get_ready(office.code())
    await hand.screen.offline()
    await hand.step(office.place.visit, "list")
    await hand.answer("f1", "yes")
    (device,) = office.devices()
    office.revoke(device["id"])
    await hand.screen.offline(False)
    await hand.go_sync()
    await hand.sees(hand.says("sync.revoked"))
    await hand.sees(hand.says("sync.nothing_here"))
    kept = await hand.export()
    assert len(kept) > 0
    assert office.entries() == kept


async def test_a_full_tablet_says_so_and_loses_nothing(
    new_screen: NewScreen, server: Server, office: Office, tmp_path: Path
) -> None:
    hand = Hand(await new_screen(server.address))
    inside = await hand.screen.context.new_cdp_session(hand.page)
    # Before the first byte: a browser asks for the room that is left only now and then.
    await inside.send("Storage.overrideQuotaForOrigin", {"origin": server.address, "quotaSize": 12 * MIB})
    await hand.get_ready(office.code())
    await hand.screen.offline()
    await hand.step(office.place.visit, "list")
    await hand.answer("f1", "yes")
    await hand.photograph("f1", large(tmp_path, 24))
    await expect(hand.point("f1").get_by_role("alert")).to_have_text(hand.says("trouble.storage_full"))
    await expect(hand.point("f1").get_by_text(hand.says("list.recorded"))).to_be_visible()

    await hand.photograph("f1", jpeg(400, 300))
    await expect(hand.point("f1").get_by_text(hand.says("list.photos", count=1))).to_be_visible()
    await hand.screen.offline(False)
    await hand.deliver()
    assert office.record()["missing_media"] == []
    assert office.entries() == await hand.export()


async def test_a_tablet_in_the_year_1970_is_warned_about_and_keeps_nobody_from_working(
    new_screen: NewScreen, server: Server, office: Office
) -> None:
    screen = await new_screen(server.address)
    await screen.page.clock.set_fixed_time(datetime(1970, 1, 1, 8, tzinfo=UTC))
    hand = Hand(screen)
    await hand.get_ready(office.code())
    await hand.sees(hand.says("frame.clock"))
    await hand.step(office.place.visit, "list")
    await hand.answer("f1", "yes")
    await hand.deliver()
    kept = await hand.export()
    assert len(kept) > 0
    assert office.entries() == kept
    assert {one["code"] for one in office.record()["items"] if one["statements"]} == {"f1"}
