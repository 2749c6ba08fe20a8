"""A draw as its page and its sheet show it, read from what anybody may see of it (docs/sr-draw-1.md): counts,
digests, exact chances. Nothing here can say who was drawn, because the public view cannot.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, Final

from api.public.chance import percent
from api.public.shown_draw_task import ShownTask, shown_task

View = Mapping[str, Any]
SEALED: Final = frozenset({"sealed", "opening", "closed"})
"""States of a draw that is over: its bundle is out."""
MOST_TICKETS: Final = 200
"""So many tickets stand on the page; all of them are in the bundle."""


@dataclass(frozen=True, slots=True)
class ShownCell:
    """One layer of equal chances, under its neutral number. `task` counts from 1; `percent` may begin with ≈."""

    number: int
    task: int
    size: int
    weight: int
    chance: str
    percent: str
    quota: int | None
    first: str | None
    threshold: str | None


@dataclass(frozen=True, slots=True)
class ShownContribution:
    """Who gave a share of the seed, before whom, and what: digits as they were thrown, all else in hex."""

    name: str
    kind: str
    witnesses: tuple[str, ...]
    value: str | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class ShownVoid:
    """An attempt that was given up."""

    attempt: int
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ShownMatch:
    """How many visits and places; `how` are (code, places)."""

    root: str
    objects: int
    places: int
    load_cap: int | None
    how: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class ShownTicket:
    """A drawn ticket: no name, and none can be found from it."""

    cell: int
    rank: int
    value: str
    batch: int


@dataclass(frozen=True, slots=True)
class ShownWord:
    """What a supervisor found who ran everything again, with which version of the verifier."""

    version: str
    good: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class ShownDraw:
    """One draw. Digests are hex; `steps` are (key of the text, instant) of what has happened; `changes` are
    (kind, how many) of those settled after the draw; `hits` counts the drawn tickets of all tasks; `of_authority` its
    draws and the voided ones among them.
    """

    id: str
    state: str
    sealed: bool
    level: str
    sequence: int | None
    attempt: int
    rule_set: str | None
    rule_digest: str | None
    hash_alg: str
    rows: int | None
    fingerprint: str | None
    frame_root: str | None
    seed: str | None
    result_root: str | None
    voids: tuple[ShownVoid, ...]
    steps: tuple[tuple[str, datetime], ...]
    tasks: tuple[ShownTask, ...]
    cells: tuple[ShownCell, ...]
    contributions: tuple[ShownContribution, ...]
    hits: int
    tickets: tuple[ShownTicket, ...]
    batches: int
    match: ShownMatch | None
    changes: tuple[tuple[str, int], ...]
    verified: tuple[ShownWord, ...]
    of_authority: tuple[int, int]


def shown_draw(view: View) -> ShownDraw:
    """The draw as a page shows it, out of its public view."""
    params: View = json.loads(view["params"]) if view["params"] else {"tasks": []}
    drawn = view["tickets"]
    return ShownDraw(
        id=view["draw"],
        state=view["state"],
        sealed=view["state"] in SEALED,
        level=view["level"],
        sequence=view["sequence"],
        attempt=view["attempt"],
        rule_set=params.get("rule_set"),
        rule_digest=params.get("rule_set_digest"),
        hash_alg=view["hash_alg"],
        rows=view["frame_rows"],
        fingerprint=view["fingerprint"],
        frame_root=view["frame_root"],
        seed=view["seed"],
        result_root=view["result_root"],
        voids=tuple(ShownVoid(v["attempt"], v["reason"], datetime.fromisoformat(v["at"])) for v in view["voids"]),
        steps=_steps(view),
        tasks=tuple(shown_task(n, task, view["cells"]) for n, task in enumerate(params["tasks"])),
        cells=_cells(view["cells"], drawn),
        contributions=tuple(map(_contribution, view["contributions"])),
        hits=len(drawn),
        tickets=tuple(ShownTicket(t["cell"], t["rank"], t["ticket"], t["batch"]) for t in drawn[:MOST_TICKETS]),
        batches=max((t["batch"] for t in drawn), default=1),
        match=_match(view["match"]),
        changes=_changes(view["changes"]),
        verified=tuple(ShownWord(w["version"], w["good"], datetime.fromisoformat(w["at"])) for w in view["verified"]),
        of_authority=(view["of_authority"]["draws"], view["of_authority"]["void"]),
    )


def _steps(view: View) -> tuple[tuple[str, datetime], ...]:
    instants = {name: view[f"{name}_at"] for name in ("frozen", "drawn", "sealed")}
    if view["seed"]:
        instants["seeded"] = max(c["revealed_at"] for c in view["contributions"])
    order = ("frozen", "seeded", "drawn", "sealed")
    told = ((f"pages.draw_{name}_at", instants.get(name)) for name in order)
    return tuple((key, datetime.fromisoformat(at)) for key, at in told if at)


def _cells(cells: Sequence[View], drawn: Sequence[View]) -> tuple[ShownCell, ...]:
    first = {ticket["cell"]: ticket["ticket"] for ticket in drawn if ticket["rank"] == 1}
    return tuple(
        ShownCell(
            number=cell["cell"],
            task=cell["task"] + 1,
            size=cell["size"],
            weight=cell["weight"],
            chance="{}/{}".format(*cell["probability"]) if cell["probability"] else "–",
            percent=percent(Fraction(*cell["probability"])) if cell["probability"] else "–",
            quota=cell["quota"],
            first=first.get(cell["cell"]),
            threshold=cell["threshold"],
        )
        for cell in cells
    )


def _contribution(told: View) -> ShownContribution:
    value = told["value"]
    if value is not None and told["kind"] == "DICE":
        value = bytes.fromhex(value).decode("ascii")
    at = datetime.fromisoformat(told["revealed_at"]) if told["revealed_at"] else None
    return ShownContribution(told["name"], told["kind"], tuple(told["witnesses"]), value, at)


def _match(told: View | None) -> ShownMatch | None:
    if told is None:
        return None
    how = tuple((kind, places) for kind, places in told["how"].items() if places)
    return ShownMatch(told["root"], told["objects"], told["places"], told["load_cap"], how)


def _changes(told: Sequence[View]) -> tuple[tuple[str, int], ...]:
    """Those that were settled, by kind."""
    kinds = [one["kind"] for one in told if one["outcome"] is not None]
    return tuple((kind, kinds.count(kind)) for kind in sorted(set(kinds)))
