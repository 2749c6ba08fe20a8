"""Debian's chromium, for tests that see what people see."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where the browser is. Never skipped: what people see is tested or the run fails."""
    if not CHROMIUM.exists():
        pytest.fail(f"{CHROMIUM} is missing: run `make browser`, or install Debian's package chromium")
    return str(CHROMIUM)


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """Chromium, one for all tests of a folder."""
    async with async_playwright() as playwright:
        found = await playwright.chromium.launch(executable_path=chromium)
        yield found
        await found.close()
