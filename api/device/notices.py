"""Numbers of notices that a tablet may give out while it is offline."""

from litestar import Router, post

from api.commands import AnyRequest, command, device_of
from api.device.pull import check_contract
from api.permits import Action
from inspection.visits.notices.blocks import LiveBlock, reserve_numbers
from inspection.visits.notices.numbers import AFTER, DIGITS
from mobile_contract.notices import NoticeNumbersAnswer, NumberRange
from sync.devices.standing import reading_device


@post("/notices/numbers", opt={"action": Action.SYNC_PULL}, status_code=200)
async def reserve(request: AnyRequest) -> NoticeNumbersAnswer:
    """The blocks of numbers that this device may give out this year, and how a number is printed.

    One more block of 50 when fewer than 20 are unused; asking again gives nothing new. Push before you ask: a number
    counts as used when the entry that gave it out has come. Takes no body.
    """
    check_contract(request)
    device = await reading_device(device_of(request))
    held = await reserve_numbers(command(request), authority=device.authority, device=device.id)
    before, year = held.pattern.before, held.pattern.year
    blocks = tuple(_told(one) for one in held.blocks)
    return NoticeNumbersAnswer(year=year, before=before, after=AFTER, digits=DIGITS, blocks=blocks)


def _told(one: LiveBlock) -> NumberRange:
    return NumberRange(first=one.block.first, last=one.block.last, used=one.used)


router = Router("/v1", route_handlers=[reserve], tags=["device: sync"])
