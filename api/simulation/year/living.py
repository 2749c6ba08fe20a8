"""Lives through a whole year of one authority, from its founding to its annual report."""

import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time
from hashlib import sha256
from importlib.resources import files
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from api.output import Output
from api.simulation.founding import open_accounts
from api.simulation.office import SimulatedOffice
from api.simulation.service import Service, in_process
from api.simulation.year.acts import ACTS
from api.simulation.year.doors import Tablets
from api.simulation.year.plot import PACKAGE, Plot, plot_of
from api.simulation.year.proofs import Proofs, prove
from api.simulation.year.rules import Seen
from api.simulation.year.seen import Effect, effects, look_back
from api.simulation.year.world import Year
from inspection.authority.contact import AuthorityContact, set_contact
from inspection.authority.found import found_authority, open_unit
from inspection.authority.store import authorities
from inspection.kernel.calendar.rules import BEIJING
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.errors import Refused
from inspection.kernel.keys import KEY_FILE, ServerKeys, load_server_keys
from inspection.kernel.settings import Settings
from inspection.registry.rules_in_force import rules_today
from mobile_contract.problems import ProblemCode

LASTS_HOURS: Final = 24 * 500
"""Invented people stay signed in: to check a password costs a quarter of a second."""


@dataclass(frozen=True, slots=True)
class Lived:
    """What a year came to."""

    plot: Plot
    seen: Seen
    effects: tuple[Effect, ...]
    proofs: Proofs

    @property
    def good(self) -> bool:
        """Whether every clause has an effect that is seen, and everything that can be verified holds."""
        return all(one.visible for one in self.effects) and self.proofs.good


async def live(settings: Settings, rule_set: str, *, seed: int, password: str, output: Output) -> Lived:
    """Live through the year of a rule-set in `settings`' database.

    Raises:
        Refused: somebody works in this database already.
    """
    plot = plot_of(rule_set)
    start = datetime.combine(plot.begins, time(8), BEIJING).astimezone(UTC)
    settings = settings.model_copy(update={"session_hours": LASTS_HOURS})
    keys = _keys(settings, seed)
    async with in_process(settings, start, SeededEntropy(f"year:{rule_set}:{seed}")) as service:
        if await authorities():
            raise Refused(ProblemCode.CONFLICT, "cli.database_not_empty")
        async with _year(service, keys, plot, seed, password) as year:
            with output.progress(plot.name, len(plot.steps)) as bar:
                for step in plot.steps:
                    year.go_to(step.on)
                    bar.tell(f"{year.today} {step.in_language(output.lang)}")
                    await ACTS[step.act](year, **step.given)
                    bar()
            proofs = await prove(year)
            seen = await look_back(year)
            return Lived(plot, seen, effects(plot, seen), proofs)


@asynccontextmanager
async def _year(service: Service, keys: ServerKeys, plot: Plot, seed: int, password: str) -> AsyncIterator[Year]:
    office = SimulatedOffice(service.transport, password, f"office:{seed}")
    tablets = Tablets(office, service, str(seed))
    try:
        yield await _found(service, keys, plot, seed, password, office, tablets)
    finally:
        await tablets.close()
        await office.close()


async def _found(
    service: Service,
    keys: ServerKeys,
    plot: Plot,
    seed: int,
    password: str,
    office: SimulatedOffice,
    tablets: Tablets,
) -> Year:
    cmd = service.command()
    told = tomllib.loads(files(PACKAGE).joinpath("people.toml").read_text(encoding="utf-8"))
    named = {"code": f"year-{seed}", "name": plot.name, "short_name": plot.short_name, "rule_set": plot.rule_set}
    authority = (await found_authority(cmd, **named)).id
    await set_contact(cmd, authority=authority, contact=AuthorityContact(**told["contact"]))
    units = {place: (await open_unit(cmd, authority=authority, name=name)).id for place, name in enumerate(plot.units)}
    await open_accounts(cmd, authority, units, told["people"], password)
    rules = await rules_today(cmd, authority)
    return Year(plot, rules, service, keys, office, tablets, authority, password, seed)


def _keys(settings: Settings, seed: int) -> ServerKeys:
    """The server's key out of the seed: what it signs is the same in every year of this seed."""
    folder = settings.data_dir / "keys"
    if not (folder / KEY_FILE).exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        private = Ed25519PrivateKey.from_private_bytes(
            sha256(f"server key of a simulated year {seed}".encode()).digest()
        )
        path = folder / KEY_FILE
        path.touch(mode=0o600)
        path.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return load_server_keys(folder)
