"""Whom this server may send to: an address that somebody entered must not reach what only this machine reaches.

The name is resolved once, every address it has is looked at, and the connection goes to that very address: a name that
is another machine's a moment later (DNS rebinding) leads nowhere else. No connection serves twice: one that was made in
the name of one receiver would else carry the parcels of another that lives at the same address, whose certificate
nobody has looked at.
"""

import asyncio
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final, TypeAlias

import httpx

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

_GLOBAL_V6: Final = IPv6Network("2000::/3")
"""What is given out in public (RFC 4291). Python calls more of it global: site-local addresses, and those which carry
an IPv4 address that a gateway would follow into a network of ours (RFC 6052; RFC 4291, 2.5.5.1).
"""
_6TO4: Final = IPv6Network("2002::/16")
"""Carries one, too (RFC 3056)."""
_ONCE: Final = httpx.Limits(max_connections=None, max_keepalive_connections=0)


@dataclass(frozen=True, slots=True)
class Reach:
    """Networks of one's own to which parcels may go."""

    networks: tuple[Network, ...] = ()

    def lets(self, address: Address) -> bool:
        """Whether a parcel may go there."""
        mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
        plain = mapped or address
        if any(plain.version == one.version and plain in one for one in self.networks):
            return True
        if isinstance(plain, IPv6Address) and (plain not in _GLOBAL_V6 or plain in _6TO4):
            return False
        return plain.is_global and not plain.is_multicast


NOWHERE_PRIVATE: Final = Reach()


def reach_of(setting: str) -> Reach:
    """Out of networks with spaces between, e.g. `10.20.0.0/16 fd00:20::/32`.

    Raises:
        ValueError: one of them is no network.
    """
    return Reach(tuple(ip_network(one) for one in setting.split()))


class PublicOnly(httpx.AsyncBaseTransport):
    """Sends to addresses that `reach` lets through, and to no others."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self._inner = httpx.AsyncHTTPTransport(trust_env=False, limits=_ONCE)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send it to the address that was looked at.

        Raises:
            httpx.ConnectError: the name is nobody's, or one of its addresses may not be reached.
        """
        host = request.url.raw_host.decode("ascii")
        found = await self._resolved(host, request.url.port or (443 if request.url.scheme == "https" else 80))
        if not found or not all(map(self._reach.lets, found)):
            raise httpx.ConnectError("this address is not to be reached from here", request=request)
        # The certificate is held to the name, not to the address.
        extensions = {**request.extensions, "sni_hostname": host}
        there = httpx.Request(
            request.method,
            request.url.copy_with(host=str(found[0])),
            headers=request.headers,
            stream=request.stream,
            extensions=extensions,
        )
        return await self._inner.handle_async_request(there)

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def _resolved(self, host: str, port: int) -> Sequence[Address]:
        try:
            told = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):  # the latter: it cannot be a name (a part of it is empty or too long)
            return []
        return [ip_address(str(one[4][0]).partition("%")[0]) for one in told]
