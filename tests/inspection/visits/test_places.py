"""Positions of entries are told as plain coordinates with their distance from the first arrival."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from inspection.visits.places import metres, spots
from mobile_contract.entries import Coordinates
from tests.inspection.visits.tablet import Tablet

DOOR: dict[str, object] = {
    "lat_e7": 374_100_000,
    "lon_e7": 1_221_300_000,
    "acc_dm": 80,
    "source": "gnss",
    "fix_age_ms": 0,
    "mock": False,
}
PLACE = st.builds(
    Coordinates,
    lat_e7=st.integers(-900_000_000, 900_000_000),
    lon_e7=st.integers(-1_800_000_000, 1_800_000_000),
    acc_dm=st.just(0),
    source=st.just("gnss"),
    fix_age_ms=st.just(0),
)


def at(lat_e7: int, lon_e7: int) -> Coordinates:
    return Coordinates(lat_e7=lat_e7, lon_e7=lon_e7, acc_dm=0, source="gnss", fix_age_ms=0)


def test_a_thousandth_of_a_degree_of_latitude_is_a_hundred_and_eleven_metres() -> None:
    assert metres(at(0, 0), at(10_000, 0)) == 111


@given(PLACE, PLACE)
def test_a_distance_is_the_same_both_ways_and_never_more_than_half_around_the_earth(
    one: Coordinates, other: Coordinates
) -> None:
    assert metres(one, other) == metres(other, one) <= 20_015_200
    assert metres(one, one) == 0


def test_the_distance_is_from_the_first_arrival_and_no_fix_is_told_with_its_reason() -> None:
    tablet = Tablet(UUID(int=1), visit=UUID(int=2), wall=1_000)
    tablet.write("arrive", {"position": None, "no_fix": "室内"}, ck=None)
    tablet.write("arrive", {"position": DOOR}, ck=None)
    tablet.write("leave", {"position": DOOR | {"lat_e7": 374_090_000}}, ck=None)
    inside, door, gone = spots(tablet.entries)
    assert (inside.at, inside.no_fix, inside.metres, inside.latitude) == (None, "室内", None, "")
    assert (door.metres, door.latitude, door.longitude) == (0, "37.410000° N", "122.130000° E")
    assert (gone.type, gone.metres) == ("leave", 111)
