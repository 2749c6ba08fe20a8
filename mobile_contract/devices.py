"""What server and device tell each other about the device itself: its standing, what it holds, and its end."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from mobile_contract.base import Count, FirstVersion, KeyId, MediaDigest, SafeInt, ShortText, SignatureText, Wire

AppName = Annotated[str, Field(min_length=1, max_length=100)]
"""Name and version of the app, for people."""


class Holding(Wire):
    """What a device holds and nobody else has: told with every inventory, so that the office sees what is out there."""

    entries: Count
    """Entries that are not in custody."""
    files: Count
    """Files that are not uploaded whole."""
    bytes: Count
    """Their bytes together."""
    oldest_wall: SafeInt | None = None
    """Wall clock of the oldest of these entries, ms since 1970, as the device's clock said; None without any."""
    app: AppName | None = None
    """What runs on the device."""


class WipeOrder(Wire):
    """The office tells the device to erase itself."""

    order: UUID
    """Names the order; the statement names it again."""
    ordered_at: datetime
    """The server's instant, UTC."""
    also_unsent: bool
    """Whether what nobody else has may be given up. If not, the device goes on handing it in, and waits."""


class DeviceSelf(Wire):
    """Answer of GET /v1/devices/self: how the device stands. Open to a revoked one as well."""

    device: UUID
    """The device that asks."""
    inspector: UUID
    """For whom it was enrolled."""
    inspectors: Annotated[tuple[UUID, ...], Field(max_length=1_000)]
    """All who may act on it now, sorted."""
    revoked: bool
    """Whether it may not read any more."""
    submit_until: datetime | None = None
    """Until when a revoked device may hand in what it holds."""
    wipe: WipeOrder | None = None
    """None as well once the device has said that it is done."""


class WipedStatement(Wire):
    """What a device says when it has erased itself; signed before its key goes."""

    v: FirstVersion = 1
    device: UUID
    """The device that erased itself."""
    order: UUID
    """The order that it followed."""
    lost_entries: Count
    """Entries that nobody else had."""
    lost_files: Count
    """Files that nobody else had."""


class WipedRequest(Wire):
    """Body of POST /v1/devices/wiped: a `WipedStatement` as text, signed by the device's key for `insp/wiped/v1`."""

    p: Annotated[str, Field(max_length=2000)]
    """The text of the statement, byte for byte as it was signed."""
    k: KeyId
    a: Literal["ES256"] = "ES256"
    s: SignatureText


class WipedAnswer(Wire):
    """Answer of POST /v1/devices/wiped."""

    wiped_at: datetime
    """When the server took note, UTC."""


class ExportedFile(Wire):
    """A media file in an export file, as `media/<sha256>`."""

    sha256: MediaDigest
    bytes: Count
    """Its size."""
    mime: ShortText
    """Its media type."""


class ExportManifest(Wire):
    """`manifest.json` of an export file. `manifest.sig`: base64url of the device's ES256 signature over its exact bytes
    for `insp/export/v1`. What is in the file counts without it: every entry is signed on its own."""

    v: FirstVersion = 1
    device: UUID
    """The device that exported."""
    kid: KeyId
    inspector: UUID
    """The inspector it was enrolled for."""
    wall: SafeInt
    """Wall clock of the device at the export, ms since 1970."""
    entries: Count
    """Lines of `entries.ndjson`."""
    entries_sha256: MediaDigest
    media: Annotated[tuple[ExportedFile, ...], Field(max_length=20_000)]
    """The files, by digest."""
    app: AppName | None = None
    """What wrote it."""
