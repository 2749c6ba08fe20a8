"""What a cheat does and what the verifier answers (draw.md §4.13): helpers of the gaming catalogue's tests."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from inspection.draw.verify import Check, verify_full
from inspection.kernel.canonical import canonical_json
from inspection.kernel.journal.chain import GENESIS, link
from tests.inspection.draw import rehearsal
from tests.inspection.draw.rehearsal import Rehearsal, rehearse

Line = dict[str, Any]


def failing(checks: Sequence[Check]) -> set[str]:
    return {check.code for check in checks if not check.ok}


def sentence(checks: Sequence[Check], code: str) -> str:
    """What is said in Chinese of one claim; fails when the claim was not made."""
    (found,) = [check.zh for check in checks if check.code == code]
    return found


def honest(**terms: object) -> Rehearsal:
    """A ceremony that verifies."""
    done = rehearse(**terms)
    assert failing(verify_full(done.full())) == set()
    return done


def rehearsed_with(patch: pytest.MonkeyPatch, where: str, cheat: Callable[..., object], **terms: object) -> Rehearsal:
    """A ceremony in which one function of the platform was exchanged: everything after it is consistent with it."""
    with patch.context() as context:
        context.setattr(f"{rehearsal.__name__}.{where}", cheat)
        return rehearse(**terms)


def rewritten(files: Mapping[str, bytes], edit: Callable[[list[Line]], list[Line]]) -> dict[str, bytes]:
    """The bundle with another journal, numbered and chained anew so that it hangs together."""
    lines = edit([json.loads(json.loads(line)["text"]) for line in files["events.jsonl"].splitlines()])
    before, told = GENESIS, b""
    for seq, line in enumerate(lines, start=1):
        text = canonical_json(line | {"seq": seq})
        before = link(before, text)
        told += canonical_json({"text": text.decode(), "hash": before.hex()}) + b"\n"
    return {**files, "events.jsonl": told}
