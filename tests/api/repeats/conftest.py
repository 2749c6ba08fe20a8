"""Requests that are begun anew, of people at the desk among others."""

import json
from collections.abc import Callable
from io import StringIO
from typing import Any, TypeAlias

import pytest

from api.logs import configure_logs
from tests.api.desk.conftest import sit_down

__all__ = ["sit_down"]

Lines: TypeAlias = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines() -> Lines:
    """The lines of requests that were more than a look."""
    stream = StringIO()
    configure_logs(level="info", log_format="json", stream=stream)

    def told() -> list[dict[str, Any]]:
        found = [json.loads(line) for line in stream.getvalue().splitlines()]
        return [line for line in found if line["event"] == "request" and line["method"] != "GET"]

    return told
