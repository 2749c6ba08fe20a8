"""Bodies that no browser sends: each is answered with a page, keeps nothing, and costs little."""

import shutil
import struct
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from api.entity.formdata import PARTS, TEXT_BYTES, WHOLE_BYTES
from inspection.door.limits import FILE_BYTES, FILES_A_FORM
from inspection.door.rectify import rectifications_of
from inspection.kernel.catalogue import text
from inspection.kernel.command import Command, Role
from inspection.kernel.settings import Settings
from media.derive import look_at_blob, record_look
from media.tables import StoredBlob
from tests.api.entity.conftest import Party
from tests.api.entity.forms import (
    BOUNDARY,
    JPEG,
    PDF,
    PNG,
    body,
    file_part,
    form_name,
    post,
    send,
    text_part,
    typed_in,
)
from tests.media.pictures import jpeg


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """One engine: what is refused here never comes to a database."""
    copy = tmp_path / "fieldcheck.sqlite3"
    shutil.copy(sqlite_template, copy)
    return f"sqlite:///{copy}"


HTML = b"<!doctype html><script>alert(1)</script>"
ZIP = b"PK\x03\x04" + bytes(60)
ELF = b"\x7fELF" + bytes(60)


@pytest.fixture
async def inside(party: Party) -> Party:
    await party.come_in()
    return party


async def _nothing_kept(party: Party, settings: Settings) -> None:
    assert await rectifications_of(party.visit) == []
    assert await StoredBlob.count() == 0
    assert not list((settings.data_dir / "media" / "staging").iterdir())


def _told(answer: httpx.Response, key: str, **facts: object) -> None:
    assert text(key, "zh_CN", **facts) in answer.text, answer.text  # type: ignore[arg-type]


