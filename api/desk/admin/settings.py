"""How this server is set, how the authority is reached, and what each role may do: to be read."""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

from litestar import Response, get, post
from pydantic import SecretStr

from api.commands import AnyRequest, authority_of, command
from api.desk.admin.accounts import ROLES
from api.desk.answers import desk_page, see
from api.desk.forms import Form, acted, filled
from api.office.authority import KeepContact
from api.permits import PERMITS, Action, is_open
from api.process import process_of
from inspection.authority import store
from inspection.authority.contact import AuthorityContact, contact_of, set_contact
from inspection.kernel.catalogue import LANGUAGES, catalogue
from inspection.kernel.command import Role
from inspection.kernel.errors import NotFound
from inspection.kernel.settings import Settings
from mobile_contract.problems import ProblemCode

MASK: Final = "••••••"
CONTACT: Final = "/desk/admin/contact"


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting as it stands. `name`: of the environment variable; `value`: None when nothing is set."""

    field: str
    name: str
    value: str | None
    usual: bool


@get("/desk/admin/settings", opt={"action": Action.AUTHORITY_KEEP})
async def read_settings(request: AnyRequest) -> Response[bytes]:
    """The settings of this process; nothing is changed here."""
    return desk_page(request, "desk_admin/settings.html", settings=settings_of(process_of(request).settings))


@get("/desk/admin/roles", opt={"action": Action.AUTHORITY_KEEP})
async def read_roles(request: AnyRequest) -> Response[bytes]:
    """What each role may do, out of the one table that is asked."""
    closed = [action for action in Action if not is_open(action) and PERMITS[action] != frozenset({Role.DEVICE})]
    subjects: dict[str, list[Action]] = {}
    for action in closed:
        subjects.setdefault(action.value.partition(".")[0], []).append(action)
    known = catalogue("desk_admin", LANGUAGES[0])
    named = {one for one in closed if text_key(one) in known}
    return desk_page(
        request, "desk_admin/roles.html", roles=ROLES, subjects=subjects, permits=PERMITS, named=named, key=text_key
    )


@get(CONTACT, opt={"action": Action.AUTHORITY_KEEP})
async def read_contact(request: AnyRequest) -> Response[bytes]:
    """How a party reaches this authority."""
    return await contact_page(request)


@post(CONTACT, opt={"action": Action.AUTHORITY_KEEP})
async def send_contact(request: AnyRequest) -> Response[bytes]:
    """Set what papers print from now on."""

    async def do(form: Form) -> str:
        contact = AuthorityContact(**filled(form, KeepContact).model_dump())
        await set_contact(command(request), authority=authority_of(request), contact=contact)
        return see(CONTACT, "desk_admin.done_contact_set")

    return await acted(request, do, lambda: contact_page(request))


async def contact_page(request: AnyRequest) -> Response[bytes]:
    """The form, filled with what is set."""
    row = await store.authority(authority_of(request))
    if row is None:
        raise NotFound(ProblemCode.NOT_FOUND, "authority.unknown", authority=str(authority_of(request)))
    return desk_page(request, "desk_admin/contact.html", authority=row, contact=contact_of(row))


def text_key(action: Action) -> str:
    """The key of what an action is called."""
    return f"desk_admin.action_{action.value.replace('.', '_')}"


def settings_of(settings: Settings) -> tuple[Setting, ...]:
    """Every setting with its value as a person may see it: no password, no secret."""
    plain = Settings.model_construct()
    return tuple(
        Setting(
            field=field,
            name="DATABASE_URL" if field == "database_url" else f"FIELDCHECK_{field.upper()}",
            value=_shown(field, getattr(settings, field)),
            usual=getattr(settings, field) == getattr(plain, field),
        )
        for field in Settings.model_fields
    )


def _shown(field: str, value: Any) -> str | None:
    if isinstance(value, SecretStr):
        return MASK if value.get_secret_value() else None
    if value in (None, "", ()):
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return " ".join(str(getattr(one, "value", one)) for one in value)
    if field == "s3_key_id":
        return f"{str(value)[:4]}{MASK}"
    return " ".join(map(without_password, str(value).split(" ")))


def without_password(address: str) -> str:
    """An address without the password that it may hold, in its authority or its query; anything else as it is."""
    try:
        parts = urlsplit(address)
        if "://" not in address:
            return address
        who, at, where = parts.netloc.rpartition("@")
        user, colon, _ = who.partition(":")
        netloc = f"{user}{':' + MASK if colon else ''}{at}{where}"
        return urlunsplit((parts.scheme, netloc, parts.path, MASK if parts.query else "", parts.fragment))
    except ValueError:
        return MASK


HANDLERS = [read_settings, read_roles, read_contact, send_contact]
