"""The client of object stores against two of them, and against none that works."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from inspection.kernel.settings import Settings
from media.remote import PART, Remote, RemoteAway, Seen, remote_of, remote_settings
from tests.media.remote import faults
from tests.media.remote.stores import put_behind, remove_behind, settings_for
from tests.media.requests import sha256

DATA = os.urandom(3000)
DIGEST = sha256(DATA)


@pytest.fixture(params=["moto", "s3rver"])
def either(request: pytest.FixtureRequest) -> Remote:
    return Remote(settings_for(request.getfixturevalue(f"{request.param}_address"), "evidence", prefix="either/way"))


async def joined(found: tuple[Seen, object] | None) -> bytes:
    assert found is not None
    return b"".join([piece async for piece in found[1]])


@pytest.mark.parametrize("length", [0, 1, 3000, PART + 7])
async def test_what_is_sent_comes_back_whole_in_parts_and_measured(either: Remote, tmp_path: Path, length: int) -> None:
    data = os.urandom(length)
    (tmp_path / "file").write_bytes(data)
    await either.put(sha256(data), tmp_path / "file", length)
    head, measured = await either.head(sha256(data)), await either.measure(sha256(data))
    assert head is not None
    assert measured == Seen(length, head.tag, sha256(data))
    assert head.length == length
    # s3rver takes a range that ends at byte 0 for one without an end.
    for start, stop in ((0, length), (0, 2), (1, 2), (length // 2, length), (length - 1, length)):
        if 0 <= start < stop <= length:
            assert await joined(await either.read(sha256(data), start, stop)) == data[start:stop]


@pytest.mark.parametrize(
    ("server", "endpoint"), [("moto", "s3.us-east-1.amazonaws.com"), ("s3rver", "s3.amazonaws.com")]
)
async def test_a_bucket_in_the_hosts_name_is_the_same_bucket(
    server: str, endpoint: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """As OSS demands it. Such a name leads nowhere here, so the server stands in as the proxy on the way to it."""
    address = request.getfixturevalue(f"{server}_address")
    settings = settings_for(f"http://{endpoint}", "evidence", prefix="by/host", virtual_host=True)
    by_host = Remote(settings, client={"proxy_url": address})
    (tmp_path / "file").write_bytes(DATA)
    await by_host.put(DIGEST, tmp_path / "file", len(DATA))
    seen = await Remote(settings_for(address, "evidence", prefix="by/host")).measure(DIGEST)
    assert seen is not None
    assert seen.sha256 == DIGEST
    assert await by_host.measure(DIGEST) == seen


async def test_what_is_not_there_is_told_so(either: Remote) -> None:
    nothing = "0" * 64
    assert await either.head(nothing) is None
    assert await either.measure(nothing) is None
    assert await either.read(nothing, 0, 1) is None


async def test_sending_again_is_harmless_and_other_bytes_have_another_tag(either: Remote, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(DATA)
    await either.put(DIGEST, tmp_path / "file", len(DATA))
    first = await either.measure(DIGEST)
    await either.put(DIGEST, tmp_path / "file", len(DATA))
    assert await either.measure(DIGEST) == first
    put_behind(either, DIGEST, DATA[::-1])
    second = await either.measure(DIGEST)
    assert first is not None
    assert second is not None
    assert second.tag != first.tag
    assert second.sha256 != DIGEST
    remove_behind(either, DIGEST)
    assert await either.head(DIGEST) is None


async def test_the_digest_of_what_is_sent_is_signed_with_it(tmp_path: Path) -> None:
    told: dict[str, str] = {}

    def listening(handler) -> None:
        told.update({name.lower(): value for name, value in handler.headers.items()})
        faults.failing(handler)

    (tmp_path / "file").write_bytes(DATA)
    with faults.store_that(listening) as remote, pytest.raises(RemoteAway):
        await remote.put(DIGEST, tmp_path / "file", len(DATA))
    assert told["x-amz-content-sha256"] == DIGEST
    assert "x-amz-content-sha256" in told["authorization"]
    assert told["content-length"] == str(len(DATA))
    assert told["content-type"] == "application/octet-stream"
    assert "transfer-encoding" not in told


@pytest.mark.parametrize(
    "trouble",
    [
        faults.no_store,
        faults.store_that_says_nothing,
        lambda: faults.store_that(faults.failing),
        lambda: faults.store_that(faults.breaking_off),
    ],
    ids=["away", "silent", "500", "broken off"],
)
async def test_whatever_keeps_it_from_answering_is_one_trouble_and_no_statement_about_files(
    trouble, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(DATA)
    with trouble() as remote:
        with pytest.raises(RemoteAway):
            await remote.measure(DIGEST)
        with pytest.raises(RemoteAway):
            await joined(await remote.read(DIGEST, 0, 100))


async def test_a_bucket_that_is_not_there_is_trouble_when_sending(moto_address: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(DATA)
    remote = Remote(settings_for(moto_address, "no-such-bucket"), patience=timedelta(seconds=1))
    with pytest.raises(RemoteAway):
        await remote.put(DIGEST, tmp_path / "file", len(DATA))


async def test_a_file_that_is_gone_from_the_disk_is_not_sent(either: Remote, tmp_path: Path) -> None:
    with pytest.raises(RemoteAway):
        await either.put(DIGEST, tmp_path / "nothing", 5)


@pytest.mark.parametrize("name", ["", "x", "../x", "A" * 64, "a" * 63])
def test_only_a_digest_becomes_a_key(name: str) -> None:
    with pytest.raises(ValueError, match="not a SHA-256"):
        Remote.key(name)


def test_no_store_is_set_by_default() -> None:
    assert remote_of(Settings(data_dir=Path("var"))) is None


def given(**more: object) -> Settings:
    return Settings(**{"s3_url": "s3://b/p/q/", "s3_key_id": "id", "s3_secret": "secret", **more})


def test_a_store_is_set_by_five_words() -> None:
    found = remote_settings(given(s3_endpoint="https://oss.example.cn/", s3_virtual_host=True, s3_region="cn-1"))
    assert found is not None
    assert (found.bucket, found.prefix, found.region) == ("b", "p/q", "cn-1")
    assert found.base == "https://b.oss.example.cn"
    assert "hidden" not in repr(given(s3_secret="hidden"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"s3_url": "https://b"},
        {"s3_url": "s3://"},
        {"s3_key_id": ""},
        {"s3_secret": ""},
        {"s3_endpoint": "oss.example.cn"},
    ],
)
def test_half_a_setting_is_refused_at_the_start(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="FIELDCHECK_S3"):
        remote_settings(given(**wrong))


def test_in_the_hosts_name_or_in_the_path_the_client_is_told_the_same() -> None:
    path, host = (
        Remote(settings_for("http://store:9000", "evidence", virtual_host=virtual))._store.config
        for virtual in (False, True)
    )
    assert (path["endpoint"], host["endpoint"]) == ("http://store:9000", "http://evidence.store:9000")
