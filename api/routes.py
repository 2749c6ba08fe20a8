"""Every route of the house, by audience. The one list that the application, the reference and the tests read."""

from collections.abc import Sequence

from litestar import Router
from litestar.types import ControllerRouterHandler

from api import health, reference, tablet
from api.desk.router import desk_router
from api.device import credentials, enrol, log, notices, pull, push, record, time, uploads
from api.device import media as device_media
from api.device import papers as device_papers
from api.entity.router import entity_router
from api.office import (
    alerts,
    authority,
    channels,
    clocks,
    conclusions,
    decisions,
    deliveries,
    devices,
    diligence,
    doors,
    dossiers,
    draw_chance,
    draw_changes,
    draw_monitoring,
    draw_sheet,
    draws,
    evidence,
    higher_plans,
    inspector_photos,
    inspectors,
    items,
    journal,
    late_entries,
    late_filings,
    ledger,
    letters,
    media,
    objections,
    objects,
    outside_tasks,
    papers,
    penalties,
    pictures,
    plans,
    publications,
    rechecks,
    rectifications,
    referrals,
    registry,
    remarks,
    reminders,
    reports,
    rescues,
    reviews,
    sessions,
    signatures,
    statistics,
    task_assistants,
    tasks,
    visit_times,
    visits,
    withdrawals,
)
from api.office import (
    credentials as office_credentials,
)
from api.office import (
    notices as office_notices,
)
from api.public.router import public_router


def device_routes() -> Sequence[ControllerRouterHandler]:
    """What a tablet calls; `mobile_contract/openapi.json` is made of these."""
    return (
        enrol.router,
        time.router,
        log.router,
        push.router,
        pull.router,
        record.router,
        credentials.router,
        device_papers.router,
        notices.router,
        uploads.router,
        device_media.router,
    )


def office_routes() -> Sequence[ControllerRouterHandler]:
    """What the people of the office call."""
    rooms = (
        sessions,
        authority,
        registry,
        items,
        objects,
        inspectors,
        inspector_photos,
        plans,
        higher_plans,
        tasks,
        task_assistants,
        outside_tasks,
        ledger,
        draw_changes,
        draws,
        draw_chance,
        draw_monitoring,
        draw_sheet,
        visits,
        reviews,
        visit_times,
        late_entries,
        rectifications,
        referrals,
        rechecks,
        conclusions,
        remarks,
        late_filings,
        decisions,
        signatures,
        papers,
        doors,
        office_credentials,
        office_notices,
        media,
        pictures,
        publications,
        penalties,
        withdrawals,
        channels,
        deliveries,
        clocks,
        statistics,
        objections,
        dossiers,
        evidence,
        devices,
        rescues,
        letters,
        alerts,
        reminders,
        reports,
        diligence,
        journal,
    )
    return tuple(room.router for room in rooms)


def public_routes() -> Sequence[ControllerRouterHandler]:
    """What anybody may read."""
    return (Router("/", route_handlers=[public_router], tags=["public"]),)


def entity_routes() -> Sequence[ControllerRouterHandler]:
    """What the inspected party reads and sends, behind its link and code."""
    return (entity_router,)


def desk_routes() -> Sequence[ControllerRouterHandler]:
    """The pages of the people of the office."""
    return (desk_router,)


def all_routes() -> Sequence[ControllerRouterHandler]:
    """All of them."""
    return (*described_routes(), *desk_routes())


def described_routes() -> Sequence[ControllerRouterHandler]:
    """What the reference tells of, and the house's own: health, reference, the files of the inspector's app.

    Without the desk's hundreds of pages, none of which the reference describes: it is made in half the time.
    """
    return (
        *health.handlers,
        *reference.handlers,
        tablet.router,
        *device_routes(),
        *office_routes(),
        *public_routes(),
        *entity_routes(),
    )
