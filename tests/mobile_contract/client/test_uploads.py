"""Files go up in pieces and go on where they stopped, whatever the network does."""

import base64
import hashlib
import json

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobile_contract.client import Device, ProblemError, Session
from tests.mobile_contract.client.tablets import tablet


class Tus:
    """Just enough of tus 1.0.0 to hold a client to it. `cut`: how many bytes of the n-th PATCH arrive."""

    def __init__(self, cut: dict[int, int] | None = None) -> None:
        self.stored: dict[str, bytearray] = {}
        self.lengths: dict[str, int] = {}
        self.metadata: list[dict[str, str]] = []
        self.forgets = False
        self.seen: list[str] = []
        self.here: set[str] = set()
        self.put: dict[str, tuple[str, bytes]] = {}
        self._cut = cut or {}
        self._patches = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request.method)
        assert request.headers["authorization"].startswith("DPoP ")
        name = request.url.path.rsplit("/", 1)[-1]
        if request.url.path == "/v1/media/have":
            asked = json.loads(request.content)["sha256"]
            return httpx.Response(200, json={"sha256": [digest for digest in asked if digest in self.here]})
        if request.method == "PUT":
            self.put[name] = request.headers["content-type"], request.content
            return httpx.Response(201)
        assert request.headers["tus-resumable"] == "1.0.0"
        if request.method == "POST":
            return self._create(request)
        if self.forgets or name not in self.stored:
            self.forgets = False
            return httpx.Response(404)
        if request.method == "HEAD":
            return httpx.Response(200, headers={"Upload-Offset": str(len(self.stored[name]))})
        return self._append(name, request)

    def _create(self, request: httpx.Request) -> httpx.Response:
        pairs = (pair.split(" ") for pair in request.headers["upload-metadata"].split(","))
        self.metadata.append({key: base64.b64decode(value).decode() for key, value in pairs})
        name = f"u{len(self.lengths)}"
        self.stored[name], self.lengths[name] = bytearray(), int(request.headers["upload-length"])
        return httpx.Response(201, headers={"Location": f"/v1/uploads/{name}"})

    def _append(self, name: str, request: httpx.Request) -> httpx.Response:
        have = self.stored[name]
        assert request.headers["content-type"] == "application/offset+octet-stream"
        if int(request.headers["upload-offset"]) != len(have):
            return httpx.Response(409)
        self._patches += 1
        arrived = self._cut.get(self._patches)
        have += request.content[:arrived]
        if arrived is not None:
            raise httpx.WriteError("the connection broke", request=request)
        return httpx.Response(204, headers={"Upload-Offset": str(len(have))})


async def upload(device: Device, tus: Tus, chunk: int = 10) -> int:
    async with httpx.AsyncClient(transport=httpx.MockTransport(tus), base_url="http://server") as http:
        return await Session(device, http).upload_files(chunk)


async def persist(device: Device, tus: Tus, tries: int = 50) -> None:
    for _ in range(tries):
        try:
            await upload(device, tus)
        except httpx.WriteError:
            continue
        return
    raise AssertionError("never complete")


async def test_a_file_arrives_whole_in_pieces_with_its_digest_told():
    device, tus, content = tablet(), Tus(), bytes(range(95))
    digest = device.attach(content, "image/jpeg")
    assert await upload(device, tus) == 1
    assert bytes(tus.stored["u0"]) == content
    assert tus.metadata == [{"sha256": digest, "filetype": "image/jpeg"}]
    assert digest == hashlib.sha256(content).hexdigest()
    assert tus.seen == ["POST"] + ["PATCH"] * 10
    assert await upload(device, tus) == 0


@settings(max_examples=40)
@given(st.binary(min_size=11, max_size=60), st.dictionaries(st.integers(1, 6), st.integers(0, 9), max_size=4))
async def test_a_broken_upload_goes_on_where_it_stopped(content, cut):
    device, tus = tablet(), Tus(cut)
    device.attach(content, "image/jpeg")
    await persist(device, tus)
    assert bytes(tus.stored["u0"]) == content
    assert len(tus.stored) == 1
    assert device.store.incomplete_files() == []


async def test_an_upload_the_server_forgot_begins_anew():
    device, tus = tablet(), Tus({2: 3})
    device.attach(b"x" * 40, "image/jpeg")
    with pytest.raises(httpx.WriteError):
        await upload(device, tus)
    tus.forgets = True
    await upload(device, tus)
    assert bytes(tus.stored["u1"]) == b"x" * 40


async def test_an_offset_that_moved_is_asked_for_again():
    device, tus = tablet(), Tus({1: 4})
    device.attach(b"y" * 20, "image/jpeg")
    with pytest.raises(httpx.WriteError):
        await upload(device, tus)
    tus.stored["u0"] += b"y" * 6
    await upload(device, tus)
    assert bytes(tus.stored["u0"]) == b"y" * 20


async def test_a_file_that_is_refused_stops_no_other_and_stays_to_be_sent():
    device, tus = tablet(), Tus()
    refused, taken = device.attach(b"bad", "image/jpeg"), device.attach(b"good", "image/png")

    def answer(request: httpx.Request) -> httpx.Response:
        if request.content == b"bad":
            return httpx.Response(422, json={"code": "digest-mismatch"})
        return tus(request)

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://server") as http:
        with pytest.raises(ProblemError, match="422 digest-mismatch"):
            await Session(device, http).upload_files()
    assert device.store.incomplete_files() == [refused]
    assert tus.put == {taken: ("image/png", b"good")}


async def test_a_small_file_goes_in_one_request():
    device, tus = tablet(), Tus()
    digest = device.attach(b"small", "image/jpeg")
    assert await upload(device, tus) == 1
    assert (tus.seen, tus.put) == (["PUT"], {digest: ("image/jpeg", b"small")})
    assert device.store.incomplete_files() == []


async def test_a_small_file_that_was_begun_in_pieces_goes_on_in_pieces():
    device, tus = tablet(), Tus({2: 3})
    device.attach(b"x" * 40, "image/jpeg")
    with pytest.raises(httpx.WriteError):
        await upload(device, tus)
    await upload(device, tus, chunk=1000)
    assert "PUT" not in tus.seen
    assert bytes(tus.stored["u0"]) == b"x" * 40


async def test_of_many_files_only_those_go_up_that_are_not_there():
    device, tus = tablet(), Tus()
    known, missing = device.attach(b"known", "image/jpeg"), device.attach(b"missing", "image/jpeg")
    tus.here = {known}
    await upload(device, tus)
    assert (tus.seen, set(tus.put)) == (["POST", "PUT"], {missing})
    assert device.store.incomplete_files() == []
