"""For which authority bytes are here: what others have brought is as unknown as what nobody has."""

import base64
import hashlib
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import pytest

from inspection.kernel.ask import ask
from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, read
from media.blobs import claimed_digests, claimed_facts, complete_digests, store_bytes
from media.rules import ANY_BYTES, MIB
from media.store_uploads import uploads_of
from media.vault import Vault
from tests.media.conftest import AUTHORITY, DEVICE, OTHER_AUTHORITY, OTHER_DEVICE
from tests.media.requests import CHUNK, TUS, UPLOADS, declared, sha256
from tests.support.statements import statements

OTHERS = {"X-Test-Device": str(OTHER_DEVICE), "X-Test-Authority": str(OTHER_AUTHORITY)}
THEIRS, NOBODYS = (hashlib.shake_256(name).digest(5_000) for name in (b"brought by others", b"brought by nobody"))
NAMES = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32,64}|\w+=*(?=,filetype )")
"""Ids and digests: what differs between any two files, and between any two answers."""
OF_THE_MOMENT = frozenset({"upload-expires"})


@dataclass
class Asking:
    """The tablet of another authority, and everything that it was answered: status, headers and body."""

    client: httpx.AsyncClient
    told: list[tuple[int, dict[str, str], str]] = field(default_factory=list)

    async def __call__(self, method: str, path: str, headers: dict[str, str] | None = None, **sent: Any) -> str:
        answer = await self.client.request(method, path, headers=OTHERS | (headers or {}), **sent)
        plain = {name: NAMES.sub("*", text) for name, text in answer.headers.items() if name not in OF_THE_MOMENT}
        plain |= dict.fromkeys(OF_THE_MOMENT & answer.headers.keys(), "*")
        self.told.append((answer.status_code, plain, NAMES.sub("*", answer.text)))
        return str(answer.headers.get("location", path))

    @property
    def statuses(self) -> list[int]:
        return [status for status, _, _ in self.told]


def piece(offset: int, **more: str) -> dict[str, str]:
    return {**CHUNK, "Upload-Offset": str(offset), **more}


async def in_one_request(tell: Asking, data: bytes) -> list[int]:
    path = f"/v1/media/{sha256(data)}"
    for body in (b"x" * len(data), b"", bytes(MIB + 1), data, data):
        await tell("PUT", path, content=body)
    return [422, 422, 413, 201, 200]


async def resumably(tell: Asking, data: bytes) -> list[int]:
    other = await tell("POST", UPLOADS, declared(data) | {"Upload-Length": "4999"})
    await tell("DELETE", other, TUS)
    location = await tell("POST", UPLOADS, declared(data))
    await tell("HEAD", location, TUS)
    await tell("PATCH", location, piece(9), content=data)
    await tell("PATCH", location, piece(0), content=data + b"x")
    wrong = base64.b64encode(hashlib.sha1(b"other", usedforsecurity=False).digest()).decode()
    await tell("PATCH", location, piece(0, **{"Upload-Checksum": f"sha1 {wrong}"}), content=data[:100])
    await tell("PATCH", location, piece(0), content=data[:100])
    assert await tell("POST", UPLOADS, declared(data)) == location
    await tell("PATCH", location, piece(100), content=data[100:])
    await tell("HEAD", location, TUS)
    await tell("DELETE", location, TUS)
    assert await tell("POST", UPLOADS, declared(data)) == location
    return [201, 204, 201, 200, 409, 413, 460, 204, 201, 204, 200, 409, 201]


async def with_its_creation(tell: Asking, data: bytes) -> list[int]:
    whole = declared(data) | {"Content-Type": CHUNK["Content-Type"]}
    await tell("POST", UPLOADS, whole, content=b"x" * len(data))
    location = await tell("POST", UPLOADS, whole, content=data)
    await tell("HEAD", location, TUS)
    return [422, 201, 200]


async def of_a_length_told_later(tell: Asking, data: bytes) -> list[int]:
    deferred = {name: text for name, text in declared(data).items() if name != "Upload-Length"}
    location = await tell("POST", UPLOADS, deferred | {"Upload-Defer-Length": "1"})
    await tell("PUT", f"/v1/media/{sha256(data)}", content=data)
    await tell("HEAD", location, TUS)
    assert await tell("POST", UPLOADS, declared(data)) == location
    await tell("HEAD", location, TUS)
    return [201, 201, 200, 201, 200]


async def begun_and_brought_in_one_request(tell: Asking, data: bytes) -> list[int]:
    location = await tell("POST", UPLOADS, declared(data))
    await tell("PATCH", location, piece(0), content=data[:100])
    await tell("PUT", f"/v1/media/{sha256(data)}", content=data)
    await tell("HEAD", location, TUS)
    assert await tell("POST", UPLOADS, declared(data)) == location
    return [201, 204, 201, 200, 201]


ROADS = (in_one_request, resumably, with_its_creation, of_a_length_told_later, begun_and_brought_in_one_request)


async def bring(client: httpx.AsyncClient, data: bytes, **headers: str) -> int:
    return (await client.put(f"/v1/media/{sha256(data)}", content=data, headers=headers)).status_code


