"""A small place for tablets: one authority, two inspectors, one visit that is open to both today; and its office."""

import asyncio
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from api.schema import all_tables
from bench.notice_world import CLERK, command, drawn_task
from inspection.authority.store import account_by_username
from inspection.authority.tokens import issue_token
from inspection.kernel.database import open_engine, running
from inspection.kernel.journal import uninstall_projections
from mobile_contract.checklist import Checklist
from tests.inspection.visits.tablet import FIRE
from tests.support.server_key import put_server_key

DATABASE = "fieldcheck.sqlite3"


@dataclass(frozen=True)
class Place:
    """Where it is kept (whoever serves it takes a copy), what is in it, and the token of the section head."""

    data_dir: Path
    visit: UUID
    team: tuple[UUID, ...]
    token: str

    def copied(self, folder: Path) -> Path:
        """A copy of the data directory."""
        shutil.copytree(self.data_dir, folder)
        return folder


def make_place(folder: Path, template: Path, visits: int = 1, checklist: Checklist = FIRE) -> Place:
    """Lay it out in a new folder. `template`: a migrated, empty SQLite file;
    `visits`: how many, each at its own door.
    """
    data_dir = folder / "data"
    put_server_key(data_dir)
    shutil.copy(template, data_dir / DATABASE)
    place = asyncio.run(_made(data_dir, visits, checklist))
    uninstall_projections()
    return place


async def _made(data_dir: Path, visits: int, checklist: Checklist) -> Place:
    async with running(open_engine(f"sqlite:///{data_dir / DATABASE}"), all_tables()):
        made = await drawn_task(visits, checklist)
        head = await account_by_username(CLERK)
        assert head is not None
        cmd = command()
        token = await issue_token(cmd, expires=cmd.now + timedelta(days=1), account_id=head.id)
        return Place(data_dir, made.visits[0], made.team, token)


@dataclass(frozen=True)
class Office:
    """The section head at a desk, and somebody who looks into the server's store."""

    place: Place
    address: str
    folder: Path

    def code(self, inspector: int = 0) -> str:
        """A code by which one tablet of the inspector enrols."""
        return str(self._post("/office/enrolment-codes", inspector=str(self.place.team[inspector]))["code"])

    def devices(self) -> list[dict[str, Any]]:
        """The tablets as the office lists them."""
        listed: list[dict[str, Any]] = self._ask("GET", "/office/devices").json()
        return listed

    def revoke(self, device: str) -> None:
        """Take a tablet out of use."""
        self._ask("POST", f"/office/devices/{device}/revocation", json={"reason": "平板遗失"})

    def record(self) -> dict[str, Any]:
        """The record of the visit as it stands."""
        told: dict[str, Any] = self._ask("GET", f"/office/visits/{self.place.visit}/record").json()["record"]
        return told

    def entries(self) -> dict[str, tuple[bytes, bytes | None, bytes]]:
        """Header, body and signature of every entry that a tablet made, byte for byte, by hash."""
        told = "SELECT hash, header, body, signature FROM entry WHERE alg = 'ES256'"
        with closing(sqlite3.connect(f"file:{self.folder / DATABASE}?mode=ro", uri=True)) as store:
            return {row[0]: (bytes(row[1]), row[2] and bytes(row[2]), bytes(row[3])) for row in store.execute(told)}

    def _post(self, path: str, **body: Any) -> Any:
        return self._ask("POST", path, json=body).json()

    def _ask(self, method: str, path: str, **sent: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.place.token}"}
        with httpx.Client(base_url=self.address, headers=headers, trust_env=False, timeout=240) as client:
            answer = client.request(method, path, **sent)
        assert answer.is_success, (path, answer.status_code, answer.text)
        return answer
