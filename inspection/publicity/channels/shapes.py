"""What each kind of receiver is sent, made of the published bytes alone. Pure.

What the document does not say cannot be told through any channel; the bytes themselves and their digest go along
wherever the receiver has room for them.
"""

import csv
import hashlib
import hmac
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from inspection.kernel.canonical import canonical_json
from inspection.publicity.channels.rules import ChannelKind
from inspection.publicity.kinds import DocumentKind, kind_of
from inspection.publicity.penalties.rules import yuan
from inspection.registry.intake.cells import guarded

SIGNATURE: Final = "Fieldcheck-Signature"
KEY: Final = "Idempotency-Key"


@dataclass(frozen=True, slots=True)
class Parcel:
    """What goes over the wire. `key` names this one delivery whenever it is sent again."""

    body: bytes
    content_type: str
    key: str


def parcel(kind: ChannelKind, document: bytes, *, digest: str, site: str) -> Parcel:
    """A version of a published result or penalty, or its withdrawal, as a receiver of this kind wants it.

    `digest`: SHA-256 (hex) of `document`; `site`: the address of the public site, where anybody reads it.
    """
    said: Mapping[str, Any] = json.loads(document)
    content_type, writers = _WRITERS[kind]
    what = kind_of(said)
    write = writers[what]
    of_penalty = what is DocumentKind.PENALTY or said.get("withdrawn", {}).get("of") == DocumentKind.PENALTY
    address = f"{site}/{'penalties' if of_penalty else 'results'}/{said['number']}"
    return Parcel(write(said, document, digest, address), content_type, f"{said['number']}.{said['version']}")


def signed(secret: bytes, body: bytes, at: int, *earlier: bytes) -> str:
    """The signature header: `t=<seconds since 1970>,v1=<HMAC-SHA-256 (hex) of "<t>.<body>">`, and one more `v1` for
    each `earlier` secret that a receiver may still check with.

    The instant is signed with the body, so that a parcel that was overheard cannot be sent again later.
    """
    macs = [hmac.digest(one, b"%d." % at + body, "sha256").hex() for one in (secret, *earlier)]
    return ",".join([f"t={at}", *(f"v1={mac}" for mac in macs)])


def genuine(secret: bytes, body: bytes, header: str, *, now: int, tolerance_s: int = 300) -> bool:
    """Whether a parcel bears this signature and is no older than `tolerance_s`: what a receiver does."""
    parts = [part.split("=", 1) for part in header.split(",") if "=" in part]
    at = next((value for name, value in parts if name == "t"), "")
    if not (at.isascii() and at.isdigit()) or len(at) > 12 or abs(now - int(at)) > tolerance_s:  # noqa: PLR2004
        return False
    mac = hmac.digest(secret, f"{at}.".encode() + body, "sha256").hex()
    return any(name == "v1" and hmac.compare_digest(mac.encode(), value.encode()) for name, value in parts)


def _event(said: Mapping[str, Any], document: bytes, digest: str, address: str) -> bytes:
    told = {
        "event": _event_of(said),
        "kind": kind_of(said).value,
        "number": said["number"],
        "version": said["version"],
        "sha256": digest,
        "address": address,
        # As text: whoever hashes it needs its very bytes.
        "document": document.decode(),
    }
    return canonical_json(told)


def _event_of(said: Mapping[str, Any]) -> str:
    if kind_of(said) is DocumentKind.WITHDRAWAL:
        return "withdrawn"
    return "published" if said["version"] == 1 else "corrected"


def _gsxt(said: Mapping[str, Any], document: bytes, digest: str, address: str) -> bytes:  # noqa: ARG001
    """公示系统: the header and detail fields of its own form, nothing else."""
    names = ("entName", "uniscId", *(name for name in said if name.startswith("ranins")), "insAuth", "insDate")
    rows = [
        {name: row[name] for name in ("seqno", "raninsItemName", "raninsCheckResName")}
        for row in said.get("details", ())
    ]
    return canonical_json({name: said[name] for name in names if name in said} | {"details": rows})


CREDIT_COLUMNS: Final = (
    ("行政相对人名称", "entName"),
    ("统一社会信用代码", "uniscId"),
    ("检查机关", "insAuth"),
    ("检查日期", "insDate"),
    ("检查事项", "raninsItemName"),
    ("检查结果", "raninsCheckResName"),
    ("抽查任务编号", "raninsTaskId"),
    ("公示编号", "number"),
    ("版本", "version"),
)


