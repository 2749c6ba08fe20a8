"""A process bears what it needs, not what others need or what somebody may ask for one day."""

import subprocess
import sys

import pytest

from api.openapi import operations
from tests.support.routes import routes

RARE = {
    "OpenSSL",
    "PIL",
    "babel.messages",
    "cbor2",
    "numpy",
    "obstore",
    "openpyxl",
    "opentelemetry",
    "pyasn1",
    "pyxform",
    "rfc3161_client",
    "scipy",
    "segno",
    "stdnum",
    "typst",
    "webauthn",
}
ROUTES_AND_PAGES = {"api.app", "api.desk", "api.pages.render", "api.routes", "jinja2", "uvicorn"}


def loaded(code: str) -> set[str]:
    """The modules of a Python that ran `code`."""
    told = f"import sys\n{code}\nprint(*sys.modules)"
    return set(subprocess.run([sys.executable, "-c", told], check=True, capture_output=True, text=True).stdout.split())


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_what_is_rarely_asked_for_is_loaded_when_it_is(command: str) -> None:
    assert not RARE & loaded(f"import api.cli.main, api.cli.{command}")


def test_a_worker_has_neither_routes_nor_pages() -> None:
    assert not ROUTES_AND_PAGES & loaded("import api.cli.main, api.cli.worker")


def test_pages_of_the_desk_are_compiled_when_somebody_comes_to_them_and_all_others_before() -> None:
    told = loaded(
        "from api.pages.render import _environment, make_ready\n"
        "make_ready(desk=False)\n"
        "print(*(name.split('/')[0] for _, name in _environment().cache.keys()))"
    )
    assert {"public", "entity", "pages"} <= told
    assert not {one for one in told if one == "desk" or one.startswith("desk_")}


def test_no_path_has_a_handler_of_options_but_ours() -> None:
    kept = [(route.path, handler.opt) for route, method, handler in operations(routes()) if method == "options"]
    assert kept
    assert all("action" in opt for _, opt in kept)
