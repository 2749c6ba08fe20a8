"""What each decoder reads when nobody means harm: where mutations begin."""

import gzip
import io
import json
import struct
import zipfile
from base64 import b64encode
from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

import cbor2
from backports import zstd
from cryptography.hazmat.primitives.asymmetric import ec
from openpyxl import Workbook
from PIL import Image

from inspection.kernel.entropy import SeededEntropy
from mobile_contract.base import b64url, unb64url
from tests.guards.sources import ROOT
from tests.media.pictures import jpeg
from tests.support.passkeys import SoftPasskey

VECTORS: Final = ROOT / "mobile_contract" / "vectors"
MEMORY: Final = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  small files by the thousand
_KEY: Final = ec.derive_private_key(int.from_bytes(SeededEntropy("passkey").bytes(31), "big"), ec.SECP256R1())
_NUMBERS: Final = _KEY.public_key().public_numbers()
_X, _Y = _NUMBERS.x.to_bytes(32, "big"), _NUMBERS.y.to_bytes(32, "big")
POINT: Final = b"\x04" + _X + _Y
COSE: Final = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: _X, -3: _Y})


@cache
def _vectors(name: str) -> Any:
    return json.loads((VECTORS / f"{name}.json").read_bytes())


def json_texts() -> list[bytes]:
    strict = _vectors("strict")
    return [bytes.fromhex(one["bytes_hex"]) for one in (*strict["read"], *strict["refused"])] + [
        json.dumps({"code": "SW01", "items": [{"id": "a", "text": "检查", "n": 12}], "on": None}).encode()
    ]


def entries() -> list[bytes]:
    return _vectors("push")["body"].encode().splitlines()


def pushes() -> list[bytes]:
    body = _vectors("push")["body"].encode()
    return [body, gzip.compress(body, mtime=0), zstd.compress(body)]


def digests() -> list[bytes]:
    return [_vectors("push")["content_digest"].encode(), b"sha-256=:%s:" % b64encode(bytes(32))]


def proofs() -> list[bytes]:
    return [_vectors("dpop")[name]["proof"].encode() for name in ("token_request", "pull")]


def addresses() -> list[bytes]:
    return [b"https://fieldcheck.example/v1/sync/push", b"http://[::1]:8000/v1/sync/push?x#y", b"//a:b@c:99999/%2e%2e"]


def invitations() -> list[bytes]:
    return [b"fieldcheck://enrol?server=https%3A%2F%2Ffieldcheck.example&code=2222222222222222"]


def upload_headers() -> list[bytes]:
    told = b"sha256 " + b64encode(b"0" * 64) + b",filetype " + b64encode(b"image/jpeg")
    return [
        b"upload-length: 100\nupload-metadata: " + told + b"\nupload-checksum: sha256 " + b64encode(bytes(32)),
        b"upload-defer-length: 1\nupload-metadata: " + told,
        b"upload-offset: 7\ncontent-type: application/offset+octet-stream\ncontent-length: 12",
    ]


def upload_metadata() -> list[bytes]:
    return [b"sha256 " + b64encode(b"0" * 64) + b",filetype " + b64encode("图".encode()) + b",empty"]


def ranges() -> list[bytes]:
    return [b"bytes=0-99", b"bytes=-5", b"bytes=990-", b'"' + b"0" * 64 + b'", W/"x"', b"*"]


def languages() -> list[bytes]:
    return [b"zh-CN,zh;q=0.9,en;q=0.8", b"en;q=nan, *;q=1e999"]


def _zipped(members: Mapping[str, bytes], *, packed: bool = True) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return made.getvalue()


def exports() -> list[bytes]:
    body = _vectors("push")["body"].encode()
    return [_zipped({"manifest.json": b"{}", "entries.ndjson": body, f"media/{'0' * 64}": b"\xff\xd8" * 9})]


def containers() -> list[bytes]:
    manifest = json.dumps({"format": "fieldcheck-dossier/1", "files": []}).encode()
    return [_zipped({"manifest.json": manifest, "record/entries.jsonl": b"{}\n"}, packed=False)]


def object_reader(read: Callable[..., object]) -> Callable[..., object]:
    """A reader of rows that knows the words of one ground of exemption."""
    return partial(read, exemptions={"白名单": "white_list"})


def registers() -> list[bytes]:
    text = '名称,统一社会信用代码,地址,信用等级\n一号店,91110108551385082Q,一路1号,A\n=1+1,x,"a\nb",\n'
    return [text.encode(), text.encode("gb18030"), text.encode("utf-16"), _book(text), text.replace(",", "\t").encode()]


def inspectors() -> list[bytes]:
    text = "姓名,工作单位,执法证号,有效期止\n张三,一科,15100001,2028-01-01\n李四,二科,,\n"
    return [text.encode(), _book(text)]