def _credit(said: Mapping[str, Any], document: bytes, digest: str, address: str) -> bytes:  # noqa: ARG001
    """信用平台: a table with one row an item, as its import takes it (UTF-8 with a mark, CRLF)."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([title for title, _ in CREDIT_COLUMNS])
    for row in said.get("details", ()):
        known = {**said, **row}
        writer.writerow([guarded(str(known.get(name, ""))) for _, name in CREDIT_COLUMNS])
    return out.getvalue().encode("utf-8-sig")


def _website(said: Mapping[str, Any], document: bytes, digest: str, address: str) -> bytes:  # noqa: ARG001
    """网站: an article of plain text; the site makes its own page of it."""
    rows = said.get("details", ())
    lines = [f"{row['raninsItemName']}：{_with_detail(row)}" for row in rows]
    told = {
        "title": f"{said['entName']}抽查检查结果公示",
        "number": said["number"],
        "version": said["version"],
        "date": said["publishedOn"],
        "source": said["insAuth"],
        "lines": lines,
        "address": address,
        "sha256": digest,
    }
    return canonical_json(told)


def _with_detail(row: Mapping[str, Any]) -> str:
    name, detail = str(row["raninsCheckResName"]), str(row.get("raninsCheckResDetail") or "")
    return name if detail in {"", name} else f"{name}（{detail}）"


def _gsxt_penalty(said: Mapping[str, Any], document: bytes, digest: str, address: str) -> bytes:  # noqa: ARG001
    """公示系统: a penalty by the names of its own form."""
    named = {
        "entName": said["entName"],
        "uniscId": said["uniscId"],
        "penDecNo": said["decisionNumber"],
        "illegActType": said["violation"],
        "penContent": said["content"],
        "penAuth_CN": said["decidingBody"],
        "penDecIssDate": said["decisionDate"],
        "publicDate": said["publishedOn"],
    }
    return canonical_json(named)


def _taken_back(said: Mapping[str, Any], document: bytes, digest: str, address: str) -> bytes:  # noqa: ARG001
    """Any receiver of JSON: which number is to be removed, since when and why; `replaces`: what it was sent before."""
    told = {
        "action": "withdraw",
        "of": said["withdrawn"]["of"],
        "number": said["number"],
        "version": said["version"],
        "date": said["publishedOn"],
        "ground": said["withdrawn"]["text"],
        "replaces": said["replaces"],
        "address": address,
    }
    return canonical_json(told)


CREDIT_PENALTY_COLUMNS: Final = (
    ("行政相对人名称", "entName"),
    ("统一社会信用代码", "uniscId"),
    ("行政处罚决定书文号", "decisionNumber"),
    ("违法事实", "violation"),
    ("处罚依据", "basis"),
    ("处罚内容", "content"),
    ("罚款金额（元）", "amount"),
    ("处罚决定日期", "decisionDate"),
    ("处罚机关", "decidingBody"),
    ("公示编号", "number"),
    ("版本", "version"),
)
CREDIT_WITHDRAWAL_COLUMNS: Final = (
    ("公示编号", "number"),
    ("版本", "version"),
    ("撤下日期", "publishedOn"),
    ("撤下原因", "text"),
)


def _credit_penalty(said: Mapping[str, Any], document: bytes, digest: str, address: str) -> bytes:  # noqa: ARG001
    """信用平台: a penalty is one row of a table of its own."""
    return _table(CREDIT_PENALTY_COLUMNS, {**said, "amount": yuan(said["amountFen"])})


def _credit_taken_back(said: Mapping[str, Any], document: bytes, digest: str, address: str) -> bytes:  # noqa: ARG001
    """信用平台: a table of what is to be taken off, one row."""
    return _table(CREDIT_WITHDRAWAL_COLUMNS, {**said, **said["withdrawn"]})


def _table(columns: tuple[tuple[str, str], ...], known: Mapping[str, Any]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([title for title, _ in columns])
    writer.writerow([guarded(str(known.get(name, ""))) for _, name in columns])
    return out.getvalue().encode("utf-8-sig")


def _website_penalty(said: Mapping[str, Any], document: bytes, digest: str, address: str) -> bytes:  # noqa: ARG001
    """网站: an article on a penalty."""
    fine = f"罚款：{yuan(said['amountFen'])}元"
    lines = [f"决定书文号：{said['decisionNumber']}", f"违法事实：{said['violation']}", f"处罚依据：{said['basis']}"]
    told = {
        "title": f"{said['entName']}行政处罚信息公示",
        "number": said["number"],
        "version": said["version"],
        "date": said["publishedOn"],
        "source": said["decidingBody"],
        "lines": [*lines, f"处罚内容：{said['content']}", *([fine] if said["amountFen"] else [])],
        "address": address,
        "sha256": digest,
    }
    return canonical_json(told)


_Writer = Callable[[Mapping[str, Any], bytes, str, str], bytes]
_JSON: Final = "application/json"


def _by_kind(result: _Writer, penalty: _Writer, withdrawal: _Writer) -> Mapping[DocumentKind, _Writer]:
    """Which writer for which document."""
    return {DocumentKind.RESULT: result, DocumentKind.PENALTY: penalty, DocumentKind.WITHDRAWAL: withdrawal}


_CSV: Final = "text/csv; charset=utf-8"
_WRITERS: Final[Mapping[ChannelKind, tuple[str, Mapping[DocumentKind, _Writer]]]] = MappingProxyType(
    {
        ChannelKind.WEBHOOK: (_JSON, dict.fromkeys(DocumentKind, _event)),
        ChannelKind.GSXT: (_JSON, _by_kind(_gsxt, _gsxt_penalty, _taken_back)),
        ChannelKind.CREDIT: (_CSV, _by_kind(_credit, _credit_penalty, _credit_taken_back)),
        ChannelKind.WEBSITE: (_JSON, _by_kind(_website, _website_penalty, _taken_back)),
    }
)


def content_digest(body: bytes) -> str:
    """SHA-256 (hex) of what a receiver answered: kept as its receipt."""
    return hashlib.sha256(body).hexdigest()
