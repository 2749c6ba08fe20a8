"""The server at the desk: how it is doing, its copies, its settings without a secret."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar
from pydantic import SecretStr

from api.desk.admin.settings import MASK, settings_of, text_key, without_password
from api.doctor import judging
from api.doctor.judging import Check, Tone
from api.permits import PERMITS, Action, is_open
from api.worker import make_worker
from inspection.kernel.catalogue import catalogue
from inspection.kernel.clock import FixedClock
from inspection.kernel.command import Role
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.journal import EventKind, append
from inspection.kernel.settings import Settings
from inspection.kernel.unit_of_work import unit_of_work
from inspection.kernel.work import store as work
from inspection.kernel.work.tables import WorkItem
from tests.api.conftest import Office
from tests.api.desk.conftest import SitDown, well_made
from tests.conftest import NOW, MakeCommand

LONG = timedelta(days=30)
TEXTS = catalogue("desk_admin", "zh_CN")


async def test_health_says_what_is_wrong_and_what_to_do_and_quotes_no_row(
    sit_down: SitDown, office: Office, make_cmd: MakeCommand, clock: FixedClock
) -> None:
    cmd = make_cmd()
    async with unit_of_work():
        await append(cmd.event(EventKind.TASK_COMPLETED, "task:x"), cmd.event(EventKind.TASK_COMPLETED, "task:y"))
    job = await WorkItem.select(WorkItem.id).order_by(WorkItem.id).first()
    await work.give_up(job["id"], "ValueError: 某公司的内容")
    clock.advance(timedelta(minutes=30))
    seat = await sit_down(Role.ADMIN)
    for lang in ("zh", "en"):
        page = await seat.read(f"/desk/admin/health?lang={lang}")
        assert "desk_admin." not in page.text
    assert "waited for 30 minutes" in page.text
    assert "fieldcheck worker" in page.text
    assert "publicity.count_again" in page.text
    assert "ValueError" in page.text
    assert "某公司" not in page.text


async def test_a_backup_is_started_and_listed_or_said_to_be_somebody_elses(
    app: Litestar, sit_down: SitDown, clock: FixedClock
) -> None:
    seat = await sit_down(Role.ADMIN)
    sqlite = app.state.process.settings.database.startswith("sqlite")
    page = await seat.read("/desk/admin/backups?lang=en")
    assert ("--keep 14" in page.text) is not sqlite
    answer = await seat.send("/desk/admin/backups")
    if not sqlite:
        assert answer.status_code == 422
        return
    assert answer.status_code == 303
    assert (await seat.send("/desk/admin/backups")).status_code == 409
    assert "Being made" in (await seat.read("/desk/admin/backups?lang=en")).text
    assert await make_worker(clock, SeededEntropy("work")).drain() == 1
    page = await seat.read("/desk/admin/backups?lang=en")
    assert "0 hours ago" in page.text
    assert "Back up now" in page.text
    assert "made 0 hours ago" in (await seat.read("/desk/admin/health?lang=en")).text


async def test_the_contact_is_set_and_what_is_too_long_is_kept_in_the_form(sit_down: SitDown, office: Office) -> None:
    seat = await sit_down(Role.ADMIN)
    await seat.done("/desk/admin/contact", {"address": "政务路 1 号", "phone": "010-1"})
    assert "政务路 1 号" in (await seat.ask("/desk/admin/contact")).text
    answer = await seat.send("/desk/admin/contact", {"address": "新路", "phone": "1" * 61})
    well_made(answer)
    assert answer.status_code == 422
    assert 'value="新路"' in answer.text


async def test_settings_are_shown_without_a_secret(app: Litestar, sit_down: SitDown) -> None:
    page = await (await sit_down(Role.ADMIN)).read("/desk/admin/settings")
    assert "FIELDCHECK_SESSION_HOURS" in page.text
    secrets = Settings(
        database_url="postgresql://user:hidden1@host/db?password=hidden2",
        s3_secret=SecretStr("hidden3"),
        s3_key_id="AKIAhidden4",
        other_urls="https://a.test https://me:hidden5@b.test",
    )
    told = {one.field: one.value for one in settings_of(secrets)}
    assert "hidden" not in str(told)
    assert told["database_url"] == f"postgresql://user:{MASK}@host/db?{MASK}"
    assert told["s3_secret"] == MASK
    assert told["rule_sets"] is None


@given(st.text(max_size=60), st.text("abc:@/?#[]%", max_size=30))
def test_whatever_an_address_looks_like_its_password_is_not_told(password: str, rest: str) -> None:
    marked = f"hidden{password}".replace("/", "").replace("?", "").replace("#", "").replace("@", "")
    assert "hidden" not in without_password(f"postgresql://user:{marked}@host/{rest}")


def test_every_setting_and_every_action_of_people_has_words() -> None:
    assert [name for name in Settings.model_fields if f"desk_admin.setting_{name}" not in TEXTS] == []
    closed = [one for one in Action if not is_open(one) and PERMITS[one] != frozenset({Role.DEVICE})]
    assert [one for one in closed if text_key(one) not in TEXTS] == []


CHECKS = st.one_of(
    st.builds(judging.of_migrations, st.integers(0, 3)),
    st.builds(judging.of_disk, *[st.integers(0, 10**13)] * 2, st.just(10**9)),
    st.builds(judging.of_store, writable=st.booleans()),
    st.builds(
        judging.of_work,
        st.just(NOW),
        *[st.integers(0, 1001)] * 2,
        st.none() | st.timedeltas(-LONG, timedelta()).map(lambda ago: NOW + ago),
        st.just(1000),
    ),
    st.builds(
        judging.of_log,
        st.just(NOW),
        st.none() | st.integers(0, 9),
        st.integers(0, 9),
        st.none() | st.timedeltas(-LONG, timedelta()).map(lambda ago: NOW + ago),
    ),
    st.builds(
        judging.of_stamps,
        st.just(date(2026, 3, 2)),
        configured=st.booleans(),
        last=st.none() | st.dates(date(2026, 1, 1), date(2026, 3, 2)),
        covered=st.booleans(),
    ),
    st.builds(
        judging.of_tablets,
        st.just(NOW),
        st.lists(st.none() | st.timedeltas(-LONG, timedelta()).map(lambda ago: NOW + ago), max_size=4),
    ),
    st.builds(
        judging.of_backups,
        st.just(NOW),
        st.none() | st.timedeltas(-LONG, timedelta()).map(lambda ago: NOW + ago),
    ),
)


@given(CHECKS)
def test_every_check_has_its_words_and_what_is_not_well_says_what_to_do(check: Check) -> None:
    key = f"desk_admin.check_{check.name}_{check.how}"
    needed = [f"desk_admin.check_{check.name}", key, *([f"{key}_do"] if check.tone is not Tone.GOOD else [])]
    for name in needed:
        assert "{" not in TEXTS[name].format_map(check.facts)


@pytest.mark.parametrize(
    ("check", "how"),
    [
        (judging.of_disk(10**8, 10**12, 10**9), "full"),
        (judging.of_disk(2 * 10**9, 10**12, 10**9), "little"),
        (judging.of_work(NOW, 1, 1, NOW - timedelta(minutes=11), 9), "late"),
        (judging.of_work(NOW, 1, 1, NOW - timedelta(minutes=9), 9), "dead"),
        (judging.of_log(NOW, None, 0, None), "none"),
        (judging.of_stamps(date(2026, 3, 9), configured=True, last=date(2026, 3, 6), covered=False), "behind"),
        (judging.of_stamps(date(2026, 3, 9), configured=True, last=date(2026, 3, 6), covered=True), "good"),
        (judging.of_tablets(NOW, [NOW, None]), "silent"),
        (judging.of_backups(NOW, NOW - timedelta(days=3)), "old"),
    ],
)
def test_what_is_told_is_what_is_so(check: Check, how: str) -> None:
    assert check.how == how


@given(st.integers(0, 10**15))
def test_a_size_is_read_in_four_figures_at_most(length: int) -> None:
    number, unit = judging.size(length).split()
    assert float(number) < 1024 + 0.1 or unit == "TiB"
