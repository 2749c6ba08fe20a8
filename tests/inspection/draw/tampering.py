"""Clumsy forgeries: one file of a bundle is changed, and nothing that hangs on it. `(file, edit)` and the check that at
least must fall.
"""

import json
from collections.abc import Callable
from typing import Any

Files = dict[str, bytes]
Tamper = Callable[[Files], None]
ZERO = "00" * 32


def change(name: str, edit: Callable[[Any], object]) -> Tamper:
    """Edit one JSON file in place."""

    def tamper(files: Files) -> None:
        value = json.loads(files[name])
        edit(value)
        files[name] = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    return tamper


def put(name: str, key: str, value: object) -> Tamper:
    return change(name, lambda told: told.update({key: value}))


def first(name: str, key: str, value: object) -> Tamper:
    return change(name, lambda told: told[0].update({key: value}))


def given(number: int, key: str, value: object) -> Tamper:
    return change("ceremony.json", lambda c: c["contributions"][number].update({key: value}))


def swap_lines(name: str) -> Tamper:
    def tamper(files: Files) -> None:
        lines = files[name].splitlines(keepends=True)
        lines[1], lines[2] = lines[2], lines[1]
        files[name] = b"".join(lines)

    return tamper


def rewrite(name: str, old: str, new: str) -> Tamper:
    def tamper(files: Files) -> None:
        if old.encode() not in files[name]:
            raise ValueError(f"{old} is not in {name}")
        files[name] = files[name].replace(old.encode(), new.encode(), 1)

    return tamper


def drop_line(name: str, number: int) -> Tamper:
    def tamper(files: Files) -> None:
        lines = files[name].splitlines(keepends=True)
        del lines[number]
        files[name] = b"".join(lines)

    return tamper


def become(name: str, data: bytes | None) -> Tamper:
    def tamper(files: Files) -> None:
        files.pop(name)
        if data is not None:
            files[name] = data

    return tamper


def _moved_quota(cells: Any) -> None:
    cells[0]["quota"] -= 1
    cells[1]["quota"] += 1


def _exchanged(assignments: Any) -> None:
    assignments[0]["team"] = assignments[1]["team"]


