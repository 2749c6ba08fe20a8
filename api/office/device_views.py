"""Tablets as the office's desk shows them."""

from datetime import datetime
from uuid import UUID

from mobile_contract.base import Wire
from mobile_contract.devices import Holding
from mobile_contract.pull import SeqRange
from sync.devices.overview import DeviceOverview
from sync.rows import DeviceRow


class InvitationView(Wire):
    """A single-use code, told once. `uri` is what the QR code (`qr`, an SVG element) says; `code` may be typed."""

    code: str
    inspector: UUID
    expires_at: datetime
    uri: str
    qr: str


class BoundView(Wire):
    """Who may act on the tablet besides the one it was enrolled for."""

    inspector: UUID
    since: datetime


class HoldingView(Wire):
    """What only the tablet has, as it said when it last compared its logs."""

    reported_at: datetime
    held: Holding


class LogView(Wire):
    """One incarnation of its log as it is here. `gaps`: the first twenty ranges missing below `top`."""

    epoch: int
    seq: int
    top: int
    forked: bool
    gaps: tuple[SeqRange, ...]


class WipeView(Wire):
    """That it was told to erase itself, and that it did. `lost`: entries that nobody else had."""

    order: UUID
    ordered_at: datetime | None
    also_unsent: bool
    done_at: datetime | None
    lost: int | None


class DeviceView(Wire):
    """An enrolled tablet. `feed_behind`: changes it has not confirmed; `submit_until`: of a revoked one."""

    id: UUID
    name: str
    inspector: UUID
    bound: tuple[BoundView, ...]
    enrolled_at: datetime
    last_contact: datetime | None
    holding: HoldingView | None
    logs: tuple[LogView, ...]
    feed_behind: int | None
    revoked_at: datetime | None
    submit_until: datetime | None
    wipe: WipeView | None


def device_view(told: DeviceOverview) -> DeviceView:
    """What the desk shows of a tablet."""
    row, held = told.device, told.holding
    return DeviceView(
        id=row.id,
        name=row.name,
        inspector=row.inspector,
        bound=tuple(BoundView(inspector=one.inspector, since=one.bound_at) for one in told.bound),
        enrolled_at=row.enrolled_at,
        last_contact=told.last_contact,
        holding=HoldingView(reported_at=held.reported_at, held=held.held) if held else None,
        logs=tuple(
            LogView(epoch=log.epoch, seq=log.seq, top=log.top, forked=log.forked, gaps=log.gaps) for log in told.logs
        ),
        feed_behind=told.feed_behind,
        revoked_at=row.revoked_at,
        submit_until=row.grace_until,
        wipe=_wipe(row),
    )


def _wipe(row: DeviceRow) -> WipeView | None:
    if row.wipe_order is None:
        return None
    return WipeView(
        order=row.wipe_order,
        ordered_at=row.wipe_ordered_at,
        also_unsent=bool(row.wipe_unsent),
        done_at=row.wiped_at,
        lost=row.wiped_lost,
    )
