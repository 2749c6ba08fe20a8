"""Both authorities have brought the very same photo: what each does with it is its own, and nobody else's to see, to
show or to end. The bytes lie there once and stay as long as anybody holds them.
"""

from dataclasses import dataclass
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from inspection.authority import store as authority_store
from inspection.kernel.command import Actor, Command, Role
from media.blobs import claimed_digests, open_blob, store_bytes
from media.hold import hold
from media.public_copy import PublicPicture, make_public_copy, public_copies
from media.store_holds import held_of, hold_of
from tests.tenants.callers import callers
from tests.tenants.holdings import rows_of
from tests.tenants.test_isolation import texts
from tests.tenants.world import Tenants

FACE, LAWSUIT = "第一单位遮盖人脸", "第一单位涉诉"


@dataclass(frozen=True)
class Photo:
    """A photo of a record of the second authority, which the first one has brought as well, masked and holds."""

    visit: UUID
    publication: UUID
    digest: str
    masked: PublicPicture
    barer: PublicPicture

    @property
    def path(self) -> str:
        return f"/visits/{self.visit}/media/{self.digest}"


async def acting(cmd: Command, authority: UUID) -> Command:
    """As the legal service of an authority."""
    account = next(one for one in await authority_store.accounts(authority) if one.role is Role.LEGAL)
    return Command(Actor(str(account.id), account.name, account.role), cmd.now, cmd.entropy, authority)


@pytest.fixture
async def photo(tenants: Tenants, app: Litestar, cmd: Command) -> Photo:
    shown = {row["blob"] for row in rows_of(tenants.database, "derivative")}
    images = {row["digest"] for row in rows_of(tenants.database, "blob") if row["id"] in shown}
    results = {row["visit"]: row["id"] for row in rows_of(tenants.database, "publication", tenants.second)}
    visit, digest = next(
        (str(row["visit"]), str(row["digest"]))
        for row in rows_of(tenants.database, "custody_act", tenants.second)
        if row["digest"] in images and row["visit"] in results
    )
    first = await acting(cmd, tenants.first)
    data = b"".join([piece async for piece in open_blob(digest)])
    assert await claimed_digests(tenants.first, [digest]) == frozenset()
    assert await store_bytes(first, data, "image/jpeg") == digest
    masked = await make_public_copy(first, digest=digest, boxes=[(0, 0, 20, 20)], ground=FACE)
    barer = await make_public_copy(first, digest=digest, boxes=[(0, 0, 1, 1)], ground=FACE)
    await hold(first, digest=digest, ground=LAWSUIT)
    return Photo(UUID(visit), UUID(str(results[visit])), digest, masked, barer)


async def test_what_one_did_with_a_photo_that_both_have_is_not_told_to_the_other_nor_shown_nor_ended_by_him(
    tenants: Tenants, app: Litestar, cmd: Command, photo: Photo
) -> None:
    answers: list[httpx.Response] = []
    async with callers(app, cmd, tenants.second, []) as found:
        by = {(one.role, one.desk): one.http for one in found if "system" not in one.name}

        async def ask(role: Role, method: str, path: str, status: int, *, desk: bool = False, **sent: object) -> None:
            answer = await by[role, desk].request(method, ("/desk" if desk else "/office") + path, **sent)  # type: ignore[arg-type]
            assert answer.status_code == status, (method, path, answer.text)
            answers.append(answer)

        copies, result = f"{photo.path}/public-copies", f"/publications/{photo.publication}"
        await ask(Role.LEGAL, "GET", copies, 200)
        assert answers[-1].json() == []
        await ask(Role.SECTION_HEAD, "GET", f"/visits/{photo.visit}/masking/{photo.digest}", 200, desk=True)
        await ask(Role.APPROVER, "GET", result, 200, desk=True)
        for copy in (photo.masked, photo.barer):
            await ask(Role.LEGAL, "GET", f"{copies}/{copy.digest}", 404)
            await ask(Role.LEGAL, "GET", f"{copies}/{copy.digest}", 404, desk=True)
            chosen = {"pictures": [{"original": photo.digest, "public_copy": copy.digest}]}
            await ask(Role.APPROVER, "PUT", f"{result}/pictures", 422, json=chosen)
        assert not [one for one in answers[:3] if photo.masked.digest in one.text]

        held, ended = f"/media/{photo.digest}/hold", {"params": {"ground": "结案"}}
        await ask(Role.LEGAL, "DELETE", held, 404, **ended)
        await ask(Role.LEGAL, "PUT", held, 200, json={"ground": "本单位复议"})
        await ask(Role.SECTION_HEAD, "POST", copies, 201, json={"boxes": [[0, 0, 20, 20]], "ground": "本单位遮盖"})
        assert answers[-1].json()["digest"] == photo.masked.digest, "the same boxes give the same bytes"
        await ask(Role.LEGAL, "GET", copies, 200)
        assert [one["ground"] for one in answers[-1].json()] == ["本单位遮盖"]
        await ask(Role.LEGAL, "GET", f"{copies}/{photo.barer.digest}", 404)
        await ask(Role.LEGAL, "DELETE", held, 204, **ended)
        await ask(Role.LEGAL, "GET", f"/visits/{photo.visit}/custody", 200)
        assert "本单位复议" in answers[-1].text
        evidence = {"purpose": "调取", "ground": "通知书"}
        await ask(Role.LEGAL, "POST", f"/visits/{photo.visit}/evidence", 200, json=evidence)

    said = "\n".join(text for one in answers if one.is_success for text in texts(one))
    assert "本单位遮盖" in said
    assert [one for one in (FACE, LAWSUIT, photo.barer.digest, str(tenants.first)) if one in said] == []
    assert [one.ground for one in await public_copies(tenants.first, photo.digest)] == [FACE, FACE]
    assert await hold_of(tenants.second, photo.digest) is None
    standing = await hold_of(tenants.first, photo.digest)
    assert standing is not None
    assert standing.ground == LAWSUIT
    assert await held_of([photo.digest]) == {photo.digest}
