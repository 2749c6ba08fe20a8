"""Nothing that somebody enters leads to a network of ours; a connection serves the receiver it was made for alone."""

import asyncio
from collections.abc import Sequence
from ipaddress import IPv4Address, ip_address

import httpx
import pytest

from inspection.kernel.settings import Settings
from inspection.publicity.channels.reach import NOWHERE_PRIVATE, Address, PublicOnly, reach_of


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "224.0.0.1"),
        *("0.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fd00::1", "fe80::1", "fec0::1", "ff02::1"),
        # Each carries 10.0.0.1 or 127.0.0.1, which a gateway would follow.
        *("::ffff:10.0.0.1", "::ffff:127.0.0.1", "::127.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::a00:1"),
        *("2002:a00:1::1", "2001:0:a00:1::1"),
    ],
)
def test_an_address_of_ones_own_network_is_reached_only_where_a_setting_lets(address: str) -> None:
    assert not NOWHERE_PRIVATE.lets(ip_address(address))
    own = {"10.1.2.3", "fd00::1", "::ffff:10.0.0.1"}
    assert reach_of("10.0.0.0/8 fd00::/8").lets(ip_address(address)) is (address in own)


@pytest.mark.parametrize("address", ["93.184.215.14", "::ffff:93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_a_public_address_is_reached(address: str) -> None:
    assert NOWHERE_PRIVATE.lets(ip_address(address))


@pytest.mark.parametrize("host", ["a..test", f"{'a' * 64}.test", "nobody.invalid"])
async def test_a_name_that_is_nobodys_or_cannot_be_one_is_not_reached(host: str) -> None:
    async with httpx.AsyncClient(transport=PublicOnly(NOWHERE_PRIVATE)) as http:
        with pytest.raises(httpx.ConnectError):
            await http.post(f"https://{host}/", content=b"x")


async def test_no_connection_is_used_for_another_receiver_at_the_same_address(monkeypatch: pytest.MonkeyPatch) -> None:
    # Its certificate was held to the name of the first.
    connections: list[list[str]] = []
    served: list[asyncio.Task[object]] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        names: list[str] = []
        connections.append(names)
        if (task := asyncio.current_task()) is not None:
            served.append(task)
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
                names.append(head.partition("host: ")[2].partition(":")[0])
                await reader.readexactly(1)
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()
            await writer.wait_closed()

    async def here(*_: object) -> Sequence[Address]:
        return [IPv4Address("127.0.0.1")]

    monkeypatch.setattr(PublicOnly, "_resolved", here)
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        async with httpx.AsyncClient(transport=PublicOnly(reach_of("127.0.0.0/8"))) as http:
            for name in ("one.test", "two.test", "one.test"):
                assert (await http.post(f"http://{name}:{port}/", content=b"x")).status_code == 200
        await asyncio.gather(*served)
    assert connections == [["one.test"], ["two.test"], ["one.test"]]


@pytest.mark.parametrize("told", ["10.20.0.1/16", "10.20.0.0/33", "city.test", "10.20.0.0/16,fd00::/8"])
def test_what_is_no_network_is_refused_with_the_settings(told: str) -> None:
    with pytest.raises(ValueError, match="private_receivers"):
        Settings(private_receivers=told)
    assert reach_of(Settings(private_receivers=" 10.20.0.0/16  fd00::/8 ").private_receivers).lets(
        ip_address("fd00::1")
    )
