"""A device on the network: enrol, push, pull, compare logs. Nothing here can lose what the device wrote."""

from __future__ import annotations

import base64
import gzip
import hashlib
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

import httpx
from pydantic import BaseModel

from mobile_contract.anchor import TimeAnswer
from mobile_contract.client.auth import DeviceAuth
from mobile_contract.client.device import Device, ndjson
from mobile_contract.client.numbers import keep_numbers, numbers_left
from mobile_contract.client.replica import UntrustedAnswerError
from mobile_contract.client.shown import keep_credentials
from mobile_contract.client.uploads import note_known, upload
from mobile_contract.client.wiping import acknowledgement, erase, forget_all, holding
from mobile_contract.credentials import CredentialsAnswer
from mobile_contract.devices import DeviceSelf, WipedAnswer, WipeOrder
from mobile_contract.enrol import EnrolAnswer
from mobile_contract.keys import KeysAnswer
from mobile_contract.log import ConsistencyAnswer, HeadAnswer, LogHead
from mobile_contract.notices import NoticeNumbersAnswer
from mobile_contract.problems import ProblemCode
from mobile_contract.pull import InventoryAnswer, InventoryRequest, PullAnswer, SnapshotAnswer
from mobile_contract.push import PushAnswer
from mobile_contract.signed import Purpose
from mobile_contract.version import CONTRACT_HEADER, CONTRACT_VERSION

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")
_RESYNC = {ProblemCode.HISTORY_CHANGED, ProblemCode.CURSOR_AHEAD, ProblemCode.CURSOR_INVALID}


class ProblemError(Exception):
    """The server answered with a problem document. Never a reason to drop anything."""

    def __init__(self, status: int, code: str, document: dict[str, Any]) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.document = document


