"""What clients in the field send, byte for byte on a socket, and what each needs of the answer (media.md §1.2)."""

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest
from litestar import Litestar

from inspection.kernel.errors import Refused
from media import receive as receiving
from media import tus
from media.vault import Vault
from mobile_contract.problems import ProblemCode
from tests.media.pictures import jpeg
from tests.media.requests import CHUNK, TUS, UPLOADS, create, declared, offset_of, pairs, send, sha256
from tests.media.served import on_a_socket

PHOTO = jpeg(300, 200)
METADATA = pairs(sha256=sha256(PHOTO), filetype="image/jpeg", filename="IMG_0001.jpg")


@dataclass
class Told:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Phone:
    """One kept connection, on which a client's own bytes are sent."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def ask(self, head: str, body: bytes = b"") -> Told:
        await self.send(head, body)
        return await self.answer("HEAD " in head.strip()[:5])

    async def send(self, head: str, body: bytes = b"") -> None:
        lines = [line.strip() for line in head.strip().splitlines()]
        self.writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        await self.writer.drain()

    async def answer(self, bodiless: bool = False) -> Told:
        raw = (await self.reader.readuntil(b"\r\n\r\n")).decode()
        first, *lines = raw.strip().split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        length = 0 if bodiless else int(headers.get("content-length", 0))
        return Told(int(first.split()[1]), headers, await self.reader.readexactly(length))


@pytest.fixture
async def phone(app: Litestar) -> AsyncIterator[Phone]:
    async with on_a_socket(app) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        yield Phone(reader, writer)
        writer.close()
        await writer.wait_closed()


def kept(vault: Vault) -> bytes:
    return vault.disk.blob_path(sha256(PHOTO)).read_bytes()


async def test_wechat_sends_every_piece_as_a_post_that_means_patch(phone: Phone, vault: Vault) -> None:
    """wx.request knows no PATCH and no HEAD with a body; it names a referer and a content type of its own."""
    about = """Host: cs.example.gov.cn
        charset: utf-8
        referer: https://servicewechat.com/wx0123456789abcdef/12/page-frame.html
        User-Agent: Mozilla/5.0 (Linux; Android 13) MicroMessenger/8.0.49 MiniProgramEnv/android
        Accept-Encoding: gzip,compress,br,deflate"""
    created = await phone.ask(f"""POST {UPLOADS} HTTP/1.1
        {about}
        content-type: application/json
        Tus-Resumable: 1.0.0
        Upload-Length: {len(PHOTO)}
        Upload-Metadata: {METADATA}
        Content-Length: 0""")
    assert created.status == 201
    location = created.headers["location"]
    for start, stop in ((0, 1000), (1000, len(PHOTO))):
        told = await phone.ask(
            f"""POST {location} HTTP/1.1
            {about}
            content-type: application/offset+octet-stream
            X-HTTP-Method-Override: PATCH
            Tus-Resumable: 1.0.0
            Upload-Offset: {start}
            Content-Length: {stop - start}""",
            PHOTO[start:stop],
        )
        assert (told.status, told.headers["upload-offset"], told.body) == (204, str(stop), b"")
    asked = await phone.ask(f"""POST {location} HTTP/1.1
        {about}
        X-HTTP-Method-Override: HEAD
        Tus-Resumable: 1.0.0
        Content-Length: 0""")
    assert (asked.status, asked.headers["upload-offset"]) == (200, str(len(PHOTO)))
    assert kept(vault) == PHOTO


async def test_harmonyos_sends_a_post_with_a_lower_case_override(phone: Phone, vault: Vault) -> None:
    """@ohos.net.http has no PATCH in RequestMethod; libcurl below it asks 100-continue of large bodies."""
    created = await phone.ask(f"""POST {UPLOADS} HTTP/1.1
        Host: 10.1.2.3:8000
        user-agent: libcurl-agent/1.0
        accept: */*
        tus-resumable: 1.0.0
        upload-length: {len(PHOTO)}
        upload-metadata: {METADATA}
        content-type: application/json
        content-length: 0""")
    await phone.send(f"""POST {created.headers["location"]} HTTP/1.1
        Host: 10.1.2.3:8000
        user-agent: libcurl-agent/1.0
        x-http-method-override: patch
        tus-resumable: 1.0.0
        upload-offset: 0
        content-type: application/offset+octet-stream
        content-length: {len(PHOTO)}
        expect: 100-continue""")
    assert (await phone.answer()).status == 100
    phone.writer.write(PHOTO)
    assert (await phone.answer()).headers["upload-offset"] == str(len(PHOTO))
    assert kept(vault) == PHOTO


async def test_tus_java_client_sends_chunks_without_a_length_and_compares_the_offset(
    phone: Phone, vault: Vault
) -> None:
    """HttpURLConnection in chunked mode, `Expect: 100-continue`, 10 MiB a PATCH; HEAD and PATCH on one connection."""
    about = """User-Agent: Dalvik/2.1.0 (Linux; U; Android 14)
        Host: 10.1.2.3:8000
        Connection: Keep-Alive
        Accept-Encoding: gzip
        Tus-Resumable: 1.0.0"""
    created = await phone.ask(f"""POST {UPLOADS} HTTP/1.1
        Upload-Metadata: {METADATA}
        Upload-Length: {len(PHOTO)}
        {about}
        Content-Type: application/x-www-form-urlencoded
        Content-Length: 0""")
    assert created.status == 201
    # Resolved against the address that was asked, so a relative one is right behind every proxy.
    assert created.headers["location"].startswith("/")
    location = created.headers["location"]
    asked = await phone.ask(f"HEAD {location} HTTP/1.1\n{about}")
    assert asked.headers["upload-offset"] == "0"
    await phone.send(f"""PATCH {location} HTTP/1.1
        Upload-Offset: 0
        Content-Type: application/offset+octet-stream
        Expect: 100-continue
        {about}
        Transfer-Encoding: chunked""")
    assert (await phone.answer()).status == 100
    for start in range(0, len(PHOTO), 2048):
        piece = PHOTO[start : start + 2048]
        phone.writer.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
    phone.writer.write(b"0\r\n\r\n")
    told = await phone.answer()
    assert told.status // 100 == 2
    assert told.headers["upload-offset"] == str(len(PHOTO))
    assert kept(vault) == PHOTO


async def test_tus_java_client_begins_anew_for_404_only_so_nothing_is_ever_410(
    client: httpx.AsyncClient, vault: Vault
) -> None:
    gone = await create(client, PHOTO)
    await client.delete(gone, headers=TUS)
    rejected = await create(client, PHOTO)
    await send(client, rejected, 0, b"x" * len(PHOTO))
    for location in (gone, rejected, f"{UPLOADS}/0195516c-0000-7000-8000-000000000000", f"{UPLOADS}/x"):
        assert (await client.head(location, headers=TUS)).status_code == 404
        assert (await send(client, location, 0, PHOTO)).status_code == 404


async def test_tuskit_believes_any_upload_offset_so_no_refusal_carries_one(
    phone: Phone, client: httpx.AsyncClient
) -> None:
    """Its background PATCH looks at `Upload-Offset` alone, never at the status: an offset on a refusal loses a file."""
    location = await create(client, PHOTO)
    sent = f"""PATCH {location} HTTP/1.1
        Host: 10.1.2.3
        Content-Type: application/offset+octet-stream
        User-Agent: Fieldcheck/1 CFNetwork/1498.700.2 Darwin/23.6.0
        Tus-Resumable: 1.0.0
        Content-Length: """
    refusals = {
        409: f"{sent}{len(PHOTO)}\nUpload-Offset: 5",
        400: f"{sent}{len(PHOTO)}\nUpload-Offset: five",
        460: f"{sent}{len(PHOTO)}\nUpload-Offset: 0\nUpload-Checksum: sha1 {'A' * 27}=",
    }
    for status, head in refusals.items():
        told = await phone.ask(head, PHOTO)
        assert (told.status, "upload-offset" in told.headers) == (status, False)
    assert await offset_of(client, location) == 0


async def test_tuskit_splits_the_extensions_at_commas_and_trims_nothing(phone: Phone) -> None:
    told = await phone.ask(f"OPTIONS {UPLOADS} HTTP/1.1\nHost: 10.1.2.3")
    assert told.headers["tus-extension"].split(",") == tus.EXTENSIONS.split(",")
    assert "creation-with-upload" in told.headers["tus-extension"].split(",")
    assert " " not in told.headers["tus-extension"] + told.headers["tus-checksum-algorithm"]


async def test_tuskit_resumes_in_pieces_of_500_kib_by_length_and_offset_of_head(phone: Phone) -> None:
    data = bytes(range(256)) * 4000
    metadata = pairs(sha256=sha256(data), filetype="image/heic")
    created = await phone.ask(f"""POST {UPLOADS} HTTP/1.1
        Host: 10.1.2.3
        TUS-Extension: creation
        Tus-Resumable: 1.0.0
        Upload-Length: {len(data)}
        Upload-Metadata: {metadata}
        Content-Length: 0""")
    offset = 0
    while offset < len(data):
        told = await phone.ask(f"HEAD {created.headers['location']} HTTP/1.1\nHost: 10.1.2.3\nTus-Resumable: 1.0.0")
        assert (told.headers["upload-offset"], told.headers["upload-length"]) == (str(offset), str(len(data)))
        piece = data[offset : offset + 500 * 1024]
        told = await phone.ask(
            f"""PATCH {created.headers["location"]} HTTP/1.1
            Host: 10.1.2.3
            Content-Type: application/offset+octet-stream
            Upload-Offset: {offset}
            Tus-Resumable: 1.0.0
            Content-Length: {len(piece)}""",
            piece,
        )
        offset = int(told.headers["upload-offset"])
    assert offset == len(data)


async def test_tus_js_client_starts_over_on_any_answer_to_head_but_423_so_troubles_that_pass_are_423(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    location = await create(client, PHOTO)
    troubles = (ConnectionError("away"), TimeoutError(), OSError(5, "Input/output error"), ValueError("a bug"))
    for trouble in troubles:

        async def broken(*_: object, trouble: Exception = trouble) -> None:
            raise trouble

        with monkeypatch.context() as patch:
            patch.setattr(receiving.store, "upload", broken)
            assert (await client.head(location, headers=TUS)).status_code == 423
    assert await offset_of(client, location) == 0


async def test_tus_js_client_that_starts_over_lands_on_its_upload_and_is_told_the_true_offset(
    client: httpx.AsyncClient,
) -> None:
    location = await create(client, PHOTO)
    await send(client, location, 0, PHOTO[:700])
    again = await client.post(UPLOADS, headers=declared(PHOTO))
    assert again.headers["location"] == location
    told = await send(client, location, 0, PHOTO)
    assert told.status_code == 409  # which it repeats, beginning with HEAD
    assert "upload-offset" not in told.headers
    assert await offset_of(client, location) == 700


async def test_tus_js_client_gives_up_on_429_so_too_many_requests_are_503_and_423(
    app: Litestar, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit stands outside of these routes, and its refusals are told as theirs all the same."""
    location = await create(client, PHOTO)

    async def hurried(*_: object) -> None:
        raise Refused(ProblemCode.TOO_MANY_REQUESTS, "api.too_many_requests", retry_after=7)

    monkeypatch.setattr("tests.media.conftest.hasten", hurried)
    posted = await client.post(UPLOADS, headers=declared(jpeg(seed=3)))
    sent = await send(client, location, 0, PHOTO)
    for answer in (posted, sent):
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "7")
        assert (answer.headers["tus-resumable"], answer.json()["code"]) == ("1.0.0", "busy")
        assert "upload-offset" not in answer.headers
    assert (await client.head(location, headers=TUS)).status_code == 423


async def test_a_browser_may_read_every_header_that_a_client_needs() -> None:
    needed = {
        "Location",
        "Tus-Resumable",
        "Tus-Version",
        "Tus-Extension",
        "Tus-Max-Size",
        "Tus-Checksum-Algorithm",
        "Upload-Offset",
        "Upload-Length",
        "Upload-Metadata",
        "Upload-Defer-Length",
        "Upload-Expires",
    }
    assert set(tus.EXPOSED_HEADERS) == needed


async def test_tuspy_sends_small_header_names_and_a_sha1_of_every_piece(phone: Phone, vault: Vault) -> None:
    created = await phone.ask(f"""POST {UPLOADS} HTTP/1.1
        Host: 10.1.2.3
        User-Agent: python-requests/2.34.2
        Accept-Encoding: gzip, deflate
        Accept: */*
        Connection: keep-alive
        Tus-Resumable: 1.0.0
        upload-length: {len(PHOTO)}
        upload-metadata: {METADATA}
        Content-Length: 0""")
    told = await phone.ask(
        f"""PATCH {created.headers["location"]} HTTP/1.1
        Host: 10.1.2.3
        User-Agent: python-requests/2.34.2
        upload-offset: 0
        Content-Type: application/offset+octet-stream
        Tus-Resumable: 1.0.0
        upload-checksum: sha1 {base64.b64encode(hashlib.sha1(PHOTO, usedforsecurity=False).digest()).decode()}
        Content-Length: {len(PHOTO)}""",
        PHOTO,
    )
    assert told.headers["upload-offset"] == str(len(PHOTO))
    assert kept(vault) == PHOTO


async def test_all_resolve_a_relative_location_whatever_the_proxy_calls_itself(client: httpx.AsyncClient) -> None:
    told = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example", "Host": "other.example"}
    answer = await client.post(UPLOADS, headers=declared(PHOTO) | told)
    assert answer.headers["location"].startswith(f"{UPLOADS}/")


async def test_nothing_but_post_may_mean_another_method(client: httpx.AsyncClient) -> None:
    location = await create(client, PHOTO)
    told = await send(client, location, 0, PHOTO[:5], **{"X-HTTP-Method-Override": "DELETE"})
    assert (told.status_code, told.headers["upload-offset"]) == (204, "5")
    put = await client.put(location, headers={**CHUNK, "X-HTTP-Method-Override": "PATCH"}, content=b"x")
    assert put.status_code == 405
