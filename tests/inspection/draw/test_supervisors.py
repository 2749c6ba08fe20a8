"""What supervisors register: chains whose links come out once and in order, and keys for the escrow."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from inspection.draw.lot.chain import chain_of, next_of
from inspection.draw.supervision import store_supervisors
from inspection.draw.supervision.escrow import key_fingerprint, point
from inspection.draw.supervision.give_link import take_link
from inspection.draw.supervision.register_chain import chain_named, register_chain, retire_chain
from inspection.draw.supervision.register_key import key_in_use, register_key, retire_key
from inspection.kernel.catalogue import LANGUAGES, catalogue
from inspection.kernel.errors import Conflict, DomainError, Invalid, NotFound, Refused
from inspection.kernel.journal import read
from inspection.kernel.unit_of_work import unit_of_work
from tests.inspection.draw.office import Office, open_office

pytestmark = pytest.mark.usefixtures("db")
LINKS = chain_of(bytes(range(32)), 6)
EVENT = b"e" * 32


def public_key(number: int) -> bytes:
    return point(ec.derive_private_key(number, ec.SECP256R1()).public_key())


@pytest.fixture
async def office(cmd, db) -> Office:
    return await open_office(cmd, objects=1, inspectors=2)


async def registered(office: Office, name: str = "监察室链"):
    return await register_chain(office.supervisor, authority=office.authority, name=name, head=LINKS[-1])


async def take(office: Office, chain, link: bytes, who=None):
    async with unit_of_work():
        return await take_link(who or office.supervisor, chain.id, link, used_for=EVENT)


def told(error: DomainError) -> list[str]:
    """What the refusal says in both languages; raises when a fact is missing."""
    return [catalogue("draw", lang)[error.message_key].format(**error.facts) for lang in LANGUAGES]


async def test_links_come_out_backwards_one_by_one_and_are_on_record(office) -> None:
    chain = await registered(office)
    for number, link in enumerate(reversed(LINKS[:-1]), start=1):
        row = await take(office, chain, link)
        assert (row.latest, row.used) == (link, number)
    lines = await read(f"chain:{chain.id}")
    assert [line.kind.value for line in lines] == ["chain.registered"] + ["chain.link_given"] * 5
    assert b'"used_for":"' + EVENT.hex().encode() in lines[1].text
    assert LINKS[0].hex().encode() not in b"".join(line.text for line in lines[:-1])


@pytest.mark.parametrize(
    ("before", "link", "key"),
    [
        (0, LINKS[5], "draw.link_reused"),
        (2, LINKS[4], "draw.link_reused"),
        (2, LINKS[3], "draw.link_reused"),
        (2, LINKS[5], "draw.link_reused"),
        (0, LINKS[3], "draw.link_wrong"),
        (1, LINKS[0], "draw.link_wrong"),
        (1, bytes(32), "draw.link_wrong"),
    ],
)
async def test_only_the_very_next_link_is_taken(office, before: int, link: bytes, key: str) -> None:
    chain = await registered(office)
    for given in LINKS[-2 : -2 - before : -1]:
        await take(office, chain, given)
    with pytest.raises(Refused) as error:
        await take(office, chain, link)
    assert error.value.message_key == key
    assert all("监察室链" in text for text in told(error.value))
    assert (await store_supervisors.chain(chain.id)).used == before


async def test_a_link_that_is_no_link_is_not_understood(office) -> None:
    chain = await registered(office)
    with pytest.raises(Invalid) as error:
        await take(office, chain, b"short")
    assert error.value.message_key == "draw.link_malformed"
    assert told(error.value)


async def test_nobody_but_the_holder_gives_a_link(office) -> None:
    chain = await registered(office)
    other = replace(office.supervisor, actor=replace(office.supervisor.actor, id="另一监察员"))
    for who in (office.operator, office.approver, other):
        with pytest.raises(Refused):
            await take(office, chain, LINKS[-2], who)
    assert (await take(office, chain, LINKS[-2])).used == 1


async def test_a_retired_chain_gives_nothing_and_leaves_its_name_to_another(office) -> None:
    chain = await registered(office)
    with pytest.raises(Conflict) as error:
        await registered(office)
    assert error.value.message_key == "draw.chain_name_taken"
    await retire_chain(office.supervisor, chain_id=chain.id)
    await retire_chain(office.supervisor, chain_id=chain.id)
    with pytest.raises(Conflict) as error:
        await take(office, chain, LINKS[-2])
    assert error.value.message_key == "draw.chain_retired"
    with pytest.raises(Conflict) as error:
        await registered(office)
    assert error.value.message_key == "draw.chain_known"
    assert await chain_named(office.authority, "监察室链") is None
    fresh = await register_chain(office.supervisor, authority=office.authority, name="监察室链", head=bytes(32))
    assert await chain_named(office.authority, "监察室链") == fresh
    lines = [line.kind.value for line in await read(f"chain:{chain.id}")]
    assert lines == ["chain.registered", "chain.retired"]


async def test_a_chain_whose_links_are_known_already_is_not_registered(office) -> None:
    chain = await registered(office)
    await take(office, chain, LINKS[-2])
    await take(office, chain, LINKS[-3])
    for head in (LINKS[-1], LINKS[-2], LINKS[-3], next_of(LINKS[-1]), next_of(next_of(LINKS[-1]))):
        with pytest.raises(Conflict) as error:
            await register_chain(office.supervisor, authority=office.authority, name="另一链", head=head)
        assert error.value.message_key == "draw.chain_known"
        assert told(error.value)


@pytest.mark.parametrize(("name", "head"), [("链", b"x" * 31), ("", bytes(32)), ("a\nb", bytes(32))])
async def test_a_chain_without_a_plain_name_or_a_head_is_not_registered(office, name: str, head: bytes) -> None:
    with pytest.raises(Invalid):
        await register_chain(office.supervisor, authority=office.authority, name=name, head=head)


async def test_only_supervisors_register_and_retire(office) -> None:
    chain = await registered(office)
    key = await register_key(office.supervisor, authority=office.authority, public_key=public_key(3))
    for who in (office.operator, office.approver):
        with pytest.raises(Refused):
            await register_chain(who, authority=office.authority, name="另一链", head=bytes(32))
        with pytest.raises(Refused):
            await retire_chain(who, chain_id=chain.id)
        with pytest.raises(Refused):
            await register_key(who, authority=office.authority, public_key=public_key(4))
        with pytest.raises(Refused):
            await retire_key(who, key_id=key.id)
    assert (await store_supervisors.chain(chain.id)).retired_at is None


async def test_the_newest_key_in_use_is_the_one_for_the_escrow(office) -> None:
    assert await key_in_use(office.authority) is None
    first = await register_key(office.supervisor, authority=office.authority, public_key=public_key(3))
    second = await register_key(office.supervisor, authority=office.authority, public_key=public_key(4))
    assert await key_in_use(office.authority) == second
    assert second.fingerprint == key_fingerprint(public_key(4))
    await retire_key(office.supervisor, key_id=second.id)
    await retire_key(office.supervisor, key_id=second.id)
    assert await key_in_use(office.authority) == first
    assert [line.kind.value for line in await read(f"supervisor_key:{second.id}")] == [
        "supervisor_key.registered",
        "supervisor_key.retired",
    ]


async def test_a_key_is_registered_once_and_must_be_a_point_of_the_curve(office) -> None:
    await register_key(office.supervisor, authority=office.authority, public_key=public_key(3))
    with pytest.raises(Conflict) as known:
        await register_key(office.supervisor, authority=office.authority, public_key=public_key(3))
    assert told(known.value)
    for wrong in (b"", b"\x04" * 65, public_key(3)[:-1]):
        with pytest.raises(Invalid) as error:
            await register_key(office.supervisor, authority=office.authority, public_key=wrong)
        assert error.value.message_key == "draw.key_malformed"


async def test_what_is_not_registered_is_not_found(office) -> None:
    with pytest.raises(NotFound) as error:
        await retire_chain(office.supervisor, chain_id=office.task)
    assert told(error.value)
    with pytest.raises(NotFound) as error:
        await retire_key(office.supervisor, key_id=office.task)
    assert told(error.value)
