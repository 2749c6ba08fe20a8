import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.draw.lot import entropy
from inspection.draw.lot.chain import chain_of
from inspection.draw.lot.digest import hash_named
from inspection.draw.lot.entropy import Assurance, BeaconRound, ContributionKind, Contributor, Revealed

H = hash_named("sha256")
C = bytes(32)
NONCE = b"n" * 16


def committed(kind: ContributionKind, name: str, value: bytes) -> Contributor:
    label = Contributor(kind, name).label
    return Contributor(kind, name, entropy.commitment(H, label, value, NONCE).hex())


DICE = Contributor(ContributionKind.DICE, "现场", None, ("监察室",))
CHAIN = chain_of(bytes(32), 6)
LINK = Contributor(ContributionKind.LINK, "监察室链", anchor=CHAIN[3].hex())
ROUND = BeaconRound("test", 1000, 3, 21)
BEACON = Contributor(ContributionKind.BEACON, "公共信标", beacon=ROUND)


def test_the_seed_does_not_depend_on_who_spoke_first() -> None:
    a, b = Revealed("OPER:甲", b"1"), Revealed("SUPV:乙", b"2")
    assert entropy.seed(H, C, [a, b]) == entropy.seed(H, C, [b, a])


@pytest.mark.parametrize(
    "other",
    [
        [Revealed("OPER:甲", b"1")],
        [Revealed("OPER:甲", b"1"), Revealed("SUPV:乙", b"3")],
        [Revealed("OPER:甲", b"2"), Revealed("SUPV:乙", b"1")],
        [Revealed("OPER:甲1", b""), Revealed("SUPV:乙", b"2")],
    ],
)
def test_any_other_contribution_gives_another_seed(other: list[Revealed]) -> None:
    assert entropy.seed(H, C, other) != entropy.seed(H, C, [Revealed("OPER:甲", b"1"), Revealed("SUPV:乙", b"2")])


def test_another_fingerprint_gives_another_seed() -> None:
    assert entropy.seed(H, C, []) != entropy.seed(H, b"\x01" * 32, [])


def test_only_the_committed_value_opens_a_commitment() -> None:
    supervisor = committed(ContributionKind.SUPV, "监察室", b"value")
    assert entropy.opens(H, supervisor, Revealed(supervisor.label, b"value", NONCE))
    assert not entropy.opens(H, supervisor, Revealed(supervisor.label, b"other", NONCE))
    assert not entropy.opens(H, supervisor, Revealed(supervisor.label, b"value", b"m" * 16))
    assert not entropy.opens(H, supervisor, Revealed("OPER:监察室", b"value", NONCE))


@pytest.mark.parametrize(
    ("digits", "fits"),
    [(b"1" * 20, True), (b"0123456789" * 4, True), (b"1" * 19, False), (b"1" * 19 + b"x", False), ("①" * 20, False)],
)
def test_dice_are_at_least_twenty_decimal_digits(digits: bytes | str, fits: bool) -> None:
    value = digits if isinstance(digits, bytes) else digits.encode()
    assert entropy.opens(H, DICE, Revealed(DICE.label, value)) is fits


@pytest.mark.parametrize(("place", "fits"), [(2, True), (0, True), (3, False), (4, False), (5, False)])
def test_a_link_lies_before_what_the_draw_was_frozen_on(place: int, fits: bool) -> None:
    assert entropy.opens(H, LINK, Revealed(LINK.label, CHAIN[place])) is fits


def test_a_link_is_32_bytes_without_a_nonce() -> None:
    assert not entropy.opens(H, LINK, Revealed(LINK.label, CHAIN[2] + b"0"))
    assert not entropy.opens(H, LINK, Revealed(LINK.label, CHAIN[2], b"x"))


def test_a_beacon_tells_32_bytes_and_their_signature() -> None:
    assert entropy.opens(H, BEACON, Revealed(BEACON.label, bytes(32), b"signature"))
    assert not entropy.opens(H, BEACON, Revealed(BEACON.label, bytes(31), b"signature"))
    assert not entropy.opens(H, BEACON, Revealed(BEACON.label, bytes(32)))


@given(st.integers(0, 2**33), st.integers(0, 2**31), st.integers(1, 3600))
def test_the_first_round_after_an_instant_is_the_first_and_after_it(at: int, genesis: int, period: int) -> None:
    beacon = BeaconRound("test", genesis, period)
    number = beacon.first_after(at)
    assert number >= 1
    assert beacon.at(number) >= at
    assert number == 1 or beacon.at(number - 1) < at


def test_a_nonce_could_not_be_smuggled_in_with_dice() -> None:
    assert not entropy.opens(H, DICE, Revealed(DICE.label, b"1" * 20, b"x"))


def test_the_level_says_how_far_the_operator_need_not_be_trusted() -> None:
    oper = committed(ContributionKind.OPER, "经办人", b"1")
    supv = committed(ContributionKind.SUPV, "监察室", b"2")
    unwatched = Contributor(ContributionKind.DICE, "现场")
    assert entropy.assurance([oper]) is Assurance.L0
    assert entropy.assurance([oper, unwatched]) is Assurance.L0
    assert entropy.assurance([oper, supv]) is Assurance.L1
    assert entropy.assurance([oper, DICE]) is Assurance.L2
    assert entropy.assurance([oper, supv, DICE]) is Assurance.L2
    assert entropy.assurance([oper, LINK]) is Assurance.L1
    assert entropy.assurance([oper, BEACON]) is Assurance.L3
    assert entropy.assurance([oper, supv, DICE, LINK, BEACON]) is Assurance.L3


@pytest.mark.parametrize(
    ("contributors", "key"),
    [
        ([], "draw.contributor_none"),
        ([DICE, DICE], "draw.contributor_twice"),
        ([Contributor(ContributionKind.SUPV, "监察室")], "draw.commitment_missing"),
        ([Contributor(ContributionKind.DICE, "现场", "00" * 32)], "draw.commitment_of_dice"),
        ([Contributor(ContributionKind.SUPV, "监察室", "zz")], "draw.commitment_malformed"),
        ([Contributor(ContributionKind.DICE, "a\nb")], "draw.contributor_name"),
        ([Contributor(ContributionKind.LINK, "链")], "draw.link_without_chain"),
        ([Contributor(ContributionKind.LINK, "链", anchor="zz")], "draw.link_without_chain"),
        ([Contributor(ContributionKind.DICE, "现场", anchor="00" * 32)], "draw.link_without_chain"),
        ([Contributor(ContributionKind.BEACON, "信标")], "draw.beacon_not_offered"),
        ([Contributor(ContributionKind.DICE, "现场", beacon=ROUND)], "draw.beacon_not_offered"),
        ([DICE, LINK, BEACON], None),
    ],
)
def test_a_list_of_contributors_that_cannot_be_frozen(contributors: list[Contributor], key: str | None) -> None:
    assert entropy.check_contributors(contributors) == key


def test_a_print_of_a_contribution_does_not_tell_its_value() -> None:
    assert "31415926535897932384" not in repr(Revealed(DICE.label, b"31415926535897932384"))
