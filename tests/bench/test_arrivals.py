import pytest

from bench.arrivals import next_rate, planned, spread


def test_a_plan_is_in_order_and_keeps_to_its_rates() -> None:
    plan = planned({"push": 50, "page": 5, "never": 0}, 100, seed=1)
    assert plan == sorted(plan)
    assert all(0 < due.at < 100 for due in plan)
    counts = {kind: sum(due.kind == kind for due in plan) for kind in ("push", "page", "never")}
    assert counts["push"] == pytest.approx(5_000, rel=0.05)
    assert counts["page"] == pytest.approx(500, rel=0.15)
    assert counts["never"] == 0


def test_a_kind_comes_when_it_comes_whatever_else_is_asked() -> None:
    alone = [due.at for due in planned({"push": 20}, 50, seed=3)]
    beside = [due.at for due in planned({"push": 20, "pull": 90}, 50, seed=3) if due.kind == "push"]
    assert alone == beside
    assert alone != [due.at for due in planned({"push": 20}, 50, seed=4)]


def test_beginnings_lie_within_their_span() -> None:
    begins = spread(2_000, 5, seed=1)
    assert len(begins) == 2_000
    assert min(begins) >= 0
    assert 4.9 < max(begins) < 5


@pytest.mark.parametrize("capacity", [700, 2_345, 9_990, 40])
def test_the_search_ends_just_below_what_holds(capacity: float) -> None:
    tried: list[tuple[float, bool]] = []
    while (rate := next_rate(tried, 10_000)) is not None:
        tried.append((rate, rate <= capacity))
        assert len(tried) < 20
    held = max(rate for rate, good in tried if good)
    assert capacity / 1.11 <= held <= capacity


def test_a_goal_that_holds_is_not_exceeded() -> None:
    tried: list[tuple[float, bool]] = []
    while (rate := next_rate(tried, 10_000)) is not None:
        tried.append((rate, True))
    assert tried[-1] == (10_000, True)
    assert max(rate for rate, _ in tried) == 10_000


def test_the_search_gives_up_on_a_server_that_holds_nothing() -> None:
    tried: list[tuple[float, bool]] = []
    while (rate := next_rate(tried, 10_000)) is not None:
        tried.append((rate, False))
    assert len(tried) < 10
