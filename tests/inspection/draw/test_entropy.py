import pytest

from inspection.draw.lot import entropy
from inspection.draw.lot.digest import hash_named
from inspection.draw.lot.entropy import Assurance, ContributionKind, Contributor, Revealed

H = hash_named("sha256")
C = bytes(32)
NONCE = b"n" * 16


def committed(kind: ContributionKind, name: str, value: bytes) -> Contributor:
    label = Contributor(kind, name).label
    return Contributor(kind, name, entropy.commitment(H, label, value, NONCE).hex())


DICE = Contributor(ContributionKind.DICE, "现场", None, ("监察室",))


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


@pytest.mark.parametrize(
    ("contributors", "key"),
    [
        ([], "draw.contributor_none"),
        ([DICE, DICE], "draw.contributor_twice"),
        ([Contributor(ContributionKind.SUPV, "监察室")], "draw.commitment_missing"),
        ([Contributor(ContributionKind.DICE, "现场", "00" * 32)], "draw.commitment_of_dice"),
        ([Contributor(ContributionKind.SUPV, "监察室", "zz")], "draw.commitment_malformed"),
        ([Contributor(ContributionKind.DICE, "a\nb")], "draw.contributor_name"),
        ([DICE], None),
    ],
)
def test_a_list_of_contributors_that_cannot_be_frozen(contributors: list[Contributor], key: str | None) -> None:
    assert entropy.check_contributors(contributors) == key


def test_a_print_of_a_contribution_does_not_tell_its_value() -> None:
    assert "31415926535897932384" not in repr(Revealed(DICE.label, b"31415926535897932384"))
