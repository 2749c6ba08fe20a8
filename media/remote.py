"""The object store beside the disk (S3-compatible, by setting): files under their digests, put, read back, handed out.

An ETag is no digest (media.md §7: multipart, encryption), so what was put counts as there only after it was read back
and hashed. But it does name a version: what is read later must be the version that was compared.
"""

import hashlib
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit
from uuid import UUID

from inspection.kernel.settings import Settings
from inspection.kernel.signals import Stretch, stretch
from media.presign import Signer, presigned
from media.rules import ANY_BYTES, MIB, is_digest

if TYPE_CHECKING:
    from obstore import GetOptions, GetResult
    from obstore.store import ClientConfig

PIECE: Final = MIB
PART: Final = 5 * MIB
"""Files from this size on are sent in parts (the smallest that S3 takes), one at a time: memory stays flat."""

ADDRESS_LASTS_S: Final = 600
RETRIES: Final = 2
SCHEME: Final = "s3://"
LONGEST_REASON: Final = 300


class RemoteAway(Exception):
    """The object store cannot be asked now, or does not do as it is asked; that says nothing about any file."""


class NotThere(RemoteAway):
    """It answers, and what was asked for does not lie there."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What lies there under a digest: length in bytes, the version's tag, and the SHA-256 (hex) if it was read."""

    length: int
    tag: str
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class RemoteSettings:
    """Where and how. `endpoint` is the service's address without the bucket; AWS's own when empty."""

    bucket: str
    prefix: str
    endpoint: str
    region: str
    key_id: str
    secret: str
    virtual_host: bool = False
    evict: bool = False
    redirect: bool = False

    @property
    def base(self) -> str:
        """The bucket's own address, without a slash at its end."""
        endpoint = self.endpoint.rstrip("/") or f"https://s3.{self.region}.amazonaws.com"
        if not self.virtual_host:
            return f"{endpoint}/{quote(self.bucket)}"
        parts = urlsplit(endpoint)
        return f"{parts.scheme}://{self.bucket}.{parts.netloc}"


def remote_settings(settings: Settings) -> RemoteSettings | None:
    """What the process's settings say of an object store; `None` when they name none.

    Raises:
        ValueError: they name one that cannot be used.
    """
    if not settings.s3_url:
        return None
    bucket, _, prefix = settings.s3_url.removeprefix(SCHEME).partition("/")
    if not settings.s3_url.startswith(SCHEME) or not bucket:
        raise ValueError("FIELDCHECK_S3_URL is s3://bucket or s3://bucket/prefix")
    if not settings.s3_key_id or not settings.s3_secret.get_secret_value():
        raise ValueError("FIELDCHECK_S3_URL needs FIELDCHECK_S3_KEY_ID and FIELDCHECK_S3_SECRET")
    if settings.s3_endpoint and urlsplit(settings.s3_endpoint).scheme not in {"http", "https"}:
        raise ValueError("FIELDCHECK_S3_ENDPOINT begins with https:// or http://")
    return RemoteSettings(
        bucket=bucket,
        prefix=prefix.strip("/"),
        endpoint=settings.s3_endpoint,
        region=settings.s3_region,
        key_id=settings.s3_key_id,
        secret=settings.s3_secret.get_secret_value(),
        virtual_host=settings.s3_virtual_host,
        evict=settings.s3_evict,
        redirect=settings.s3_redirect,
    )


