"""A tablet is enrolled: a code for one inspector, shown once as text and as a QR code."""

from typing import Final

from litestar import Response, post

from api.commands import AnyRequest, authority_of, command
from api.desk.answers import desk_page, lang_of
from api.desk.devices.listing import devices_page
from api.desk.forms import Form, acted, filled
from api.office.devices import Invite
from api.pages.qr import qr
from api.permits import Action
from api.process import process_of
from inspection.kernel.catalogue import text
from inspection.registry.find import named_people
from mobile_contract.enrol import enrolment_uri
from sync.devices.invite import Invitation, invite_device


@post("/desk/devices/enrolment", opt={"action": Action.DEVICE_INVITE, "uncompressed": True})
async def invite(request: AnyRequest) -> Response[bytes]:
    """The code, in the answer itself: no address leads to it again."""

    async def do(form: Form) -> Response[bytes]:
        inspector, authority = filled(form, Invite).inspector, authority_of(request)
        made = await invite_device(command(request), inspector_id=inspector, authority_id=authority)
        return await code_page(request, made)

    return await acted(request, do, lambda: devices_page(request))


async def code_page(request: AnyRequest, made: Invitation) -> Response[bytes]:
    """The code of an invitation."""
    uri = enrolment_uri(process_of(request).settings.address, made.code)
    name = (await named_people([made.inspector]))[made.inspector][0]
    picture = qr(uri, text("api.enrolment_qr", lang_of(request)))
    return desk_page(request, "desk_devices/code.html", made=made, name=name, picture=picture, uri=uri)


HANDLERS: Final = (invite,)