@pytest.mark.parametrize("road", ROADS, ids=lambda road: road.__name__)
async def test_every_answer_about_what_others_have_is_that_about_what_nobody_has(
    client: httpx.AsyncClient, road: Callable[[Asking, bytes], Awaitable[list[int]]]
) -> None:
    assert await bring(client, THEIRS) == 201
    told = []
    for data in (THEIRS, NOBODYS):
        tell = Asking(client)
        await tell("POST", "/v1/media/have", json={"sha256": [sha256(data)]})
        assert tell.told[0][2] == '{"sha256":[]}'
        wanted = await road(tell, data)
        assert tell.statuses[1:] == wanted
        await tell("POST", "/v1/media/have", json={"sha256": [sha256(data)]})
        assert tell.told[-1][2] == '{"sha256":["*"]}'
        told.append(tell.told)
    assert told[0] == told[1]


async def test_bytes_that_two_authorities_brought_lie_once_and_are_here_for_both(
    client: httpx.AsyncClient, vault: Vault
) -> None:
    digest = sha256(THEIRS)
    assert [await bring(client, THEIRS), await bring(client, THEIRS, **OTHERS)] == [201, 201]
    assert [await bring(client, THEIRS), await bring(client, THEIRS, **OTHERS)] == [200, 200]
    assert await vault.disk.shelved() == [digest]
    assert len(await ask("SELECT id FROM blob")) == 1
    for authority in (AUTHORITY, OTHER_AUTHORITY):
        assert await claimed_digests(authority, [digest]) == {digest}
    assert list(vault.disk.staging_dir.iterdir()) == []


async def test_who_brought_a_file_first_is_not_told_that_it_came_again_and_who_did_has_a_receipt_of_his_own(
    client: httpx.AsyncClient,
) -> None:
    digest = sha256(THEIRS)
    await bring(client, THEIRS)
    await bring(client, THEIRS, **OTHERS)
    assert [(line.kind, line.actor_id) for line in await read(f"media:{digest}")] == [
        (EventKind.BLOB_STORED, str(DEVICE))
    ]
    (receipt,) = await uploads_of([digest])
    assert (receipt.owner, receipt.length) == (str(OTHER_DEVICE), len(THEIRS))
    assert receipt.ended_at is not None
    lines = await read(f"upload:{receipt.id}")
    assert [(line.kind, line.actor_id) for line in lines] == [
        (EventKind.UPLOAD_CREATED, str(OTHER_DEVICE)),
        (EventKind.UPLOAD_COMPLETED, str(OTHER_DEVICE)),
    ]


async def test_other_bytes_than_named_claim_nothing(client: httpx.AsyncClient, vault: Vault) -> None:
    digest = sha256(THEIRS)
    await bring(client, THEIRS)
    tell = Asking(client)
    await tell("PUT", f"/v1/media/{digest}", content=THEIRS[:-1])
    location = await tell("POST", UPLOADS, declared(THEIRS))
    await tell("PATCH", location, piece(0), content=THEIRS[:-1] + b"x")
    assert tell.statuses == [422, 201, 422]
    assert await claimed_digests(OTHER_AUTHORITY, [digest]) == frozenset()
    assert vault.disk.blob_path(digest).read_bytes() == THEIRS


@pytest.mark.usefixtures("db", "vault")
async def test_what_the_server_keeps_is_here_for_the_authority_it_is_kept_for(cmd: Command) -> None:
    digest = await store_bytes(replace(cmd, authority=AUTHORITY), b"made", ANY_BYTES)
    nobodys = await store_bytes(cmd, b"of the installation", ANY_BYTES)
    asked = [digest, nobodys, "f" * 64, "../x"]
    assert await complete_digests(asked) == {digest, nobodys}
    assert await claimed_digests(AUTHORITY, asked) == {digest}
    assert set(await claimed_facts(AUTHORITY, asked)) == {digest}
    assert await claimed_facts(OTHER_AUTHORITY, asked) == {}


async def test_another_tablet_of_the_same_authority_need_not_bring_it_again(client: httpx.AsyncClient) -> None:
    await bring(client, THEIRS)
    colleague = {"X-Test-Device": str(OTHER_DEVICE)}
    assert await bring(client, THEIRS, **colleague) == 200
    begun = await client.post(UPLOADS, headers=declared(THEIRS) | colleague)
    assert begun.headers["upload-offset"] == str(len(THEIRS))


async def test_an_upload_that_ended_before_claims_were_kept_is_sent_again(client: httpx.AsyncClient) -> None:
    begun = await client.post(UPLOADS, headers=declared(THEIRS))
    await client.patch(begun.headers["location"], headers=piece(0), content=THEIRS)
    tell = Asking(client)  # the same tablet, of which no claim is known
    mine = {"X-Test-Device": str(DEVICE)}
    location = await tell("POST", UPLOADS, declared(THEIRS) | mine)
    assert location == begun.headers["location"]
    await tell("HEAD", location, TUS | mine)
    assert tell.told[-1][1]["upload-offset"] == "0"
    await tell("PATCH", location, piece(0) | mine, content=THEIRS)
    assert tell.statuses == [201, 200, 204]
    assert await claimed_digests(OTHER_AUTHORITY, [sha256(THEIRS)]) == {sha256(THEIRS)}


async def test_a_claim_costs_one_statement_where_a_file_is_kept_and_none_where_one_is_asked_for(
    client: httpx.AsyncClient,
) -> None:
    counted = []
    for _ in range(2):
        with statements() as seen:
            await bring(client, THEIRS)
        counted.append([("INSERT" in one.upper(), "EXISTS" in one) for one in seen if "blob_claim" in one])
    assert counted == [[(False, True), (True, False)], [(False, True)]]
    with statements() as seen:
        await client.post("/v1/media/have", json={"sha256": [sha256(THEIRS)]})
    assert len(seen) == 1
