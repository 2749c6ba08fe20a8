"""Photos, documents, notes, stays and servings of the notice: always a union, never in conflict."""

from collections import defaultdict
from collections.abc import Iterator
from functools import partial

from inspection.visits.record.answers import PointKey, point_of_item
from inspection.visits.record.intake import Intake, Said
from inspection.visits.record.model import MediaRecord, NoteRecord, ServingRecord, Stay
from inspection.visits.record.scheme import Scheme
from inspection.visits.record.standing import Standing
from mobile_contract.entries import (
    AnswerSet,
    Coordinates,
    EntryType,
    MediaAdd,
    NoteAdd,
    NoticeServe,
    PhotoAnnotate,
    Presence,
    Refusal,
    SignatureBody,
)

VOUCHED_EVIDENCE = frozenset(
    {EntryType.PHOTO_ADD, EntryType.DOCUMENT_ADD, EntryType.PHOTO_ANNOTATE, EntryType.NOTE_ADD}
)
"""Evidence that an inspector must vouch for before the record is attested."""


def media_of(intake: Intake, standing: Standing) -> tuple[MediaRecord, ...]:
    """Everything an entry refers to by digest, one record for each reference."""
    found = [record for said in intake.said.values() for record in _references(said, standing.counts(said.hash))]
    return tuple(sorted(found, key=lambda one: (one.digest, one.kind, one.hash)))


def _references(said: Said, counted: bool) -> Iterator[MediaRecord]:
    record = partial(MediaRecord, hash=said.hash, inspector=said.ins, counted=counted)
    match said.body:
        case MediaAdd() as added:
            kind = "photo" if said.kind == EntryType.PHOTO_ADD else "document"
            yield record(added.digest, kind, item=added.item, mime=added.mime, bytes=added.bytes, caption=added.caption)
        case PhotoAnnotate() as drawn:
            yield record(drawn.overlay, "overlay", of=drawn.of, caption=drawn.caption)
        case AnswerSet() as answer:
            yield from (record(digest, "answer", item=answer.item) for digest in answer.media)
        case Refusal() as refusal:
            yield from (record(digest, "refusal", item=refusal.item) for digest in refusal.media)
        case SignatureBody() as signature if signature.image is not None:
            yield record(signature.image, "signature")
        case _:
            pass


def added_files(intake: Intake, standing: Standing) -> dict[str, frozenset[str]]:
    """Digest → the media types by which counted entries of this record add the file."""
    found: dict[str, set[str]] = defaultdict(set)
    for said in intake.said.values():
        if isinstance(said.body, MediaAdd) and standing.counts(said.hash):
            found[said.body.digest].add(said.body.mime)
    return {digest: frozenset(mimes) for digest, mimes in found.items()}


def is_recording(mime: str) -> bool:
    """Whether a media type is one of recorded sound or moving pictures."""
    return mime.startswith(("audio/", "video/"))


def notes_of(intake: Intake, standing: Standing) -> tuple[NoteRecord, ...]:
    return tuple(
        NoteRecord(said.hash, said.ins, note.item, note.text, standing.counts(said.hash))
        for said in intake.said.values()
        if said.kind == EntryType.NOTE_ADD
        for note in (said.read_as(NoteAdd),)
    )


def servings_of(intake: Intake, standing: Standing) -> tuple[ServingRecord, ...]:
    """Every time that the notice was served."""
    return tuple(
        ServingRecord(
            hash=said.hash,
            inspector=said.ins,
            number=served.number,
            how=served.how.value,
            receiver=served.receiver.name if served.receiver else None,
            receiver_role=served.receiver.role if served.receiver else None,
            doc=served.doc,
            lang=served.lang,
            counted=standing.counts(said.hash),
        )
        for said in intake.said.values()
        if said.kind == EntryType.NOTICE_SERVE
        for served in (said.read_as(NoticeServe),)
    )


def pictured_points(intake: Intake, standing: Standing, scheme: Scheme) -> frozenset[PointKey]:
    """Check points with a counted photo of their own."""
    return frozenset(
        point.key
        for said in intake.said.values()
        if said.kind == EntryType.PHOTO_ADD and standing.counts(said.hash)
        if (point := point_of_item(scheme, said, said.read_as(MediaAdd).item))
    )


def noted_points(intake: Intake, standing: Standing, scheme: Scheme) -> frozenset[PointKey]:
    """Check points with a counted note of their own."""
    return frozenset(
        point.key
        for said in intake.said.values()
        if said.kind == EntryType.NOTE_ADD and standing.counts(said.hash)
        if (point := point_of_item(scheme, said, said.read_as(NoteAdd).item))
    )


def stays_of(intake: Intake, standing: Standing) -> tuple[Stay, ...]:
    """Arrivals and departures, paired by their places in one device log: a clock pairs nothing."""
    logs: dict[tuple[str, str, int], list[Said]] = defaultdict(list)
    for said in intake.said.values():
        if said.kind in (EntryType.ARRIVE, EntryType.LEAVE):
            logs[said.ins, str(said.header.dev), said.header.ep].append(said)
    stays: list[Stay] = []
    for log in logs.values():
        stays += _pair(sorted(log, key=lambda said: (said.header.seq, said.hash)), standing)
    return tuple(sorted(stays, key=lambda stay: (stay.inspector, stay.arrived or "", stay.left or "")))


def _pair(log: list[Said], standing: Standing) -> Iterator[Stay]:
    arrival: Said | None = None
    for said in log:
        if said.kind == EntryType.LEAVE:
            yield _stay(said.ins, arrival, said, standing)
            arrival = None
        else:
            if arrival is not None:
                yield _stay(arrival.ins, arrival, None, standing)
            arrival = said
    if arrival is not None:
        yield _stay(arrival.ins, arrival, None, standing)


def _stay(inspector: str, arrival: Said | None, departure: Said | None, standing: Standing) -> Stay:
    ends = [said for said in (arrival, departure) if said is not None]
    return Stay(
        inspector=inspector,
        arrived=arrival.hash if arrival else None,
        arrived_wall=arrival.header.wall if arrival else None,
        arrived_position=_position(arrival),
        left=departure.hash if departure else None,
        left_wall=departure.header.wall if departure else None,
        left_position=_position(departure),
        counted=all(standing.counts(said.hash) for said in ends),
    )


def _position(said: Said | None) -> str | None:
    """`<lat 1e-7°>,<lon 1e-7°>±<dm>[ mock]`, or `no fix: <reason>`."""
    if said is None:
        return None
    presence = said.read_as(Presence)
    at: Coordinates | None = presence.position
    if at is None:
        return f"no fix: {presence.no_fix}"
    return f"{at.lat_e7},{at.lon_e7}±{at.acc_dm}{' mock' if at.mock else ''}"