class Session:
    """The verbs of the contract over an HTTP client whose base address is the server's."""

    def __init__(self, device: Device, http: httpx.AsyncClient) -> None:
        self.device = device
        self._http = http
        self._auth = DeviceAuth(device.key, lambda: device.token, device.keep_token)

    async def enrol(self, code: str, name: str) -> EnrolAnswer:
        """Enrol with a single-use code. Safe to repeat with the same code when the answer was lost."""
        request = self.device.enrol_request(code, name)
        answer = await self._call(EnrolAnswer, "POST", "/v1/devices", content=_json(request), open_=True)
        self.device.enrolled(answer)
        return answer

    async def fetch_anchor(self) -> None:
        """Hold a fresh time anchor."""
        answer = await self._call(TimeAnswer, "GET", "/v1/time", open_=True)
        await self._believe(lambda: self.device.keep_anchor(answer.signed))

    async def push(self) -> int:
        """Send the outbox, batch by batch, as long as something moves; how many entries were settled."""
        total, compared = 0, False
        while batch := self.device.outbox():
            body = gzip.compress(ndjson(batch), mtime=0)
            digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
            headers = {
                "Content-Type": "application/x-ndjson",
                "Content-Encoding": "gzip",
                "Content-Digest": f"sha-256=:{digest}:",
            }
            answer = await self._call(PushAnswer, "POST", "/v1/sync/push", content=body, headers=headers)
            settled = await self._believe(partial(self.device.settle, batch, answer))
            total += settled
            if self.device.server_was_restored and not compared:
                # Once: a server that still lacks what it was offered again is asked the next time.
                await self.compare_logs()
                compared = True
            elif not settled:
                break
        return total

    async def pull(self) -> int:
        """Follow the own feed to where it ended when this began; how many topics changed.

        Rebuilds the read side when the history changed, or when something does not fit together.
        """
        changed, until = 0, None
        while True:
            params = {"cursor": self.device.cursor} if self.device.cursor else {}
            try:
                page = await self._call(PullAnswer, "GET", "/v1/sync/pull", params=params)
            except ProblemError as problem:
                if problem.code not in _RESYNC:
                    raise
                await self._begin_again()
                continue
            until = page.head if until is None else until
            applied = await self._believe(partial(self.device.apply, page))
            changed += len(page.items) if applied else 0
            if self.device.replica.needs_snapshot:
                return changed + await self._begin_again()
            # What moves while this goes on comes with the next pull: a feed that never rests ends no pull.
            if not (page.more and applied) or (page.items and page.items[-1].seq > until):
                break
        if self.device.server_was_restored:
            await self.compare_logs()
        return changed

    async def fetch_credentials(self, visit: UUID) -> CredentialsAnswer:
        """What is shown at the door of a visit of the own feed, kept for a place without a network."""
        answer = await self._call(CredentialsAnswer, "GET", f"/v1/visits/{visit}/credentials")
        keep_credentials(self.device.store, visit, answer)
        return answer

    async def reserve_numbers(self) -> int:
        """Keep the numbers of notices that this device may give out; how many are left. Push first, then ask."""
        keep_numbers(self.device.store, await self._call(NoticeNumbersAnswer, "POST", "/v1/notices/numbers"))
        return numbers_left(self.device.store)

    async def follow(self, until: Callable[[], bool]) -> None:
        """Pull whenever the server pokes, as long as `until` says no; ends with the stream, which lives for minutes.

        A convenience: whoever gets no poke, behind a proxy that keeps them back, pulls in his own time.
        """
        headers = {CONTRACT_HEADER: str(CONTRACT_VERSION), "Accept": "text/event-stream"}
        async with self._http.stream("GET", "/v1/sync/events", headers=headers, auth=self._auth) as answer:
            if answer.is_error:
                await answer.aread()
                raise problem_of(answer)
            async for line in answer.aiter_lines():
                if line.startswith("data:"):
                    await self.pull()
                if until():
                    return

    async def standing(self) -> DeviceSelf:
        """How this device stands with the office."""
        return await self._call(DeviceSelf, "GET", "/v1/devices/self")

    async def obey(self) -> bool:
        """Do what the office ordered: hand in everything, erase this device, say so. True when it is erased.

        What nobody else has is given up only if the order says so; otherwise it stays, and this is tried again. Safe to
        repeat after a crash or a lost answer at any point.
        """
        if acknowledgement(self.device) is None:
            order = (await self.standing()).wipe
            if order is None:
                return False
            await self._hand_in(order)
            held = holding(self.device)
            if (held.entries or held.files) and not order.also_unsent:
                return False
            erase(self.device, order)
        said = acknowledgement(self.device)
        if said is not None:
            await self._call(WipedAnswer, "POST", "/v1/devices/wiped", content=_json(said))
        forget_all(self.device)
        return True

    async def _hand_in(self, order: WipeOrder) -> None:
        try:
            # What the server once had and lost by a restore nobody else may have either.
            await self.compare_logs()
            await self.push()
            await self.upload_files()
        except (ProblemError, httpx.HTTPError):
            if not order.also_unsent:
                raise

    async def _begin_again(self) -> int:
        found = await self.snapshot()
        await self.compare_logs()
        return found

    async def snapshot(self) -> int:
        """Rebuild the read side; how many topics there are. The own log is not touched."""
        pages = [await self._call(SnapshotAnswer, "GET", "/v1/sync/snapshot")]
        while pages[-1].next is not None:
            params = {"page": pages[-1].next}
            pages.append(await self._call(SnapshotAnswer, "GET", "/v1/sync/snapshot", params=params))
        self.device.apply_snapshot(pages)
        return sum(len(page.items) for page in pages)

    async def compare_logs(self) -> int:
        """Ask what the server lacks of the own log and offer it again; how many entries went back to the outbox."""
        request = InventoryRequest(heads=tuple(self.device.heads()), holding=holding(self.device))
        answer = await self._call(InventoryAnswer, "POST", "/v1/sync/inventory", content=_json(request))
        return self.device.offer_again(answer)

    async def watch_log(self) -> bool:
        """Fetch the newest tree head and have its consistency with all that was seen proved; whether it holds.

        What does not hold stands in `device.witness.alarms()`: for people to look at, and no reason to drop anything.
        """
        answer = await self._call(HeadAnswer, "GET", "/v1/log/sth", open_=True)
        signed = answer.signed
        if signed is None:
            return not self.device.witness.alarms()
        text = await self._believe(lambda: self.device.trusted(Purpose.TREE_HEAD, signed))
        head = LogHead.model_validate_json(text)
        proofs = []
        for first, second in self.device.witness.open_questions(head):
            params = {"first": str(first), "second": str(second)}
            try:
                proof = await self._call(ConsistencyAnswer, "GET", "/v1/log/consistency", params=params, open_=True)
            except ProblemError as problem:
                if problem.code != ProblemCode.TREE_SIZE_UNKNOWN:
                    raise
            else:
                proofs.append(proof)
        return self.device.witness.judge(head, proofs)

    async def _believe(self, read: Callable[[], T]) -> T:
        """What `read` makes of a signed answer; if no trusted key signed it, the server may have changed its key."""
        try:
            return read()
        except UntrustedAnswerError:
            if not self.device.learn_keys(await self._call(KeysAnswer, "GET", "/v1/keys", open_=True)):
                raise
            return read()

    async def upload_files(self, chunk: int = 1 << 20) -> int:
        """Send every file the server does not have yet, `chunk` bytes a request; how many were completed.

        A file that is refused stops no other; its problem is raised when all were tried.
        """
        problems: list[ProblemError] = []
        digests = self.device.store.incomplete_files()
        if len(digests) > 1:
            try:
                await note_known(self.device.store, self._http, self._auth, digests)
            except httpx.HTTPStatusError as error:
                raise problem_of(error.response) from error
        for digest in digests:
            try:
                await upload(self.device.store, self._http, self._auth, digest, chunk)
            except httpx.HTTPStatusError as error:
                problems.append(problem_of(error.response))
        if problems:
            raise problems[0]
        return len(digests)

    async def _call(
        self,
        model: type[M],
        method: str,
        path: str,
        *,
        content: bytes | None = None,
        headers: dict[str, str] | None = None,
        params: dict[str, str] | None = None,
        open_: bool = False,
    ) -> M:
        sent = headers or ({"Content-Type": "application/json"} if content is not None else {})
        sent = {CONTRACT_HEADER: str(CONTRACT_VERSION), **sent}
        auth = None if open_ else self._auth
        answer = await self._http.request(method, path, content=content, headers=sent, params=params, auth=auth)
        if answer.is_error:
            raise problem_of(answer)
        return model.model_validate_json(answer.content)


def problem_of(answer: httpx.Response) -> ProblemError:
    """The problem an error answer tells, also when a proxy wrote it and it tells nothing."""
    try:
        document = answer.json()
    except ValueError:
        document = {}
    if not isinstance(document, dict):
        document = {}
    code = document.get("code") or str(document.get("type", "")).rsplit("/", 1)[-1]
    return ProblemError(answer.status_code, str(code), document)


def _json(model: BaseModel) -> bytes:
    return model.model_dump_json(by_alias=True).encode()
