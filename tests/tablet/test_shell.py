"""The app itself: it comes, it stays without a network, it keeps to its policy, and nobody is shut out of it."""

import pytest

from tests.support.served import Server
from tests.tablet.conftest import NewScreen

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_the_app_comes_is_kept_and_starts_again_without_a_network(
    new_screen: NewScreen, standing: Server
) -> None:
    screen = await new_screen(standing.address)
    await screen.open()
    await screen.page.get_by_role("heading", level=1).wait_for()
    await screen.settle()
    await screen.offline()
    await screen.page.reload(wait_until="load")
    await screen.page.get_by_role("heading", level=1).wait_for()
    assert (await screen.refused(), screen.errors) == ([], [])


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
async def test_nobody_is_shut_out_of_the_first_screen(new_screen: NewScreen, standing: Server, locale: str) -> None:
    screen = await new_screen(standing.address, locale=locale)
    await screen.open()
    await screen.page.get_by_role("heading", level=1).wait_for()
    assert await screen.barriers() == []
    assert (await screen.refused(), screen.errors) == ([], [])