async def test_a_file_is_what_its_first_bytes_are_and_not_what_it_is_called(inside: Party, settings: Settings) -> None:
    for name, data in (
        ("页面.jpg", HTML),
        ("a.pdf", ZIP),
        ("a.png", ELF),
        ("svg.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("late.pdf", HTML + b"%PDF-1.7"),
        ("gif.png", b"GIF89a" + PNG),
    ):
        answer = await send(
            inside, "rectify", text_part("note", "说明"), file_part("好.jpg", JPEG), file_part(name, data)
        )
        assert answer.status_code == 415
        _told(answer, "entity.file_kind", name=name)
        assert typed_in(answer, "note") == "说明"
    empty = await send(inside, "rectify", text_part("note", "说明"), file_part("空.jpg", b""))
    assert empty.status_code == 422
    _told(empty, "entity.file_empty", name="空.jpg")
    await _nothing_kept(inside, settings)


async def test_a_file_over_ten_mebibytes_is_refused_by_name_and_one_byte_less_is_taken(
    inside: Party, settings: Settings
) -> None:
    whole = JPEG + bytes(FILE_BYTES - len(JPEG))
    answer = await send(inside, "rectify", file_part("大.jpg", whole + b"\0"), text_part("note", "在后面"))
    assert answer.status_code == 413
    _told(answer, "entity.file_too_large", name="大.jpg", mib=10)
    assert typed_in(answer, "note") == "在后面"
    await _nothing_kept(inside, settings)
    assert (await send(inside, "rectify", file_part("大.jpg", whole))).status_code == 200


async def test_a_sixth_file_is_refused(inside: Party, settings: Settings) -> None:
    files = [file_part(f"{n}.jpg", JPEG + bytes([n])) for n in range(FILES_A_FORM + 1)]
    answer = await send(inside, "rectify", *files)
    assert answer.status_code == 422
    _told(answer, "door.too_many_files", most=FILES_A_FORM)
    await _nothing_kept(inside, settings)


async def test_two_gigabytes_are_refused_at_the_first_file_with_what_was_typed(
    inside: Party, settings: Settings
) -> None:
    name, sent = await form_name(inside, "rectify"), 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield body([text_part("form", name), text_part("note", "先写的")], end=False)
        yield body([file_part("a.jpg", JPEG)], end=False)
        for _ in range(2000):
            sent += 1
            yield bytes(2**20)

    answer = await post(inside, "rectify", endless(), **{"Content-Length": str(2 * 2**30)})
    assert answer.status_code == 413
    assert typed_in(answer, "note") == "先写的"
    _told(answer, "entity.form_too_large", mib=10)
    await _nothing_kept(inside, settings)


async def test_a_body_without_a_length_ends_at_the_limit(inside: Party, settings: Settings) -> None:
    name = await form_name(inside, "rectify")

    async def endless() -> AsyncIterator[bytes]:
        yield body([text_part("form", name)], end=False)
        for n in range(40):
            yield body([file_part(f"{n}.jpg", JPEG + bytes(2**21))], end=False)

    answer = await post(inside, "rectify", endless())
    assert answer.status_code in {413, 422}
    await _nothing_kept(inside, settings)
    assert WHOLE_BYTES < 40 * 2**21


async def test_thousands_of_parts_and_megabytes_of_text_are_not_read(inside: Party, settings: Settings) -> None:
    for page in ("rectify", "rate", "remark", "object"):
        many = await send(inside, page, *[text_part(f"f{n}", "x") for n in range(5000)])
        assert many.status_code == 413
        huge = await send(inside, page, text_part("note", "长" * TEXT_BYTES))
        assert huge.status_code == 413
        _told(huge, "entity.text_too_large")
    await _nothing_kept(inside, settings)
    assert PARTS < 5000


async def test_broken_bodies_are_told_to_be_sent_again_with_what_had_come(inside: Party, settings: Settings) -> None:
    name = await form_name(inside, "rectify")
    head = [text_part("form", name), text_part("note", "写到一半")]
    whole = body([*head, file_part("a.jpg", JPEG)])
    for broken in (
        whole[: len(whole) // 2],
        whole[:-30],
        body(head, end=False)[:-3],
        whole.replace(b"\r\n\r\n", b"\n\n"),
        body(head, end=False) + b"--" + BOUNDARY.encode() + b"\r\nno header\r\n\r\n",
        body(head, end=False) + b"--" + BOUNDARY.encode() + b"\r\n" + b"X: y\r\n" * 50 + b"\r\n",
    ):
        answer = await post(inside, "rectify", broken)
        assert answer.status_code in {400, 403, 413}, broken
    cut = await post(inside, "rectify", body(head, end=False)[:-2])
    assert (cut.status_code, typed_in(cut, "note")) == (400, "写到一半")
    await _nothing_kept(inside, settings)


async def test_wrong_boundaries_types_and_nesting_are_pages_too(inside: Party, settings: Settings) -> None:
    name = await form_name(inside, "rectify")
    whole = body([text_part("form", name), text_part("note", "x")])
    for kind in (
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=" + "x" * 300,
        "multipart/mixed; boundary=" + BOUNDARY,
        "application/x-www-form-urlencoded",
        "text/plain",
        "",
    ):
        answer = await post(inside, "rectify", whole, **{"Content-Type": kind})
        assert answer.status_code == 400
        _told(answer, "entity.form_broken")
    assert (await post(inside, "rectify", whole, boundary="other")).status_code in {400, 403}
    assert (await post(inside, "rectify", b"")).status_code in {400, 403}

    inner = body([file_part("b.jpg", JPEG)]).replace(BOUNDARY.encode(), b"inner")
    nested = (
        whole[: -len(f"--{BOUNDARY}--\r\n")]
        + (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="a.jpg"\r\n'
            "Content-Type: multipart/mixed; boundary=inner\r\n\r\n"
        ).encode()
        + inner
        + f"\r\n--{BOUNDARY}--\r\n".encode()
    )
    answer = await post(inside, "rectify", nested)
    assert answer.status_code == 415
    await _nothing_kept(inside, settings)


async def test_a_form_that_does_not_begin_with_its_name_is_not_read(inside: Party, settings: Settings) -> None:
    name = await form_name(inside, "rectify")
    for parts in (
        [text_part("note", "x"), text_part("form", name)],
        [file_part("a.jpg", JPEG), text_part("form", name)],
        [("form", "form.txt", name.encode()), text_part("note", "x")],
        [text_part("form", "no name"), text_part("form", name), text_part("note", "x")],
    ):
        assert (await post(inside, "rectify", body(parts))).status_code == 403
    await _nothing_kept(inside, settings)


async def test_of_a_field_that_comes_twice_the_first_counts_and_bytes_that_are_no_text_are_marked(
    inside: Party,
) -> None:
    twice = await send(
        inside, "rectify", text_part("note", "第一"), text_part("note", "第二"), ("note", None, b"\xff\xfe")
    )
    assert twice.status_code == 200
    assert (await rectifications_of(inside.visit))[0].note == "第一"
    odd = await send(inside, "rectify", ("note", None, b"a\x00b\xff\xed\xa0\x80"))
    assert odd.status_code == 200
    notes = [row.note for row in await rectifications_of(inside.visit)]
    assert next(note for note in notes if note != "第一").startswith("ab\ufffd")


async def test_polyglots_and_pixel_bombs_are_kept_as_they_came_and_shown_only_as_the_workers_copies(
    inside: Party, cmd: Command
) -> None:
    polyglot, bomb = jpeg(40, 30) + HTML + PDF, _pixel_bomb()
    answer = await send(inside, "rectify", file_part("a.jpg", polyglot), file_part("b.png", bomb))
    assert answer.status_code == 200
    (row,) = await rectifications_of(inside.visit)
    for file, shown in zip(row.files, (200, 404), strict=True):
        path = f"/office/visits/{inside.visit}/media/{file.digest}"
        copy = f"{path}/copy?of=preview"
        assert (await inside.walk.ask(Role.LEADER, "GET", copy)).status_code == 404
        look = await look_at_blob(file.digest)
        assert look is not None
        await record_look(cmd, digest=file.digest, look=look)
        answer = await inside.walk.ask(Role.LEADER, "GET", copy)
        assert answer.status_code == shown
        assert HTML not in answer.content
        original = await inside.walk.ask(Role.LEADER, "GET", path)
        assert original.headers["content-disposition"].startswith("attachment;")
        assert "sandbox" in original.headers["content-security-policy"]


async def test_names_of_files_are_harmless_on_the_page_and_kept_readable(inside: Party) -> None:
    evil = 'x"; filename="<img src=x onerror=alert(1)>\u202egpj.exe.jpg'
    answer = await send(inside, "rectify", file_part(evil.replace('"', "%22"), JPEG), file_part("../etc/passwd", PNG))
    assert answer.status_code == 200
    assert "<img" not in answer.text
    assert "\u202e" not in answer.text
    names = [file.name for file in (await rectifications_of(inside.visit))[0].files]
    assert names[1] == "passwd"
    assert not any(set(name) & set('/\\<>"') for name in names)


def _pixel_bomb() -> bytes:
    """A PNG that says it has 60,000 × 60,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )
