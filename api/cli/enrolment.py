import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import click
import httpx
import segno

from api.cli.desk import Desk, acting_option, authority_of, run
from api.output import Output
from api.permits import Action
from inspection.kernel.calendar.rules import BEIJING
from inspection.kernel.command import Command
from inspection.kernel.errors import NotFound, Refused
from inspection.registry.inspectors.facts import InspectorFacts
from inspection.registry.inspectors.questions import inspector_by_number
from mobile_contract.enrol import enrolment_uri
from mobile_contract.problems import ProblemCode
from sync.devices.invite import invite_device

PATIENCE_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Code:
    """A code as it is shown to whoever holds the tablet: once, for ten minutes."""

    staff_no: str
    name: str
    code: str
    expires_at: datetime
    uri: str

    def told(self) -> dict[str, str]:
        """For machines."""
        return {
            "staff_no": self.staff_no,
            "name": self.name,
            "code": self.code,
            "expires_at": self.expires_at.isoformat(),
            "uri": self.uri,
        }


@click.command(name="enrolment-code")
@click.argument("staff_no")
@click.option("--at", "address", help="Ask a running server here, with the account's password (SQLite is its alone).")
@click.option("--code", help="With --at: the account's second factor, of its app or a recovery code.")
@acting_option()
@click.pass_context
def enrolment_code(ctx: click.Context, staff_no: str, address: str | None, code: str | None, username: str) -> None:
    """A single-use code by which STAFF_NO enrols a tablet within ten minutes, as text and as a QR code."""
    output: Output = ctx.obj["output"]
    if address is None:
        found = run(ctx, lambda desk: _invite(desk, username, staff_no))
    else:
        password = click.prompt(output.word("cli.ask_password"), hide_input=True, err=True)
        credentials = {"username": username, "password": password, **({"code": code} if code else {})}
        found = _ask(address.rstrip("/"), credentials, staff_no)
    if output.as_json:
        output.json(found.told())
        return
    show_code(output, found)
    output.line(drawn(found.uri))


async def _invite(desk: Desk, username: str, staff_no: str) -> Code:
    cmd = await desk.acting(username, Action.DEVICE_INVITE)
    person = await inspector_by_number(authority_of(cmd), staff_no)
    return await invited(cmd, person, desk.settings.address)


async def invited(cmd: Command, person: InspectorFacts, address: str) -> Code:
    """A fresh code of an inspector, for the server at `address`."""
    made = await invite_device(cmd, inspector_id=person.id, authority_id=authority_of(cmd))
    return Code(person.staff_no, person.name, made.code, made.expires_at, enrolment_uri(address, made.code))


def show_code(output: Output, code: Code) -> None:
    """One line for people: who, which code, until when."""
    until = code.expires_at.astimezone(BEIJING).strftime("%H:%M")
    output.say("cli.enrolment_code", staff_no=code.staff_no, name=code.name, code=code.code, until=until)


def drawn(uri: str) -> str:
    """The QR code in characters, as a terminal shows it."""
    text = io.StringIO()
    segno.make(uri, error="m", micro=False).terminal(text, compact=True)
    return text.getvalue()


def _ask(address: str, credentials: dict[str, str], staff_no: str) -> Code:
    with httpx.Client(base_url=address, timeout=PATIENCE_S) as server:
        opened = _answer(server, "POST", "/office/sessions", json=credentials)
        server.headers["Authorization"] = f"Bearer {opened['token']}"
        people = _answer(server, "GET", "/office/registry/inspectors")
        person = next((one for one in people if one["staff_no"] == staff_no), None)
        if person is None:
            raise NotFound(ProblemCode.INSPECTOR_UNKNOWN, "registry.inspector_unknown", inspector=staff_no)
        made = _answer(server, "POST", "/office/enrolment-codes", json={"inspector": person["id"]})
    return Code(staff_no, person["name"], made["code"], datetime.fromisoformat(made["expires_at"]), made["uri"])


def _answer(server: httpx.Client, method: str, path: str, **sent: Any) -> Any:
    try:
        answer = server.request(method, path, **sent)
        told = answer.json()
    except (httpx.HTTPError, ValueError):
        raise Refused(ProblemCode.CONFLICT, "cli.server_unreachable", address=str(server.base_url)) from None
    if answer.is_error:
        raise Refused(ProblemCode.REFUSED, "cli.server_refused", told=str(told.get("detail", answer.status_code)))
    return told


COMMANDS = [enrolment_code]
