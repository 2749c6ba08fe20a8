"""Anyone may verify at the office, too: a credential that somebody was shown, or sent a picture of."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from litestar import Router, post
from litestar.params import JSONBody
from pydantic import Field

from api.commands import AnyRequest, command
from api.permits import Action
from api.process import process_of
from inspection.kernel.catalogue import text
from inspection.visits.credentials.check import Standing, check_credential
from mobile_contract.base import Wire


class Shown(Wire):
    """A credential, or the whole address that the QR code holds; `code` as printed on the party's notice."""

    credential: Annotated[str, Field(min_length=1, max_length=8_000)]
    code: Annotated[str, Field(max_length=20)] = ""


@dataclass(frozen=True, slots=True)
class CheckedShown:
    """The word on it in both languages; `visit`, `name` and `object` of one that is genuine."""

    standing: Standing
    zh: str
    en: str
    visit: UUID | None
    name: str | None
    object: str | None


@post("/credentials/check", opt={"action": Action.CREDENTIAL_CHECK}, status_code=200)
async def check(request: AnyRequest, data: JSONBody[Shown]) -> CheckedShown:
    """Whether a credential is good at this moment, in one sentence."""
    shown, now = data.credential.strip().rpartition("#")[2], command(request).now
    found = await check_credential(shown, keys=process_of(request).keys, now=now, code=data.code)
    key, told = f"visits.credential_{found.standing.value}", found.claims
    return CheckedShown(
        standing=found.standing,
        zh=text(key, "zh_CN"),
        en=text(key, "en"),
        visit=told.visit if told is not None else None,
        name=told.name if told is not None else None,
        object=told.object_name if told is not None else None,
    )


router = Router("/office", route_handlers=[check], tags=["office: visits"])
