"""Nothing before unsealing says who was drawn, or who goes there."""

import json
import logging

import pytest

from inspection.draw import store_secrets, store_tickets
from inspection.draw.frozen.reopen import draw_again, reopen
from inspection.draw.lot.digest import hash_named
from inspection.draw.lot.frame import attribute_salt, salt
from inspection.draw.store import draw_row
from inspection.draw.told.disclose import bundle, public_view, sealed_matches
from inspection.kernel.errors import DomainError
from inspection.kernel.journal import read
from tests.inspection.draw.office import Office, frozen, open_office, sealed

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
async def office(cmd, db) -> Office:
    return await open_office(cmd)


async def secrets_of(office: Office, draw) -> set[str]:
    """Everything that must not appear: objects, inspectors, the key, every salt, in each spelling."""
    kept, h = await store_secrets.kept(draw), hash_named("sha256")
    frame = (await reopen(await draw_row(draw))).frame
    values = {kept.key} | {maker(h, kept.key, row.oid) for row in frame.read() for maker in (salt, attribute_salt)}
    values |= {salt(h, kept.key, f"I:{person}") for person in office.inspectors}
    hidden = {value.hex() for value in values}
    hidden |= {row.oid for row in frame.read()} | {str(thing) for thing in office.objects}
    hidden |= {str(person) for person in office.inspectors}
    return hidden | {f"第{n}加油站" for n in range(60)} | {f"检查员{n}" for n in range(8)}


async def test_journal_and_public_answers_hold_no_name_key_or_salt(office) -> None:
    done = await sealed(office)
    hidden = await secrets_of(office, done.draw)
    journal = b"".join(line.text for line in await read(f"draw:{done.draw}")).decode()
    view = json.dumps(await public_view(done.draw), ensure_ascii=False)
    files = b"".join((await bundle(office.operator, draw_id=done.draw)).values()).decode()
    for told in (journal, view, files):
        assert [word for word in hidden if word in told] == []


async def test_prints_and_log_lines_hold_none_of_it_either(office, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    done = await sealed(office)
    hidden = await secrets_of(office, done.draw)
    row = await draw_row(done.draw)
    opened = await reopen(row)
    printed = repr(
        [
            *(done, row, opened, draw_again(row, opened), await store_secrets.kept(done.draw)),
            await sealed_matches(done.draw),
            await store_tickets.drawn_tickets(done.draw),
            await store_secrets.contributions(done.draw),
        ]
    )
    # Ids of tickets may show: they say nothing until their object is unsealed.
    assert [word for word in hidden if word in printed + caplog.text] == []


async def test_the_operators_value_is_not_told_before_its_turn(office) -> None:
    waiting = await frozen(office)
    kept = next(c for c in await store_secrets.contributions(waiting.draw) if c.kind.value == "OPER")
    assert kept.value is not None
    assert kept.value.hex() not in json.dumps(await public_view(waiting.draw))
    assert kept.value.hex() not in repr(kept)


async def test_two_draws_that_differ_only_in_who_was_drawn_look_alike(cmd, db) -> None:
    """The shape of the public view depends on counts, not on outcomes."""
    one, other = await open_office(cmd, code="a"), await open_office(cmd, code="b")
    views = [await public_view((await sealed(o)).draw) for o in (one, other)]

    def shape(value: object) -> object:
        if isinstance(value, dict):
            return {key: shape(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [shape(inner) for inner in value]
        return (type(value).__name__, len(value) if isinstance(value, str) else None)

    assert shape(views[0]) == shape(views[1])
    assert views[0]["tickets"] != views[1]["tickets"]


async def test_a_refusal_for_want_of_people_names_nobody(cmd, db) -> None:
    poor = await open_office(cmd, inspectors=2)  # one of the two has no valid certificate
    with pytest.raises(DomainError) as error:
        await sealed(poor)
    told = str(error.value) + json.dumps(error.value.facts)
    assert "unstaffable_objects" in told
    assert not any(str(thing) in told for thing in (*poor.objects, *poor.inspectors))
    assert "9137" not in told
