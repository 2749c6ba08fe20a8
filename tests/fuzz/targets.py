"""Every decoder of bytes from outside: any bytes give a value or the error that it documents, nothing else."""

import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from api.entity.session import session_value, turn_of
from api.language import preferred
from inspection.archive.container import ContainerRefused, open_container
from inspection.archive.verify import verify_dossier
from inspection.authority.factors.answers import Site, keys_made, read_answer, use_proven
from inspection.door.forms import FormKind, new_form, read_form
from inspection.draw.supervision.escrow import read_public_key
from inspection.draw.verify import verify_full, verify_one
from inspection.kernel.credential_keys import credential_keys
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.errors import DomainError
from inspection.kernel.keys import server_keys
from inspection.kernel.timestamping import StampError, stamped_at
from inspection.planning.higher_rows import HIGHER_COLUMNS, read_higher
from inspection.policy.load import parse_rule_set
from inspection.registry.inspectors.columns import INSPECTOR_COLUMNS
from inspection.registry.inspectors.rows import read_inspector
from inspection.registry.intake.rows import body_of
from inspection.registry.intake.sheet import take
from inspection.registry.items.checklist_files import parse_checklist
from inspection.registry.objects.codes import read_code
from inspection.registry.objects.columns import OBJECT_COLUMNS
from inspection.registry.objects.rows import read_object
from inspection.visits.credentials.claims import ForgedError
from inspection.visits.credentials.claims import read as read_credential
from inspection.visits.notices.numbers import read_number
from media.checksum import read_checksum
from media.image import look_at
from media.limits import Limits
from media.serving import Stored, answer
from media.signature import read_ink, read_signature_pad, render_svg
from media.sniff import sniff
from media.trailing import is_bare_jpeg, trailing_bytes
from media.tus import read_creation, read_metadata, read_offset
from mobile_contract.base import b64url
from mobile_contract.enrol import read_enrolment_uri
from mobile_contract.envelope import parse_entry, parse_line
from mobile_contract.strict_json import parse_strict
from sync.devices.dpop import BadProofError, host_of, names_target, read_proof, verify_proof
from sync.devices.nonces import read_nonce, write_nonce
from sync.office.export_file import ExportFile, OverfullFileError, UnreadableFileError
from sync.opaque import Cursor, ForeignCursorError, read_anchor, read_cursor, write_anchor, write_cursor
from sync.push.fast_lines import fast_line
from sync.push.unpack import check_content_digest, unpack
from tests.fuzz import seeds

NOW: Final = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ID: Final = UUID("019cac0f-2680-7e3b-bb08-41f2e6a8506f")
SECRET: Final = bytes(range(32))
KEYS: Final = server_keys(Ed25519PrivateKey.from_private_bytes(SECRET))
SITE: Final = Site(id="fieldcheck.example", origin="https://fieldcheck.example")
LINK: Final = "A" * 22


@dataclass(frozen=True)
class Target:
    """A decoder. `refuses`: the errors that it documents; `seeds`: what it reads when nobody means harm.

    `rounds`: mutations of each test run; dear decoders get fewer.
    """

    read: Callable[[bytes], object]
    seeds: Callable[[], Sequence[bytes]]
    refuses: tuple[type[Exception], ...] = (DomainError,)
    rounds: int = 1000
    honest: bool = True
    """Whether the first seed is one that is read: what shows that mutations begin beyond the first check."""


def _text(read: Callable[[str], object]) -> Callable[[bytes], object]:
    """A decoder of text: of what comes as bytes, headers bring Latin-1 and forms UTF-8, so each gets both."""

    def both(data: bytes) -> None:
        for encoding in ("latin-1", "utf-8"):
            read(data.decode(encoding, errors="replace"))

    return both


def _each(*reads: Callable[[Mapping[str, str]], object]) -> Callable[[bytes], object]:
    """Readers of headers: one a line, `name: value`; each is asked, whatever the one before said."""

    def read(data: bytes) -> None:
        pairs = (line.partition(": ") for line in data.decode("latin-1").split("\n"))
        headers = {name.strip().lower(): value for name, _, value in pairs}
        for one in reads:
            try:
                one(headers)
            except DomainError:
                continue

    return read


