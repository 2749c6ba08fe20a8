"""The parts of the verifier in JavaScript, each against something else that computes the same."""

import hashlib
from collections.abc import AsyncIterator
from fractions import Fraction
from random import Random

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from inspection.draw.verify import formulas
from inspection.kernel.canonical import JSON, canonical_json
from tests.browser.modules import call, emptied

pytestmark = pytest.mark.asyncio(loop_scope="package")

MESSAGES = [bytes((7 * i + n) & 255 for i in range(n)) for n in (*range(140), 1000, 70_000)]


@pytest_asyncio.fixture(loop_scope="package")
async def page(browser: Browser) -> AsyncIterator[Page]:
    found = await emptied(browser)
    yield found
    await found.context.close()


@pytest.mark.parametrize("name", ["sha256", "sm3"])
async def test_hashes_are_those_of_everybody_else(page: Page, name: str) -> None:
    given = [message.hex() for message in MESSAGES]
    found = await call(page, "draw-hashes", f"given.map((text) => m.hex(m.{name}(m.unhex(text))))", given)
    assert found == [hashlib.new(name, message).hexdigest() for message in MESSAGES]


async def test_sha256_is_the_browsers_own(page: Page) -> None:
    expression = """await Promise.all(given.map(m.unhex).map(async (message) =>
        m.hex(new Uint8Array(await crypto.subtle.digest("SHA-256", message))) === m.hex(m.sha256(message))))"""
    assert set(await call(page, "draw-hashes", expression, [message.hex() for message in MESSAGES])) == {True}


@pytest.mark.parametrize("size", [*range(1, 34), 255, 1000])
async def test_every_leaf_climbs_to_the_root_by_its_own_path_only(page: Page, size: int) -> None:
    hash_ = formulas.hash_named("sha256")
    leaves = [hash_(n.to_bytes(4, "big")) for n in range(size)]
    cases = [(index, [sibling.hex() for sibling in _path(leaves, index)]) for index in {0, size // 3, size - 1}]
    given = {"leaves": [leaf.hex() for leaf in leaves], "cases": cases}
    expression = """(() => {
        const hash = m.hashNamed("sha256"), leaves = given.leaves.map(m.unhex), size = leaves.length;
        const ends = (change) => given.cases.map(([index, path]) => {
            const end = m.climb(hash, leaves[index], index, size, change(path).map(m.unhex));
            return end && m.hex(end);
        });
        const root = m.hex(m.rootOf(hash, leaves)), more = "00".repeat(32);
        const shorter = size > 1 ? ends((path) => path.slice(1)) : [];
        return [root, ends((path) => path), ends((path) => [...path, more]), shorter];
    })()"""
    root, whole, longer, shorter = await call(page, "draw-hashes", expression, given)
    assert root == formulas.root_of(hash_, leaves).hex()
    assert set(whole) == {root}
    assert root not in longer + shorter


def _path(leaves: list[bytes], index: int) -> list[bytes]:
    """RFC 9162 §2.1.3.1, by its own words."""
    if len(leaves) == 1:
        return []
    half = 1 << (len(leaves) - 1).bit_length() - 1
    hash_, (left, right) = formulas.hash_named("sha256"), (leaves[:half], leaves[half:])
    if index < half:
        return [*_path(left, index), formulas.root_of(hash_, right)]
    return [*_path(right, index - half), formulas.root_of(hash_, left)]


async def test_quotas_are_exact_and_the_same_in_both_languages(page: Page) -> None:
    chance, given, expected = Random(4), [], []
    for number in range(400):
        cells = [
            (cell, chance.choice((1, 2, 3, 40, 10**6)), chance.choice((1, 1, 2, 5, 97)))
            for cell in range(1, chance.randint(1, 9) + 1)
        ]
        n = chance.randint(0, sum(size for _, size, _ in cells))
        seed, key = hashlib.sha256(number.to_bytes(4, "big")).digest(), chance.choice((0, 3, 65536))
        given.append([seed.hex(), key, [{"cell": c, "size": s, "weight": w} for c, s, w in cells], n])
        expected.append(formulas.quotas(formulas.hash_named("sha256"), seed, key, cells, n))
    expression = """given.map(([seed, key, cells, n]) => {
        const found = m.quotas(h.hashNamed("sha256"), h.unhex(seed), key, cells, BigInt(n));
        return [...found].map(([cell, { chance, quota }]) => [cell, chance.map(String), String(quota)]);
    })"""
    told = await call(page, "draw-shares", expression, given)
    found = [{cell: (Fraction(int(a), int(b)), int(quota)) for cell, (a, b), quota in one} for one in told]
    assert found == expected
    assert all(sum(quota for _, quota in one.values()) == case[3] for one, case in zip(found, given, strict=True))


async def test_json_is_read_as_strictly_as_the_formats_ask(page: Page) -> None:
    good = ['{"a":1}', '{"a":{"b":[{"c":"x:y,{}\\\\\\""}]}}', "[]", '"1.5"', '{"e":true,"f":null}']
    bad = [
        '{"a":1,"a":1}',
        '{"a":1.5}',
        '{"a":1.0}',
        '{"a":1e3}',
        '{"a":9007199254740993}',
        "{",
        '{"a":[{"b":1,"b":2}]}',
    ]
    read = "given.map((text) => { try { m.parsed(text); return true; } catch { return false; } })"
    assert await call(page, "draw-read", read, good + bad) == [True] * len(good) + [False] * len(bad)
    missing = "given.map((text) => { try { return m.parsed(text).b === undefined; } catch { return 'missing'; } })"
    assert await call(page, "draw-read", missing, ['{"a":1}']) == ["missing"]


async def test_canonical_json_is_the_same_in_both_languages(page: Page) -> None:
    values: list[JSON] = [
        {"10": 1, "9": 2, "a": [None, True, -5, 'é\u0001\u2028/"\\']},
        [],
        {},
        {"甲": {"b": 0, "a": "😀"}},
    ]
    told = await call(page, "draw-read", "given.map(m.canon)", values)
    assert told == [canonical_json(value).decode() for value in values]
