"""Custody and evidence over HTTP: read by those who review, handed out to those who may, checked by anybody."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from litestar import Litestar

from inspection.archive.standalone import verifier
from inspection.archive.verify import verify_dossier
from inspection.authority.found import open_account
from inspection.kernel.canonical import sha256_hex
from inspection.kernel.command import Command, Role
from inspection.kernel.keys import KEY_FILE
from inspection.kernel.settings import Settings
from media.blobs import store_bytes
from tests.api.test_dossiers import keep_custody
from tests.inspection.archive.line import Line, approved_visit
from tests.inspection.archive.papers import PHOTO, PHOTO_DIGEST

ASKED = {"purpose": "人民法院调取", "ground": "调取证据通知书"}


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """A server with the key that signed the receipts of these tests."""
    folder = tmp_path / "data" / "keys"
    folder.mkdir(parents=True)
    secret = Ed25519PrivateKey.from_private_bytes(b"s" * 32)
    pem = secret.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / KEY_FILE).write_bytes(pem)
    (folder / KEY_FILE).chmod(0o600)
    return Settings(database_url=database_url, data_dir=tmp_path / "data")


@pytest.fixture
async def line(app: Litestar, cmd: Command) -> Line:
    """An approved visit with its photo in the store and the receipts and keys of the protocol."""
    made = await approved_visit(cmd)
    await keep_custody(made, cmd)
    await store_bytes(replace(cmd, authority=made.office.authority), PHOTO, "image/jpeg")
    return made


@pytest.fixture
def speaks(
    client: httpx.AsyncClient, line: Line, token_for: Callable[[UUID], Awaitable[str]]
) -> Callable[..., Awaitable[httpx.Response]]:
    """A request of a person of the line's authority in a role."""
    accounts: dict[Role, UUID] = {}

    async def ask(role: Role, method: str, path: str, **sent: object) -> httpx.Response:
        if role not in accounts:
            account = await open_account(
                line.office.cmd,
                authority=line.office.authority,
                unit=None,
                username=f"evidence.{role}",
                name=f"某{role}",
                role=role,
                password="a long enough password",
            )
            accounts[role] = account.id
        headers = {"Authorization": f"Bearer {await token_for(accounts[role])}"}
        return await client.request(method, f"/office/visits/{path}", headers=headers, **sent)  # type: ignore[arg-type]

    return ask


async def test_evidence_is_read_handed_out_and_checked(
    line: Line, speaks: Callable[..., Awaitable[httpx.Response]], client: httpx.AsyncClient, tmp_path: Path
) -> None:
    assert (await client.get("/public/verify-dossier.pyz")).content == verifier()
    chain = (await speaks(Role.LEGAL, "GET", f"{line.visit}/custody")).json()
    acts = [told["act"] for told in chain["lines"]]
    assert acts == ["captured", "signed", "received", "verified", "received"]
    assert (chain["length"], chain["broken_at"]) == (len(acts), None)
    assert chain["lines"][0]["told"]["zh_CN"].startswith(f"文件 {PHOTO_DIGEST[:12]}")

    answer = await speaks(Role.LEGAL, "POST", f"{line.visit}/evidence", json=ASKED)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["etag"] == f'"{sha256_hex(answer.content)}"'
    assert answer.headers["content-length"] == str(len(answer.content))
    path = tmp_path / "evidence.zip"
    path.write_bytes(answer.content)
    assert [check for check in verify_dossier(path) if not check.ok] == []
    left = {entry.name for entry in (tmp_path / "data" / "media").iterdir()}
    assert not [name for name in left if name.startswith("evidence-")]

    page = (await speaks(Role.LEGAL, "GET", f"{line.visit}/custody?after={len(acts)}")).json()
    (exported,) = page["lines"]
    assert (exported["act"], exported["by"]) == ("exported", "某legal")
    assert exported["facts"]["sha256"] == sha256_hex(answer.content)
    assert "人民法院调取" in exported["told"]["zh_CN"]

    # Not everybody may, nobody without a reason, and nobody of a visit that is not theirs.
    for role, asked, status in (
        (Role.PLANNER, ASKED, 403),
        (Role.LEGAL, {"purpose": " ", "ground": "x"}, 422),
        (Role.LEGAL, {"purpose": "x"}, 422),
    ):
        refused = await speaks(role, "POST", f"{line.visit}/evidence", json=asked)
        assert refused.status_code == status, refused.text
    unknown = UUID(int=1)
    assert (await speaks(Role.LEGAL, "POST", f"{unknown}/evidence", json=ASKED)).status_code == 404
    assert (await speaks(Role.LEGAL, "GET", f"{unknown}/custody")).status_code == 404
    assert (await speaks(Role.PLANNER, "GET", f"{line.visit}/custody")).status_code == 403
    assert (await speaks(Role.LEGAL, "GET", f"{line.visit}/custody")).json()["length"] == len(acts) + 1
