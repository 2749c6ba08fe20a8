"""How a party reaches the authority: set at once, kept in the journal, and no longer than a paper has room for."""

import pytest

from inspection.authority import store
from inspection.authority.contact import LONGEST, AuthorityContact, contact_of, set_contact
from inspection.authority.found import found_authority
from inspection.kernel.errors import Invalid, NotFound
from inspection.kernel.journal import EventKind, read

CONTACT = AuthorityContact("示例区政务路 1 号", "010-00000003", "孙三", "010-00000004")


@pytest.fixture
async def authority(db, cmd):
    return await found_authority(cmd, code="a1", name="某区商务局", short_name="某商", rule_set="some-rules")


async def test_what_is_set_is_what_papers_read_and_the_journal_tells_what_it_replaced(authority, cmd) -> None:
    assert contact_of(authority) == AuthorityContact()
    await set_contact(cmd, authority=authority.id, contact=CONTACT)
    await set_contact(cmd, authority=authority.id, contact=CONTACT)
    moved = AuthorityContact(address=" 新路\u3000\n2 号 ", phone=CONTACT.phone)
    kept = await set_contact(cmd, authority=authority.id, contact=moved)
    row = await store.authority(authority.id)
    assert row is not None
    assert contact_of(row) == kept == AuthorityContact("新路 2 号", CONTACT.phone)
    told = [
        line for line in await read(f"authority:{authority.id}") if line.kind == EventKind.AUTHORITY_CONTACT_SET.value
    ]
    assert [line.payload["replaces"]["contact_person"] for line in told] == ["", "孙三"]


async def test_nothing_is_set_of_nobody_or_of_more_than_a_line(authority, cmd) -> None:
    with pytest.raises(NotFound):
        await set_contact(cmd, authority=cmd.new_id(), contact=CONTACT)
    for name, most in LONGEST.items():
        with pytest.raises(Invalid):
            await set_contact(cmd, authority=authority.id, contact=AuthorityContact(**{name: "字" * (most + 1)}))
    full = AuthorityContact(**{name: "字" * most for name, most in LONGEST.items()})
    assert await set_contact(cmd, authority=authority.id, contact=full) == full