def _sheet(columns: tuple[Any, ...], read: Callable[..., object]) -> Callable[[bytes], object]:
    def rows(data: bytes) -> None:
        for _ in body_of(take(data).rows(), columns).results(read):  # type: ignore[arg-type]
            pass

    return rows


def _file(read: Callable[[Path], object]) -> Callable[[bytes], object]:
    def there(data: bytes) -> None:
        with TemporaryDirectory(dir=seeds.MEMORY) as folder:
            path = Path(folder) / "file"
            path.write_bytes(data)
            read(path)

    return there


def _entry(data: bytes) -> None:
    line = fast_line(data)
    assert line is None or line == parse_line(data), "the fast reader sees another line than the strict one"
    parse_entry(parse_line(data))


def _push(data: bytes) -> None:
    for coding in (None, "gzip", "zstd"):
        try:
            unpack(data, coding)
        except DomainError:
            continue


def _proof(data: bytes) -> None:
    verify_proof(read_proof(data.decode("latin-1")))


def _cursor(data: bytes) -> None:
    text = data.decode("latin-1")
    assert read_anchor(text, SECRET, ID) is None or text in _anchors()
    read_cursor(text, SECRET, ID)


def _cursors() -> list[bytes]:
    cursor = Cursor(history=ID, feed=ID, seq=7, newest=9, after="visit:1")
    return [write_cursor(cursor, SECRET).encode(), *map(str.encode, _anchors())]


def _anchors() -> tuple[str, ...]:
    return (write_anchor(NOW, SECRET), write_anchor(NOW, SECRET, device=ID, feed=3))


def _export(data: bytes) -> None:
    export = ExportFile(io.BytesIO(data), len(data))
    export.small("manifest.json", 10_000)
    for _ in export.batches():
        pass
    for digest in export.media():
        with TemporaryDirectory(dir=seeds.MEMORY) as folder:
            export.copy_media(digest, Path(folder) / "file", 10_000)


def _container(path: Path) -> None:
    with open_container(path) as container:
        for name in container.paths:
            assert not name.startswith("/"), name
            assert ".." not in name.split("/"), name
            container.read(name, 100_000)


def _bundle(data: bytes) -> None:
    """The files of a bundle, as lines `name: text`: every check says whether it holds, none breaks."""
    found = re.findall(rb"(?m)^([a-z.]{1,20}): (.*)$", data)
    checks = verify_full({name.decode(): body for name, body in found})
    assert checks
    assert not all(check.ok for check in checks)


def _opening(data: bytes) -> None:
    try:
        told = json.loads(data)
    except (ValueError, RecursionError):
        return
    if isinstance(told, dict):
        verify_one(told)


def _passkey(data: bytes) -> None:
    told, challenge = read_answer(data.decode("utf-8", errors="replace"))
    for check in (
        lambda: keys_made(told, challenge, SITE),
        lambda: use_proven(told, challenge, SITE, public_key=seeds.COSE, sign_count=0, verified=True),
    ):
        try:
            check()
        except DomainError:
            continue


def _attestation(data: bytes) -> None:
    """What the device says of a new passkey: CBOR, inside of an answer that is right."""
    told, challenge = read_answer(seeds.passkeys()[0].decode())
    told["response"]["attestationObject"] = b64url(data)
    keys_made(told, challenge, SITE)


def _authenticator(data: bytes) -> None:
    """What the device says of a passkey's use, as bytes, inside of an answer that is right."""
    told, challenge = read_answer(seeds.passkeys()[1].decode())
    told["response"]["authenticatorData"] = b64url(data)
    use_proven(told, challenge, SITE, public_key=data[-77:], sign_count=0, verified=True)


def _look(path: Path) -> None:
    look = look_at(path, "image/jpeg")
    assert json.dumps(look.facts())


def _range(data: bytes) -> None:
    stored = Stored("0" * 64, 1000, "image/jpeg")
    headers = {"range": data.decode("latin-1"), "if-none-match": data.decode("latin-1"), "if-range": "x"}
    told = answer(stored, headers)
    assert 0 <= told.start <= told.stop <= 1000


def _host(text: str) -> None:
    names_target(text, path="/v1/sync/push", hosts=frozenset({host_of(text)}), prefix="")