PUBLIC: dict[str, tuple[Tamper, str]] = {
    "a line of the journal is missing": (drop_line("events.jsonl", 2), "public.journal"),
    "lines of the journal change places": (swap_lines("events.jsonl"), "public.journal"),
    "a line of the journal is rewritten": (rewrite("events.jsonl", "supervisor", "operator-1"), "public.journal"),
    "the journal is empty": (become("events.jsonl", b""), "public.journal"),
    "a parameter is changed after the freeze": (rewrite("params.json", '"delta":1', '"delta":2'), "public.fingerprint"),
    "the rule-set was another": (rewrite("events.jsonl", "5e5e5e", "5e5e5f"), "public.rules"),
    "the frame root is another": (put("ceremony.json", "frame_root", ZERO), "public.fingerprint"),
    "the seed differs from the journal": (put("ceremony.json", "seed", ZERO), "public.recorded"),
    "the chance came before the fingerprint": (drop_line("events.jsonl", 1), "public.order"),
    "a contributor was left out": (
        change("ceremony.json", lambda c: c["contributions"].pop()),
        "public.contributions",
    ),
    "a revealed value is not the committed one": (given(1, "value", ZERO), "public.contributions"),
    "dice show too few digits": (given(2, "value", b"123".hex()), "public.dice"),
    "a contributor never revealed": (given(1, "value", None), "public.contributions"),
    "another number was thrown": (given(2, "value", (b"2" * 20).hex()), "public.seed"),
    "the level is flattered": (put("ceremony.json", "level", "L3"), "public.level"),
    "fewer were drawn than the ratio asks": (
        rewrite("params.json", '"sample":{"size":8', '"sample":{"size":7'),
        "public.sizes",
    ),
    "the rows do not add up": (rewrite("params.json", '"CAP":', '"UP":1,"CAP":'), "public.counts"),
    "a quota is moved to another cell": (change("cells.json", _moved_quota), "public.shares"),
    "a probability is prettified": (first("cells.json", "probability", [1, 10]), "public.shares"),
    "a cell is smaller than committed": (first("cells.json", "size", 1), "public.shares"),
    "a drawn ticket disappears": (change("drawn.json", lambda d: d.pop(0)), "public.tickets"),
    "a threshold is raised": (first("cells.json", "threshold", "ff" * 32), "public.tickets"),
    "a ticket is exchanged": (first("drawn.json", "ticket", ZERO), "public.result"),
    "a ticket points to another object": (first("drawn.json", "place", ZERO), "public.result"),
    "a ticket comes in another batch": (first("drawn.json", "batch", 2), "public.batches"),
    "an object stays without its second inspector": (put("match.json", "places", 15), "public.match"),
    "a lot is called a choice by hand": (
        put("match.json", "how", {"lot": 15, "continuity": 0, "designated": 0}),
        "public.match",
    ),
    "a voided attempt is hidden": (put("ceremony.json", "voids", []), "public.attempts"),
    "a void does not bind the next attempt": (
        change("ceremony.json", lambda c: c["voids"][0].update(record=ZERO)),
        "public.attempts",
    ),
    "an opened object is another": (
        change("openings.json", lambda o: o[0].update(row=o[1]["row"])),
        "public.openings",
    ),
    "an opening belongs to another draw": (first("openings.json", "seed", ZERO), "public.openings"),
    "a key was escrowed that the parameters do not know": (put("ceremony.json", "escrow", "00"), "public.escrow"),
    "a change was drawn that the journal does not know": (
        become(
            "changes.json",
            json.dumps(
                [
                    {
                        "seq": 1,
                        "kind": "leave",
                        "reason": "kinship",
                        "state": "settled",
                        "event": ZERO,
                        "fresh_kind": "KEY",
                        "fresh": ZERO,
                        "level": "L0",
                        "outcome": ZERO,
                    }
                ]
            ).encode(),
        ),
        "public.settled",
    ),
    "a file is missing": (become("cells.json", None), "public.shares"),
    "a file is no JSON": (become("drawn.json", b"]"), "public.tickets"),
}

FULL: dict[str, tuple[Tamper, str]] = {
    "rows of the frame change places": (swap_lines("manifest.tsv"), "full.frame"),
    "a row of the frame is missing": (drop_line("manifest.tsv", 5), "full.frame"),
    "the last row has no end": (
        lambda f: f.update({"manifest.tsv": f["manifest.tsv"][:-1]}),
        "full.frame",
    ),
    "the key is another": (put("secret.json", "key", "11" * 32), "full.frame"),
    "an object is excluded without ground": (rewrite("manifest.tsv", "\t0\tCAP\t", "\t0\tUP\t"), "full.exclusions"),
    "recorded visits are changed": (rewrite("manifest.tsv", '"visits":2', '"visits":1'), "full.exclusions"),
    "a grade is changed": (rewrite("manifest.tsv", '"grade":"D"', '"grade":"A"'), "full.directory"),
    "a drawn ticket is not of this frame": (first("drawn.json", "ticket", ZERO), "full.draw"),
    "an inspector was added later": (rewrite("roster.tsv", "\t1\t", "\t0\t"), "full.roster"),
    "a relation is left out": (drop_line("relations.tsv", 0), "full.roster"),
    "an earlier team is forgotten": (drop_line("history.tsv", 0), "full.roster"),
    "two teams exchange a member": (change("assignments.json", _exchanged), "full.match"),
    "one person comes twice": (
        change("assignments.json", lambda a: a[0].update(team=a[0]["team"][:1] * 2)),
        "full.teams",
    ),
    "a choice by hand is called a lot": (first("assignments.json", "how", ["designated", "lot"]), "full.match"),
    "the match root is another": (put("match.json", "root", ZERO), "full.match"),
    "the load was raised without need": (put("match.json", "load_cap", 9), "full.cap"),
}
