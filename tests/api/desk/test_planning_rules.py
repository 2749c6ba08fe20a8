"""The rules at the desk: what is in force, clause by clause; another rule-set beside it; the calendar."""

from inspection.kernel.command import Role
from tests.api.desk.conftest import SitDown


async def test_the_rules_in_force_are_shown_with_article_and_anchor(sit_down: SitDown) -> None:
    seat = await sit_down(Role.INSPECTOR)
    page = await seat.read("/desk/rules")
    ids = {one.get("id") for one in [*page.all("section"), *page.all("div")]}
    assert {"visit_cap", "visit_cap.maximum", "plan.due", "retention"} <= ids
    assert "第十一条至第十三条" in page.text
    assert "weihai-jingkai-commerce.2019" in page.text
    links = {str(one["href"]) for one in page.all("a")}
    assert "#visit_cap" in links
    english = await seat.ask("/desk/rules/versions/anyue-joint.2020?lang=en")
    assert "Not in force" in english.text


async def test_a_day_without_a_rule_set_and_an_unknown_version_are_told(sit_down: SitDown) -> None:
    seat = await sit_down(Role.PLANNER)
    assert (await seat.ask("/desk/rules?on=1999-01-01")).status_code == 404
    assert (await seat.ask("/desk/rules/versions/nowhere.2019")).status_code == 404


async def test_a_supervisor_reads_two_rule_sets_beside_each_other(sit_down: SitDown) -> None:
    seat = await sit_down(Role.SUPERVISOR)
    links = {str(one["href"]) for one in (await seat.read("/desk/rules")).all("a")}
    assert any(one.startswith("/desk/rules/beside") for one in links)
    page = await seat.read("/desk/rules/beside?other=anyue-joint.2020")
    links = {str(one["href"]) for one in page.all("a")}
    assert "/desk/rules/versions/anyue-joint.2020#visit_cap.maximum" in links
    assert "/desk/rules/versions/weihai-jingkai-commerce.2019#visit_cap.maximum" in links


async def test_the_calendar_says_so_where_it_knows_nothing(sit_down: SitDown) -> None:
    seat = await sit_down(Role.LEADER)
    page = await seat.read("/desk/rules/calendar?year=2090")
    assert "2090" in page.text
    assert "尚未收录" in page.text
