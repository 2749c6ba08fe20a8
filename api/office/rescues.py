"""Export files of tablets, carried in by a person of the office."""

from typing import Final
from uuid import UUID

from litestar import Router, post

from api.commands import AnyRequest, authority_of, command
from api.permits import Action
from api.process import process_of
from api.received import received_file
from api.throttle import RateClass
from mobile_contract.base import Wire
from mobile_contract.push import Verdict
from mobile_contract.signed import SignedText
from sync.office.rescue import MOST_BYTES, Rescued, import_rescue, taken

KINDS: Final = frozenset({"application/zip", "application/x-zip-compressed", "application/octet-stream"})


class RescueView(Wire):
    """What became of an export file. `receipts` may be carried back to the tablet: what they name is in custody."""

    device: UUID
    sha256: str
    signed: bool
    """Whether the device's key signed the manifest. Every entry counts by its own signature all the same."""
    known: bool
    """Whether this very file came before."""
    damaged: bool
    """Whether parts of it could not be read; what could be is taken."""
    lines: int
    taken: int
    duplicates: int
    refused: int
    later: int
    """Lines that could not be stored now: carry the file in again."""
    files: int
    spoilt_files: int
    receipts: tuple[SignedText, ...]


@post(
    "/rescues",
    opt={"action": Action.RESCUE_IMPORT, "rate": RateClass.GENERAL, "body": KINDS},
    status_code=200,
    request_max_body_size=MOST_BYTES,
)
async def rescue(request: AnyRequest) -> RescueView:
    """Take the entries and media of a tablet that cannot send them itself, from its export file (ZIP).

    Any part of it that can be read is taken; doing it twice changes nothing.
    """
    cmd, authority = command(request), authority_of(request)
    async with received_file(request, limit=MOST_BYTES, kinds=KINDS) as path:
        done = await import_rescue(cmd, path=path, authority_id=authority, keys=process_of(request).keys)
    return rescue_view(done)


def rescue_view(done: Rescued) -> RescueView:
    """What is told of a file that was carried in."""
    return RescueView(
        device=done.device,
        sha256=done.sha256,
        signed=done.signed,
        known=done.known,
        damaged=done.damaged,
        lines=done.lines,
        taken=taken(done),
        duplicates=done.verdicts[Verdict.DUPLICATE],
        refused=done.verdicts[Verdict.REFUSED],
        later=done.verdicts[Verdict.LATER],
        files=done.files,
        spoilt_files=done.spoilt,
        receipts=tuple(done.receipts),
    )


router = Router("/office", route_handlers=[rescue], tags=["office: devices"])
