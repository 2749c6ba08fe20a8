"""Forms of a door as a browser sends them, and as nobody should."""

import re
from collections.abc import AsyncIterator, Sequence
from html import unescape

import httpx

from tests.api.entity.conftest import Party

BOUNDARY = "----fieldcheck-test"
JPEG = b"\xff\xd8\xff\xe0" + b"JFIF" * 50
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
PDF = b"%PDF-1.7\n%" + bytes(range(200))
HEIC = b"\x00\x00\x00\x18ftypheic" + bytes(40)

Part = tuple[str, str | None, bytes]
"""Name of the field, file name, bytes."""


def text_part(name: str, text: str) -> Part:
    return name, None, text.encode()


def file_part(name: str, data: bytes) -> Part:
    return "files", name, data


def body(parts: Sequence[Part], end: bool = True) -> bytes:
    """The parts as multipart/form-data (RFC 7578), as browsers write it."""
    told = b""
    for name, file, data in parts:
        named = f'; filename="{file}"\r\nContent-Type: application/octet-stream' if file is not None else ""
        told += (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'.encode() + data + b"\r\n"
        )
    return told + (f"--{BOUNDARY}--\r\n".encode() if end else b"")


async def form_name(party: Party, page: str) -> str:
    """The one-time name that the page gives out now."""
    answer = await party.get(f"/{page}")
    assert answer.status_code == 200, answer.text
    return name_in(answer)


def name_in(answer: httpx.Response) -> str:
    found = re.search(r'name="form" value="([^"]+)"', answer.text)
    assert found, answer.text
    return found[1]


def typed_in(answer: httpx.Response, field: str) -> str:
    """What a text area of the page holds."""
    found = re.search(rf'<textarea id="{field}"[^>]*>(.*?)</textarea>', answer.text, re.DOTALL)
    assert found, answer.text
    return unescape(found[1])


async def post(
    party: Party, page: str, content: bytes | AsyncIterator[bytes], boundary: str = BOUNDARY, **headers: str
) -> httpx.Response:
    told = {"Content-Type": f"multipart/form-data; boundary={boundary}", **headers}
    return await party.client.post(f"{party.door.path}/{page}", content=content, headers=told)


async def send(party: Party, page: str, *parts: Part, form: str | None = None) -> httpx.Response:
    """A form with a name of its own, or this one."""
    name = form if form is not None else await form_name(party, page)
    return await post(party, page, body([text_part("form", name), *parts]))
