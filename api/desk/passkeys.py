"""Passkeys at the desk: where they can be used, and for what page a challenge is."""

from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

from api.commands import AnyRequest
from api.desk.session import desk_token
from api.process import process_of
from inspection.authority.factors.answers import Site
from inspection.authority.factors.challenges import Asked

SIGN_IN_ALONE: Final = "sign-in"
SECOND: Final = "second"
SET_UP: Final = "set-up"


def site_of(request: AnyRequest) -> Site | None:
    """The site that this page is of, as passkeys know it; None where no browser offers any: no name but an address of
    numbers, or neither HTTPS nor this very machine.
    """
    settings = process_of(request).settings
    told = [urlsplit(one) for one in (settings.address, *settings.other_urls.split())]
    here = next((one for one in told if one.netloc == request.headers.get("host")), told[0])
    return Site(str(here.hostname), f"{here.scheme}://{here.netloc}") if _is_fit(here) else None


def asked(request: AnyRequest, purpose: str) -> Asked:
    """For what a challenge is, and for whose browser. Before signing in there is no cookie that it could belong to."""
    holder = "" if purpose == SIGN_IN_ALONE else desk_token(request)
    return Asked(purpose, holder, process_of(request).keys)


def _is_fit(address: SplitResult) -> bool:
    if address.hostname == "localhost":
        return True
    try:
        ip_address(address.hostname or "")
    except ValueError:
        return address.scheme == "https" and bool(address.hostname)
    return False
