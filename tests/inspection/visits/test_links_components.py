"""Which visits are one: sets of links and unlinkings, in whatever order they come."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from inspection.visits.links.components import Link, canonical, components

visits = st.integers(1, 8).map(lambda number: UUID(int=number << 64))
pairs = st.tuples(visits, visits)
worlds = st.lists(pairs, max_size=12).map(
    lambda told: [Link(a, b, f"entry{number}") for number, (a, b) in enumerate(told)]
)


@given(links=worlds, data=st.data())
def test_neither_order_nor_repetition_nor_direction_changes_what_is_one_or_its_id(
    links: list[Link], data: st.DataObject
) -> None:
    undone = frozenset(data.draw(st.lists(st.sampled_from([link.entry for link in links])))) if links else frozenset()
    shuffled = data.draw(st.permutations(links))
    turned = [Link(link.b, link.a, link.entry) if data.draw(st.booleans()) else link for link in shuffled]
    assert components([*turned, *links], undone) == components(links, undone)
    # An unlinking counts for the link that it names, whether that came before it, after it, or never.
    standing = [link for link in links if link.entry not in undone]
    assert components(links, {*undone, "never came"}) == components(standing)


@given(links=worlds)
def test_components_are_what_can_be_reached_and_the_canonical_id_is_the_smallest_of_all(links: list[Link]) -> None:
    found = components(links)
    for visit, together in found.items():
        reached, before = {visit}, set[UUID]()
        while reached != before:
            before = set(reached)
            reached |= {end for link in links for end in (link.a, link.b) if {link.a, link.b} & before}
        assert together == reached
        assert len(together) > 1
        assert canonical(together) == min(reached) == min(reached, key=str)
        assert all(found[other] == together for other in together)


@given(links=worlds, data=st.data())
def test_unlinking_restores_exactly_what_was_without_the_link(links: list[Link], data: st.DataObject) -> None:
    further = Link(data.draw(visits), data.draw(visits), "further")
    assert components([*links, further], {"further"}) == components(links)


@given(links=worlds, data=st.data())
def test_a_link_that_an_unlinking_did_not_see_stands(links: list[Link], data: st.DataObject) -> None:
    if not links:
        return
    again = data.draw(st.sampled_from(links))
    twin = Link(again.a, again.b, "concurrent")
    assert components([*links, twin], {again.entry}) == components([link for link in links if link != again] + [twin])