class Remote:
    """One bucket, or a prefix in it. No stored file in it is ever removed by us.

    `patience`: how long one step of a request may stand still.
    """

    def __init__(
        self,
        settings: RemoteSettings,
        *,
        patience: timedelta = timedelta(seconds=30),
        client: "ClientConfig | None" = None,
    ) -> None:
        from obstore.store import S3Store  # noqa: PLC0415  5 MB, for those who have an object store

        self.settings = settings
        # obstore wants the bucket in the endpoint exactly when it is to be in the host's name.
        endpoint = settings.base if settings.virtual_host else settings.base.rpartition("/")[0]
        self._store = S3Store(
            settings.bucket,
            prefix=settings.prefix or None,
            config={
                "endpoint": endpoint,
                "region": settings.region,
                "access_key_id": settings.key_id,
                "secret_access_key": settings.secret,
                "virtual_hosted_style_request": settings.virtual_host,
            },
            client_options={
                "allow_http": endpoint.startswith("http://"),
                "connect_timeout": min(patience, timedelta(seconds=5)),
                "read_timeout": patience,
                "timeout": timedelta(hours=2),  # of a whole file; standing still is told sooner
                **(client or {}),
            },
            # A short wait bridges a hiccup; whoever needs more patience asks again later.
            retry_config={
                "max_retries": RETRIES,
                "retry_timeout": patience,
                "backoff": {"init_backoff": timedelta(milliseconds=50), "max_backoff": timedelta(seconds=1), "base": 2},
            },
        )

    @staticmethod
    def key(digest: str) -> str:
        """The name of a file below the prefix: the same folders as on the disk.

        Raises:
            ValueError: not a digest.
        """
        if not is_digest(digest):
            raise ValueError(f"{digest!r} is not a SHA-256 in lower-case hex")
        return f"blobs/{digest[:2]}/{digest[2:4]}/{digest}"

    async def put(self, digest: str, path: Path, length: int) -> None:
        """Send a file; its SHA-256 goes with it, in the signature of what is sent. Sending it again changes nothing.

        Raises:
            RemoteAway: it did not arrive.
        """
        await self._put(self.key(digest), path, length)

    async def put_passing(self, upload: UUID, path: Path, length: int) -> None:
        """Send what has come of an upload, for another machine to go on with.

        Raises:
            RemoteAway: it did not arrive.
        """
        await self._put(_passing(upload), path, length)

    async def passing(self, upload: UUID, length: int) -> AsyncGenerator[bytes, None]:
        """The same as it was sent.

        Raises:
            RemoteAway: at any piece.
            NotThere: there is none, or not of this length.
        """
        with _telling_away():
            result = await self._got(_passing(upload), {})
            if result is None or _told(result).length != length:
                raise NotThere("what has come of the upload is not there")
            async for piece in result.stream(min_chunk_size=PIECE):
                yield bytes(piece)

    async def drop_passing(self, upload: UUID) -> None:
        """Forget it; what cannot be removed now is overwritten the next time, and read by nobody."""
        from obstore import delete_async  # noqa: PLC0415

        with suppress(RemoteAway), _telling_away():
            await delete_async(self._store, _passing(upload))

    async def _put(self, key: str, path: Path, length: int) -> None:
        from obstore import put_async  # noqa: PLC0415

        parts = length >= PART
        with stretch(Stretch.OBJECT_STORE, "put"), _telling_away():
            await put_async(
                self._store,
                key,
                path,
                # Never what the sender called it: an address of the store must not show it as a page.
                attributes={"Content-Type": ANY_BYTES},
                use_multipart=parts,
                chunk_size=PART,
                max_concurrency=1,
            )

    async def head(self, digest: str) -> Seen | None:
        """What lies there, without reading it; `None`: nothing.

        Raises:
            RemoteAway: nobody knows.
        """
        return await self._seen(digest, {"head": True})

    async def measure(self, digest: str) -> Seen | None:
        """What lies there, read to its end and hashed; `None`: nothing.

        Raises:
            RemoteAway: nobody knows.
        """
        with _telling_away():
            result = await self._get(digest, {})
            if result is None:
                return None
            told, hashing, length = _told(result), hashlib.sha256(), 0
            async for piece in result.stream(min_chunk_size=PIECE):
                hashing.update(piece)
                length += len(piece)
        return Seen(length, told.tag, hashing.hexdigest())

    async def read(self, digest: str, start: int, stop: int) -> tuple[Seen, AsyncGenerator[bytes, None]] | None:
        """The bytes [start, stop) of what lies there, which must not be none, and what it is; `None`: nothing.

        Raises:
            RemoteAway: now, or at any piece.
        """
        with _telling_away():
            result = await self._get(digest, {"range": (start, stop)})
        return None if result is None else (_told(result), _pieces(result, stop - start))

    def address(self, digest: str, *, now: datetime, answer: Mapping[str, str]) -> str:
        """An address that lets its bearer read a file for ten minutes, answered with these headers.

        `answer`: header names (`Content-Type`, `Content-Disposition`) and values.
        """
        settings = self.settings
        path = quote(f"{settings.prefix}/{self.key(digest)}".lstrip("/"))
        told = {f"response-{name.lower()}": value for name, value in answer.items()}
        signer = Signer(settings.key_id, settings.secret, settings.region)
        return presigned(f"{settings.base}/{path}", signer, now=now, seconds=ADDRESS_LASTS_S, answer=told)

    async def _seen(self, digest: str, options: "GetOptions") -> Seen | None:
        with _telling_away():
            result = await self._get(digest, options)
            return None if result is None else _told(result)

    async def _get(self, digest: str, options: "GetOptions") -> "GetResult | None":
        return await self._got(self.key(digest), options)

    async def _got(self, key: str, options: "GetOptions") -> "GetResult | None":
        from obstore import get_async  # noqa: PLC0415

        try:
            with stretch(Stretch.OBJECT_STORE, "head" if options.get("head") else "get"):
                return await get_async(self._store, key, options=options)
        except FileNotFoundError:
            return None


def remote_of(settings: Settings) -> Remote | None:
    """The object store that the process's settings name.

    Raises:
        ValueError: they name one that cannot be used.
    """
    found = remote_settings(settings)
    return Remote(found) if found else None


def _passing(upload: UUID) -> str:
    return f"passing/{upload}"


async def _pieces(result: "GetResult", expected: int) -> AsyncGenerator[bytes, None]:
    with _telling_away():
        async for piece in result.stream(min_chunk_size=PIECE):
            expected -= len(piece)
            yield piece
    if expected:
        raise RemoteAway(f"{expected} bytes are missing")


def _told(result: "GetResult") -> Seen:
    meta: Mapping[str, Any] = result.meta
    return Seen(int(meta["size"]), str(meta["e_tag"] or ""))


@contextmanager
def _telling_away() -> Iterator[None]:
    """Whatever the client runs into is told in one way: by the first line of its text, which names what was asked."""
    from obstore.exceptions import BaseError  # noqa: PLC0415

    try:
        yield
    except (BaseError, OSError, ValueError) as error:
        raise RemoteAway(str(error).partition("\n")[0][:LONGEST_REASON]) from error
