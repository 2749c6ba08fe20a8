"""The office keeps doors: what is printed, giving one anew, closing one."""

from datetime import timedelta
from typing import Any

import pytest

from inspection.door.give import Door
from inspection.door.keep import renew_door
from inspection.kernel.catalogue import text
from inspection.kernel.command import Role
from inspection.kernel.journal import EventKind, read
from tests.api.entity.conftest import Party
from tests.conftest import MakeCommand

WHY = {"ground": "告知书遗失"}


def door_from(party: Party, told: dict[str, Any]) -> Party:
    link = told["address"].rpartition("/")[2]
    return party.with_door(Door(party.visit, link, told["turn"], told["code"], party.door.expires_on, True))


async def is_in(party: Party) -> bool:
    return text("entity.leave", "zh_CN") in (await party.get()).text


async def test_a_door_given_anew_has_another_link_and_code_and_ends_what_was_open(party: Party) -> None:
    await party.come_in()
    path = f"/office/visits/{party.visit}/door"
    kept = await party.walk.get(Role.SECTION_HEAD, path)
    assert (kept["address"].endswith(party.door.path), kept["code"], kept["open"]) == (True, party.door.code, True)
    told = await party.walk.post(Role.SECTION_HEAD, path, WHY)
    renewed = door_from(party, told)
    assert renewed.door.link != party.door.link
    assert renewed.door.code != party.door.code
    assert not await is_in(party)
    assert (await party.type_code()).status_code == 403
    await renewed.come_in()
    assert await is_in(renewed)
    lines = await read(f"visit:{party.visit}")
    given = [line for line in lines if line.kind is EventKind.DOOR_GIVEN]
    assert [line.payload["turn"] for line in given] == [1, 2]
    assert given[1].payload["ground"] == WHY["ground"]
    journal = str([line.payload for line in lines])
    for secret in (party.door.link, party.door.code, renewed.door.link, renewed.door.code):
        assert secret not in journal


async def test_a_closed_door_answers_as_one_that_never_was_and_can_be_given_anew(party: Party) -> None:
    await party.come_in()
    path = f"/office/visits/{party.visit}/door"
    closed = await party.walk.ask(Role.LEGAL, "POST", f"{path}/closing", json=WHY)
    assert closed.status_code == 204
    assert not await is_in(party)
    assert (await party.type_code()).status_code == 403
    again = await party.walk.ask(Role.LEGAL, "POST", f"{path}/closing", json=WHY)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/door-closed")
    assert (await party.walk.get(Role.LEGAL, path))["open"] is False
    renewed = door_from(party, await party.walk.post(Role.LEGAL, path, WHY))
    await renewed.come_in()
    assert [line.kind for line in await read(f"visit:{party.visit}")].count(EventKind.DOOR_REVOKED) == 1


@pytest.mark.parametrize("ground", ["", "   ", "长" * 301])
async def test_doors_are_given_anew_and_closed_with_a_ground_only(party: Party, ground: str) -> None:
    path = f"/office/visits/{party.visit}/door"
    for way in (path, f"{path}/closing"):
        answer = await party.walk.ask(Role.SECTION_HEAD, "POST", way, json={"ground": ground})
        assert answer.status_code == 422
    assert (await party.walk.ask(Role.SUPERVISOR, "POST", path, json=WHY)).status_code == 403


async def test_an_expired_door_opens_for_nobody_until_it_is_given_anew(party: Party, make_cmd: MakeCommand) -> None:
    await party.come_in()
    party.clock.advance(timedelta(days=180))
    assert not await is_in(party)
    assert (await party.type_code()).status_code == 403
    cmd = make_cmd(now=party.clock.now())
    renewed = party.with_door(await renew_door(cmd, visit_id=party.visit, ground="补发", keys=party.keys))
    await renewed.come_in()
    party.clock.advance(timedelta(days=30))
    await renewed.come_in()
    party.clock.advance(timedelta(days=1))
    assert (await renewed.type_code()).status_code == 403