def higher_plans() -> list[bytes]:
    text = "上级机关,计划编号,抽查事项,年度,起止日期\n市局,2026-1,广告,2026,2026-03-01至2026-05-01\n"
    return [text.encode(), _book(text)]


def _book(text: str) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for line in text.splitlines():
        sheet.append(line.split(","))
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def codes() -> list[bytes]:
    return [b"91110108551385082Q", b"110108196603214356", "３７１０".encode(), b"37100010000012 (old)"]


def toml_lists() -> list[bytes]:
    folder = ROOT / "inspection" / "registry" / "seed" / "checklists"
    return [min(folder.glob("*.toml"), key=lambda path: path.stat().st_size).read_bytes()]


def rule_sets() -> list[bytes]:
    folder = ROOT / "inspection" / "policy" / "rulesets"
    return [min(folder.glob("*.toml"), key=lambda path: path.stat().st_size).read_bytes()]


def workbooks() -> list[bytes]:
    book = Workbook()
    survey = book.active
    assert survey is not None
    survey.title = "survey"
    for row in (("type", "name", "label"), ("select_one yn", "p1", "是否亮照"), ("text", "n1", "说明")):
        survey.append(row)
    choices = book.create_sheet("choices")
    for row in (("list_name", "name", "label"), ("yn", "yes", "是"), ("yn", "no", "否")):
        choices.append(row)
    settings = book.create_sheet("settings")
    for row in (("form_id", "version", "form_title"), ("SW01", "1", "检查要点表")):
        settings.append(row)
    made = io.BytesIO()
    book.save(made)
    return [made.getvalue()]


@cache
def images() -> list[bytes]:
    png, webp = io.BytesIO(), io.BytesIO()
    picture = Image.new("RGB", (24, 16), (90, 30, 10))
    picture.save(png, "PNG")
    picture.save(webp, "WEBP")
    return [jpeg(40, 30, orientation=6, comment=b"note"), png.getvalue(), webp.getvalue()]


def heads() -> list[bytes]:
    mp4 = struct.pack(">I4s4sI4s", 24, b"ftyp", b"isom", 512, b"mp41")
    return [
        *images(),
        mp4,
        b"OggS" + bytes(40),
        b"RIFF\x00\x00\x00\x00WAVEfmt ",
        b"\x1aE\xdf\xa3",
        b"%PDF-1.7\n",
        b"ID3\x04",
    ]


def inks() -> list[bytes]:
    stroke = [[n * 90, n * 40, 16, 128] for n in range(1, 30)]
    ink = {"width": 600, "height": 300, "dpr_percent": 100, "pointer": "pen", "pressure": True, "strokes": [stroke]}
    return [json.dumps(ink).encode(), b"{}"]


def pads() -> list[bytes]:
    points = [{"x": n * 9.5, "y": n * 4.25, "pressure": 0.5, "time": 1772413200000 + n * 16} for n in range(1, 30)]
    return [json.dumps([{"penColor": "black", "points": points}]).encode()]


def stamps() -> list[bytes]:
    return [
        bytes.fromhex("30053003020100"),
        bytes.fromhex("30053003020102"),
        bytes.fromhex("300630040201023000"),
    ]


def credentials() -> list[bytes]:
    return [b"eyJhbGciOiJFUzI1NiIsImtpZCI6IngiLCJ0eXAiOiJmYytqd3QifQ.eyJzdWIiOiJ4In0." + b"A" * 86]


def notice_numbers() -> list[bytes]:
    return ["经商务检告〔2026〕000001号".encode()]


def bundles() -> list[bytes]:
    told = {
        "params.json": {"v": 1, "hash_alg": "sha256", "items": []},
        "ceremony.json": {"hash_alg": "sha256", "seed": "00" * 32, "draw": "x"},
        "cells.json": [],
        "drawn.json": [{"cell": 0, "rank": 0, "ticket": "00", "place": "00"}],
        "secret.json": {"key": "00" * 32},
        "events.jsonl": {"text": "{}", "hash": "00"},
    }
    return ["\n".join(f"{name}: {json.dumps(value)}" for name, value in told.items()).encode()]


@cache
def passkeys() -> list[bytes]:
    key = SoftPasskey(key=_KEY)
    options = json.dumps({"challenge": b64url(bytes(32))})
    return [key.made(options).encode(), key.given(options).encode()]


@cache
def attestations() -> list[bytes]:
    return [unb64url(json.loads(passkeys()[0])["response"]["attestationObject"])]


@cache
def authenticators() -> list[bytes]:
    return [unb64url(json.loads(passkeys()[1])["response"]["authenticatorData"]) + COSE]
