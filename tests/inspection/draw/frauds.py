"""What a dishonest platform might do (draw.md §4.13, §5 T17), each carried through to the end without a slip, and the
only checks that then fail.
"""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from tests.inspection.draw.forging import Files, Forgery, forged
from tests.inspection.draw.rehearsal import VOID, rehearse
from tests.inspection.draw.variants import CHAIN, of_all_kinds


class Fraud(NamedTuple):
    """`of`: which honest draw it starts from; `fails`: exactly the checks that must fall."""

    of: str
    done: Callable[[Forgery], object]
    fails: frozenset[str]


def base(name: str) -> Files:
    """The honest draws, as full bundles."""
    if name == "chance":
        return of_all_kinds().full()
    return rehearse(voids=(VOID,)).full()


def _event(kind: str, edit: Callable[[Any], object]) -> Callable[[Forgery], object]:
    return lambda f: [edit(event) for event in f.events if event["kind"] == kind]


def _again(f: Forgery) -> None:
    """Draw, look, draw once more: the second result is published."""
    at = next(n for n, event in enumerate(f.events) if event["kind"] == "draw.executed")
    f.events.insert(at + 1, json.loads(json.dumps(f.events[at])))


def _silent(f: Forgery) -> None:
    del f.ceremony["contributions"][1]
    f.events = [e for e in f.events if e["payload"].get("name") != "监察室"]


def _given(f: Forgery, kind: str) -> list[Any]:
    listed = [*f.params["entropy"]["contributors"], *f.ceremony["contributions"]]
    return [one for one in listed if one["kind"] == kind]


def _past(f: Forgery) -> None:
    for one in _given(f, "BEACON"):
        one["beacon"]["round"] -= 100


def _known_link(f: Forgery) -> None:
    _given(f, "LINK")[1]["value"] = CHAIN[8].hex()


def _not_its_signature(f: Forgery) -> None:
    _given(f, "BEACON")[1]["nonce"] = b"another".hex()


def _chosen_value(f: Forgery) -> None:
    _given(f, "SUPV")[1]["value"] = "00" * 32


def _few_digits(f: Forgery) -> None:
    _given(f, "DICE")[1]["value"] = b"123".hex()


def _twice(f: Forgery) -> None:
    f.rows.insert(1, f.rows[0])
    f.counted()


def _swapped(f: Forgery) -> None:
    f.rows[3], f.rows[4] = f.rows[4], f.rows[3]


def _spared(f: Forgery) -> None:
    """A friend is said to be at the cap."""
    f.row(0, cells="0", codes="CAP")
    f.counted()


def _overdone(f: Forgery) -> None:
    """One that is at the cap is put among those who may be drawn."""
    f.row(8, cells=f.rows[0].split("\t")[1], codes="0")
    f.counted()


def _heavier(f: Forgery) -> None:
    """One firm is put into a cell with other chances."""
    f.row(0, cells=f.rows[1].split("\t")[1])
    f.counted()


def _fewer(f: Forgery) -> None:
    task = f.params["tasks"][0]
    task["sample"]["size"] -= 1
    task["strata"]["list"][0]["size"] -= 1


def _narrow(f: Forgery) -> None:
    """A condition leaves a handful, and the draw still calls itself random."""
    f.params["tasks"][0]["condition"] = '{"oid":"…"}'
    f.rows = f.rows[:12]
    f.counted()


def _one_person(f: Forgery) -> None:
    _event("draw.frozen", lambda e: e["actor"].update(id="operator"))(f)


def _own_supervisor(f: Forgery) -> None:
    _event("draw.contributed", lambda e: e["actor"].update(id="operator"))(f)


def _unbound(f: Forgery) -> None:
    f.params["previous_void"] = None


def _forgotten(f: Forgery) -> None:
    """The void is left out of every list but the journal's own."""
    f.params |= {"attempt": 1, "previous_void": None, "sequence": 1}
    f.ceremony |= {"attempt": 1, "voids": [], "sequence": 1}


def _early(f: Forgery) -> None:
    """Chance first, the frame afterwards."""
    at = next(n for n, event in enumerate(f.events) if event["kind"] == "draw.frozen")
    f.events.insert(at + 2, f.events.pop(at))


FRAUDS = {
    "withdraw and redraw": Fraud("plain", _again, frozenset({"public.order"})),
    "a missing reveal": Fraud("plain", _silent, frozenset({"public.contributions"})),
    "a beacon round in the past": Fraud("chance", _past, frozenset({"public.beacon"})),
    "a beacon value that is not its signature's": Fraud("chance", _not_its_signature, frozenset({"public.beacon"})),
    "a reused chain link": Fraud("chance", _known_link, frozenset({"public.links"})),
    "a value other than the committed one": Fraud("plain", _chosen_value, frozenset({"public.contributions"})),
    "dice of three digits": Fraud("plain", _few_digits, frozenset({"public.dice"})),
    "a duplicated object": Fraud("plain", _twice, frozenset({"full.frame"})),
    "reordered rows": Fraud("plain", _swapped, frozenset({"full.frame"})),
    "an exclusion without ground": Fraud("plain", _spared, frozenset({"full.exclusions"})),
    "the cap forgotten": Fraud("plain", _overdone, frozenset({"full.exclusions"})),
    "another weight for one firm": Fraud("plain", _heavier, frozenset({"full.directory"})),
    "a smaller sample": Fraud("plain", _fewer, frozenset({"public.sizes"})),
    "a tailored condition": Fraud("plain", _narrow, frozenset({"public.focused"})),
    "operator and approver in one person": Fraud("plain", _one_person, frozenset({"public.persons"})),
    "an operator who supervises himself": Fraud("plain", _own_supervisor, frozenset({"public.persons"})),
    "a void that binds nothing": Fraud("plain", _unbound, frozenset({"public.attempts"})),
    "a forgotten void": Fraud("plain", _forgotten, frozenset({"public.attempts"})),
    "chance before the fingerprint": Fraud("plain", _early, frozenset({"public.order"})),
}


def committed(name: str) -> Files:
    """The bundle after a fraud."""
    fraud = FRAUDS[name]
    return forged(base(fraud.of), fraud.done)
