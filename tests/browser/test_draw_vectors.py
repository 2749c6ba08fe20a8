"""The golden vectors of SR-DRAW/1 in JavaScript (draw.md §5 T12): what the Python verifier finds, the browser finds."""

import json
from collections.abc import AsyncIterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from tests.browser.modules import UNPACKED, call, emptied, packed

pytestmark = pytest.mark.asyncio(loop_scope="package")

GOLDEN = Path(__file__).parents[1] / "golden" / "draw_vectors.json"
FAILS = "[...found].filter((check) => !check.ok).map((check) => check.code).sort()"
FRAME = """(() => {
    const hash = h.hashNamed("sha256"), key = h.unhex(given.key), seed = h.unhex(given.seed), rows = [];
    const own = new Map(given.cells.map(([cell, weight]) => [weight, cell]));
    const leaves = Array.from({ length: given.rows }, (_, i) => {
        const grade = i % 4, visits = i % 9 === 8 ? 2 : 0, oid = `91371000${String(i).padStart(10, "0")}`;
        const id = `00000000-0000-0000-0000-${(1000000 + i).toString(16).padStart(12, "0")}`;
        const code = visits === 2 ? "CAP" : i % 11 === 10 ? "CLOSED" : "0";
        const cell = code === "0" ? own.get(grade + 1) : 0;
        const place = `"area":"${i % 3 ? "东区" : "西区"}","exemption":null,"grade":"${"ABCD"[grade]}"`;
        const attrs = `{${place},"object":"${id}","visits":${visits}}`;
        const salt = hash(0x10, key, h.utf8(oid)).slice(0, 16), inner = hash(0x13, key, h.utf8(oid)).slice(0, 16);
        const line = `${oid}\\t${cell}\\t${code}\\t${h.hex(hash(0x12, inner, h.utf8(attrs)))}`;
        if (cell) rows.push([cell, salt, i, h.hex(hash(0x11, seed, salt, h.u32(i)))]);
        return hash(0, salt, h.utf8(line));
    });
    const drawn = [...given.cells].sort((one, other) => one[0] - other[0]).flatMap(([cell, , , , quota]) => {
        const told = rows.filter((row) => row[0] === cell).sort((one, other) => (one[3] < other[3] ? -1 : 1));
        return told.slice(0, quota).map(([, salt, i, ticket], at) =>
            hash(0, h.u32(cell), h.u32(at + 1), h.unhex(ticket), hash(0x14, salt, h.u32(i))));
    });
    return [h.hex(h.rootOf(hash, leaves)), h.hex(h.rootOf(hash, drawn))];
})()"""


@cache
def golden() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(GOLDEN.read_text())
    return found


def bundle(name: str) -> dict[str, bytes]:
    (files,) = [one["files"] for one in golden()["bundles"] if one["name"] == name]
    return {name: text.encode() for name, text in files.items()}


def edited(case: dict[str, Any]) -> dict[str, bytes]:
    files = bundle(case["of"])
    for edit in case["edits"]:
        name, text = edit["file"], edit["text"]
        if text is None:
            del files[name]
        else:
            old = files.get(name, b"").decode()
            files[name] = (old[: edit["from"]] + text + old[edit["to"] :]).encode()
    return files


@pytest_asyncio.fixture(loop_scope="package")
async def page(browser: Browser) -> AsyncIterator[Page]:
    found = await emptied(browser)
    yield found
    await found.context.close()


async def test_t12_formulas_of_the_table_of_tags(page: Page) -> None:
    cases = golden()["formulas"]
    body = "given.map((c) => c.bytes.map((one) => m.hex(m.hashNamed(c.hash_alg)(m.unhex(one)))))"
    for case, outs in zip(cases, await call(page, "draw-hashes", body, cases), strict=True):
        following = [*case["bytes"][1:], case["out"]]
        assert [out[:32] in later for out, later in zip(outs, following, strict=True)] == [True] * len(outs), case
    assert len(cases) > 20


async def test_t12_numbers_without_favour(page: Page) -> None:
    body = (
        """given.map((c) => String(m.uniform((n) => m.hashNamed("sha256")(m.unhex(c.key), m.u32(n)), BigInt(c.n))))"""
    )
    cases = golden()["uniform"]
    assert await call(page, "draw-hashes", body, cases) == [case["out"] for case in cases]
    assert any(case["thrown"] for case in cases)


async def test_t12_trees_and_their_paths(page: Page) -> None:
    trees = golden()["trees"]["by_size"]
    body = """given.map(({ leaves, paths }) => {
        const hash = m.hashNamed("sha256"), nodes = leaves.map(m.unhex);
        const ends = paths.map((path, at) => m.hex(m.climb(hash, nodes[at], at, nodes.length, path.map(m.unhex))));
        return [m.hex(m.rootOf(hash, nodes)), ...ends];
    })"""
    told = await call(page, "draw-hashes", body, trees)
    assert [set(ends) for ends in told] == [{tree["root"]} for tree in trees]


async def test_t12_chances_quotas_and_spreads(page: Page) -> None:
    body = """given.map(({ key, seed, cells, n }) => {
        const told = cells.map(([cell, size, weight]) => ({ cell, size, weight }));
        const found = m.quotas(h.hashNamed("sha256"), h.unhex(seed), key, told, BigInt(n));
        const least = ([a, b]) => { let [x, y] = [a, b]; while (y) [x, y] = [y, x % y]; return [a / x, b / x]; };
        return Object.fromEntries([...found].map(([cell, s]) => [cell, [...least(s.chance), s.quota].map(Number)]));
    })"""
    cases = golden()["quotas"]
    assert await call(page, "draw-shares", body, cases) == [case["out"] for case in cases]
    spread = """given.map(({ n, rows, eligible, floors }) => m.sizes({
        rows: 0, eligible: 0, size: { rule: "count", count: n }, strata: { rule: "proportional",
            list: rows.map((all, at) => ({ rows: all, eligible: eligible[at], floor: floors[at] })) } }).map(Number))"""
    cases = golden()["proportional"]
    assert await call(page, "draw-shares", spread, cases) == [case["out"] for case in cases]


async def test_t12_every_bundle_holds(page: Page) -> None:
    body = f"(() => {{ const found = m.checkPublic({UNPACKED}); return {FAILS}; }})()"
    names = [one["name"] for one in golden()["bundles"]]
    told = {name: await call(page, "draw-verify", body, packed(bundle(name))) for name in names}
    assert told == {name: [] for name in names}
    assert len(names) > 10


async def test_t12_every_tampered_bundle_fails_at_the_same_checks(page: Page) -> None:
    body = f"(() => {{ const found = m.checkPublic({UNPACKED}); return {FAILS}; }})()"
    cases = golden()["tampered"]
    told = {case["name"]: await call(page, "draw-verify", body, packed(edited(case))) for case in cases}
    public = {case["name"]: sorted(code for code in case["fails"] if code.startswith("public.")) for case in cases}
    assert told == public
    assert sum(map(bool, public.values())) > 30


async def test_t12_openings_hold_or_fail_alike(page: Page) -> None:
    body = f"given.map((opening) => {{ const found = m.checkOne(opening); return {FAILS}; }})"
    cases = golden()["openings"]
    assert await call(page, "draw-verify", body, [c["opening"] for c in cases]) == [c["fails"] for c in cases]


async def test_t12_a_frame_of_fifty_thousand_rows_is_drawn_from_anew(page: Page) -> None:
    large = golden()["large"]
    assert await call(page, "draw-verify", FRAME, large) == [large["frame_root"], large["result_root"]]