TARGETS: Final[Mapping[str, Target]] = {
    "strict JSON": Target(parse_strict, seeds.json_texts, (ValueError,)),
    "entry": Target(_entry, seeds.entries, (ValueError,)),
    "push body": Target(_push, seeds.pushes),
    "content digest": Target(_text(lambda text: check_content_digest(b"x", text)), seeds.digests, honest=False),
    "DPoP proof": Target(_proof, seeds.proofs, (BadProofError,)),
    "proof's address": Target(_text(_host), seeds.addresses, ()),
    "DPoP nonce": Target(
        _text(lambda text: read_nonce(text, NOW, SECRET)), lambda: [write_nonce(NOW, SECRET).encode()], ()
    ),
    "cursor and anchor": Target(_cursor, _cursors, (ForeignCursorError,)),
    "invitation": Target(_text(read_enrolment_uri), seeds.invitations, (ValueError,)),
    "tus headers": Target(
        _each(lambda told: read_creation(told, Limits()), read_offset, read_checksum), seeds.upload_headers, ()
    ),
    "tus metadata": Target(_text(read_metadata), seeds.upload_metadata),
    "range": Target(_range, seeds.ranges, ()),
    "languages": Target(_text(preferred), seeds.languages, ()),
    "export file": Target(_export, seeds.exports, (UnreadableFileError, OverfullFileError), 150),
    "dossier's container": Target(_file(_container), seeds.containers, (ContainerRefused,), 150),
    "dossier": Target(_file(verify_dossier), seeds.containers, (), 150),
    "register of objects": Target(
        _sheet(OBJECT_COLUMNS, seeds.object_reader(read_object)), seeds.registers, rounds=100
    ),
    "register of inspectors": Target(_sheet(INSPECTOR_COLUMNS, read_inspector), seeds.inspectors, rounds=100),
    "higher plans": Target(_sheet(HIGHER_COLUMNS, read_higher), seeds.higher_plans, rounds=100),
    "code of an object": Target(_text(read_code), seeds.codes, ()),
    "checklist as TOML": Target(lambda data: parse_checklist("a.toml", data), seeds.toml_lists, rounds=100),
    "checklist as JSON": Target(
        lambda data: parse_checklist("a.json", data), seeds.json_texts, rounds=100, honest=False
    ),
    "checklist as XLSForm": Target(lambda data: parse_checklist("a.xlsx", data), seeds.workbooks, rounds=40),
    "rule-set": Target(_text(parse_rule_set), seeds.rule_sets, (DomainError, ValueError), 20),
    "image": Target(_file(_look), seeds.images, (), 60),
    "kind of a file": Target(sniff, seeds.heads, ()),
    "end of a picture": Target(lambda data: (is_bare_jpeg(data), trailing_bytes(data, "PNG")), seeds.images, (), 100),
    "ink": Target(lambda data: render_svg(read_ink(data)), seeds.inks, rounds=100),
    "signature pad": Target(lambda data: read_signature_pad(data, width=600, height=300, pointer="pen"), seeds.pads),
    "time stamp": Target(lambda data: stamped_at(data, "x", ()), seeds.stamps, (StampError,), honest=False),
    "credential": Target(
        _text(lambda text: read_credential(text, credential_keys(KEYS, NOW).known)),
        seeds.credentials,
        (ForgedError,),
        honest=False,
    ),
    "door cookie": Target(
        _text(lambda text: turn_of(text, LINK, KEYS, NOW)), lambda: [session_value(KEYS, LINK, 1, NOW).encode()], ()
    ),
    "door form": Target(
        _text(lambda text: read_form(KEYS, FormKind.RATE, LINK, NOW, text)),
        lambda: [new_form(KEYS, FormKind.RATE, LINK, 1, NOW, SeededEntropy("form")).encode()],
        (),
    ),
    "number of a notice": Target(_text(read_number), seeds.notice_numbers, ()),
    "supervisor's key": Target(read_public_key, lambda: [seeds.POINT], (ValueError,)),
    "draw bundle": Target(_bundle, seeds.bundles, (), 60),
    "draw opening": Target(_opening, seeds.json_texts, ()),
    "passkey": Target(_passkey, seeds.passkeys),
    "passkey's attestation": Target(_attestation, seeds.attestations),
    "passkey's use": Target(_authenticator, seeds.authenticators, honest=False),
}
"""By name. A decoder that is not here is reached by `tests/api/fuzz` through its route: forms, queries, bodies."""
