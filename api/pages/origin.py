"""Whether a form comes from a page of ours: the browser's own word on where it was sent from."""

from typing import Final
from urllib.parse import urlsplit

from api.commands import Connection
from api.process import Process, process_of

_OWN: Final = frozenset({"same-origin", "none"})


def sent_from_here(connection: Connection) -> bool:
    """Whether a form that was sent is one of our own pages.

    Pages that tell no referrer send `Origin: null`; then the browser's own word on the site is asked, and behind it
    stands the cookie, which no other site's form sends along.
    """
    if connection.headers.get("sec-fetch-site", "same-origin") not in _OWN:
        return False
    origin = connection.headers.get("origin", "null")
    return origin == "null" or origin in _origins(process_of(connection))


def _origins(process: Process) -> frozenset[str]:
    told = (process.settings.address, *process.settings.other_urls.split())
    return frozenset(f"{one.scheme}://{one.netloc}" for one in map(urlsplit, told))
