"""The stand-alone verifier: what holds when all is well, and which sentence falls when something is not."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from inspection.draw.disclosure import opened
from inspection.draw.standalone import archived, verifier
from inspection.draw.teams.staffing import MatchRules
from inspection.draw.verify import Check, verify_full, verify_one, verify_public
from tests.inspection.draw.rehearsal import RULES, RULES_DIGEST, VOID, Rehearsal, rehearse

Files = dict[str, bytes]
ONE = rehearse(voids=(VOID,))


def failing(checks: list[Check]) -> set[str]:
    return {check.code for check in checks if not check.ok}


def change(name: str, edit: Callable[[object], object]) -> Callable[[Files], None]:
    """Edit one JSON file in place, or replace it by what `edit` returns."""

    def tamper(files: Files) -> None:
        value = json.loads(files[name])
        result = edit(value)
        files[name] = json.dumps(value if result is None else result, ensure_ascii=False).encode()

    return tamper


def put(name: str, key: str, value: object) -> Callable[[Files], None]:
    return change(name, lambda told: told.update({key: value}))


def swap_lines(name: str) -> Callable[[Files], None]:
    def tamper(files: Files) -> None:
        lines = files[name].splitlines(keepends=True)
        lines[1], lines[2] = lines[2], lines[1]
        files[name] = b"".join(lines)

    return tamper


def rewrite(name: str, old: bytes, new: bytes) -> Callable[[Files], None]:
    def tamper(files: Files) -> None:
        assert old in files[name]
        files[name] = files[name].replace(old, new, 1)

    return tamper


def drop_line(name: str, number: int) -> Callable[[Files], None]:
    def tamper(files: Files) -> None:
        lines = files[name].splitlines(keepends=True)
        del lines[number]
        files[name] = b"".join(lines)

    return tamper


TWO_CELLS = change("cells.json", lambda c: c[0].update(quota=c[0]["quota"] - 1) or c[1].update(quota=c[1]["quota"] + 1))
SMALLER = rewrite("params.json", b'"size":8,"strata":[[0,8]]', b'"size":7,"strata":[[0,7]]')
UNBOUND = change("ceremony.json", lambda c: c["voids"][0].update(record="00" * 32))
OTHER_ROW = change("openings.json", lambda o: o[0].update(row=o[1]["row"]))
OTHER_DRAW = change("openings.json", lambda o: o[0].update(seed="00" * 32))
OTHER_PLACE = change("drawn.json", lambda d: d[0].update(place="00" * 32))
LATE = rewrite("params.json", b'"delta":1', b'"delta":2')

PUBLIC = [
    ("a line of the journal is missing", drop_line("events.jsonl", 2), "public.journal"),
    ("lines of the journal change places", swap_lines("events.jsonl"), "public.journal"),
    ("a line of the journal is rewritten", rewrite("events.jsonl", b"supervisor", b"operator-1"), "public.journal"),
    ("the journal is empty", lambda f: f.update({"events.jsonl": b""}), "public.journal"),
    ("a parameter is changed after the freeze", LATE, "public.fingerprint"),
    ("the rule-set was another", rewrite("events.jsonl", b"5e5e5e", b"5e5e5f"), "public.rules"),
    ("the frame root is another", put("ceremony.json", "frame_root", "00" * 32), "public.fingerprint"),
    ("the seed differs from the journal", put("ceremony.json", "seed", "00" * 32), "public.order"),
    ("the chance came before the fingerprint", drop_line("events.jsonl", 1), "public.order"),
    (
        "a contributor was left out",
        change("ceremony.json", lambda c: c["contributions"].pop()),
        "public.contributions",
    ),
    (
        "a revealed value is not the committed one",
        change("ceremony.json", lambda c: c["contributions"][1].update(value="00" * 32)),
        "public.contributions",
    ),
    (
        "dice show too few digits",
        change("ceremony.json", lambda c: c["contributions"][2].update(value=b"123".hex())),
        "public.contributions",
    ),
    (
        "a contributor never revealed",
        change("ceremony.json", lambda c: c["contributions"][1].update(value=None)),
        "public.contributions",
    ),
    ("the level is flattered", put("ceremony.json", "level", "L3"), "public.level"),
    (
        "another number was thrown",
        change("ceremony.json", lambda c: c["contributions"][2].update(value=(b"2" * 20).hex())),
        "public.seed",
    ),
    ("fewer were drawn than the ratio asks", SMALLER, "public.sample"),
    ("a quota is moved to another cell", TWO_CELLS, "public.shares"),
    ("a probability is prettified", change("cells.json", lambda c: c[0].update(probability=[1, 10])), "public.shares"),
    ("a cell is smaller than committed", change("cells.json", lambda c: c[0].update(size=1)), "public.shares"),
    ("a drawn ticket disappears", change("drawn.json", lambda d: d.pop(0)), "public.tickets"),
    ("a threshold is raised", change("cells.json", lambda c: c[0].update(threshold="ff" * 32)), "public.tickets"),
    ("a ticket is exchanged", change("drawn.json", lambda d: d[0].update(ticket="00" * 32)), "public.result"),
    ("a ticket points to another object", OTHER_PLACE, "public.result"),
    ("an object stays without its second inspector", put("match.json", "places", 15), "public.match"),
    ("a voided attempt is hidden", change("ceremony.json", lambda c: c.update(voids=[])), "public.attempts"),
    ("a void does not bind the next attempt", UNBOUND, "public.attempts"),
    ("an opened object is another", OTHER_ROW, "public.openings"),
    ("an opening belongs to another draw", OTHER_DRAW, "public.openings"),
    ("a file is missing", lambda f: f.pop("cells.json"), "public.shares"),
    ("a file is no JSON", lambda f: f.update({"drawn.json": b"\xff"}), "public.tickets"),
]

FULL = [
    ("rows of the frame change places", swap_lines("manifest.tsv"), "full.frame"),
    ("a row of the frame is missing", drop_line("manifest.tsv", 5), "full.frame"),
    ("the key is another", put("secret.json", "key", "11" * 32), "full.frame"),
    ("an object is excluded without ground", rewrite("manifest.tsv", b"\t0\tCAP\t", b"\t0\tUP\t"), "full.directory"),
    ("recorded visits are changed", rewrite("manifest.tsv", b'"visits":2', b'"visits":1'), "full.directory"),
    ("a grade is changed", rewrite("manifest.tsv", b'"grade":"D"', b'"grade":"A"'), "full.directory"),
    ("a drawn ticket is not of this frame", change("drawn.json", lambda d: d[0].update(ticket="00" * 32)), "full.draw"),
    ("an inspector was added later", rewrite("roster.tsv", b"\t1\t", b"\t0\t"), "full.roster"),
    ("a relation is left out", drop_line("relations.tsv", 0), "full.roster"),
    (
        "two teams exchange a member",
        change("assignments.json", lambda a: a[0].update(team=a[1]["team"])),
        "full.match",
    ),
    ("the match root is another", put("match.json", "root", "00" * 32), "full.match"),
    ("the load was raised without need", put("match.json", "load_cap", 9), "full.match"),
]


@pytest.mark.parametrize(("tamper", "code"), [case[1:] for case in PUBLIC], ids=[case[0] for case in PUBLIC])
def test_the_public_verifier_says_what_is_wrong(tamper: Callable[[Files], None], code: str) -> None:
    files = ONE.public(opened=2)
    assert failing(verify_public(files)) == set()
    tamper(files)
    checks = {check.code: check for check in verify_public(files)}
    assert code in failing(list(checks.values()))
    assert checks[code].zh.startswith("不成立：")
    assert checks[code].en.startswith("Does not hold: ")


@pytest.mark.parametrize(("tamper", "code"), [case[1:] for case in FULL], ids=[case[0] for case in FULL])
def test_the_full_verifier_says_what_is_wrong(tamper: Callable[[Files], None], code: str) -> None:
    files = ONE.full(opened=2)
    assert failing(verify_full(files)) == set()
    tamper(files)
    assert code in failing(verify_full(files))


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("params", "{}", "one.fingerprint"),
        ("fingerprint", "00" * 32, "one.fingerprint"),
        ("row", "91371000000000XXXX\t1\t0\t" + "00" * 32, "one.frame"),
        ("salt", "00" * 16, "one.frame"),
        ("siblings", [], "one.frame"),
        ("index", 1, "one.frame"),
        ("seed", "00" * 32, "one.ticket"),
        ("ticket", "ff" * 32, "one.ticket"),
        ("threshold", "00" * 32, "one.ticket"),
        ("threshold", "ff" * 33, "one.ticket"),
        ("rank", 999, "one.result"),
        ("result_siblings", ["00" * 32], "one.result"),
    ],
)
def test_a_forged_opening_is_caught(field: str, value: object, code: str) -> None:
    opening = opened(ONE.proof(0))
    assert failing(verify_one(opening)) == set()
    assert code in failing(verify_one(opening | {field: value}))


def test_an_excluded_object_cannot_be_passed_off_as_drawn() -> None:
    row = ONE.proof(0).row.decode().split("\t")
    row[2] = "CAP"
    assert "one.frame" in failing(verify_one(opened(ONE.proof(0)) | {"row": "\t".join(row)}))


@pytest.mark.parametrize("hash_alg", ["sha256", "sm3"])
@pytest.mark.parametrize("rows", [1, 2, 3, 7, 40])
def test_honest_draws_of_every_size_verify(rows: int, hash_alg: str) -> None:
    done = rehearse(rows, 6, hash_alg=hash_alg, match=MatchRules())
    assert failing(verify_full(done.full(opened=len(done.selection.drawn)))) == set()


@pytest.mark.parametrize("ratio", [Fraction(0), Fraction(1)])
def test_a_draw_of_nobody_and_of_everybody_verifies(ratio: Fraction) -> None:
    assert failing(verify_full(rehearse(30, 12, ratio=ratio).full())) == set()


def test_a_raised_load_is_accepted_only_where_nothing_less_suffices() -> None:
    tight = MatchRules(max_load=1)  # 8 objects, 2 people each, 8 inspectors: 2 doors each are needed
    assert rehearse(match=tight).staffing.seating.short
    least = rehearse(match=tight, load_cap=2)
    assert not least.staffing.seating.short
    assert failing(verify_full(least.full())) == set()
    assert failing(verify_full(rehearse(match=tight, load_cap=3).full())) == {"full.match"}


def test_expert_places_are_re_run_too() -> None:
    rules = MatchRules(slots=3, experts=1, expertise="成品油", max_load=5)
    done = rehearse(match=rules)
    assert done.staffing.seating.short  # nobody is an expert
    assert "full.match" in failing(verify_full(done.full()))


def test_nonsense_is_refused_and_never_crashes() -> None:
    empty = [check for check in verify_full({}) if check.ok]
    assert empty == []
    assert not any(check.ok for check in verify_one({}))


def test_the_program_runs_on_a_machine_without_the_system(tmp_path) -> None:
    program, bundle, opening = tmp_path / "verify.pyz", tmp_path / "draw.zip", tmp_path / "opening.json"
    program.write_bytes(verifier())
    bundle.write_bytes(archived(ONE.full(opened=1)))
    opening.write_text(json.dumps(opened(ONE.proof(0))))

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        # -I: isolated, nothing of this project can be imported; -S: no installed packages either.
        command = [sys.executable, "-I", "-S", str(program), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)

    whole, one, none = run(str(bundle)), run(str(opening)), run()
    assert (whole.returncode, one.returncode, none.returncode) == (0, 0, 2)
    assert f"{RULES} {RULES_DIGEST}" in whole.stdout
    assert f"{RULES} {RULES_DIGEST}" in one.stdout
    assert len(json.loads(whole.stdout.splitlines()[-1])) == 20
    opening.write_text(json.dumps(opened(replace(ONE.proof(0), rank=9))))
    failed = run(str(opening))
    assert failed.returncode == 1
    assert "不成立：" in failed.stdout


def test_the_verifier_shares_no_code_with_the_draw() -> None:
    """Two implementations: a slip in one cannot hide in the other."""
    from tests.guards.sources import ROOT

    for path in (ROOT / "inspection/draw/verify").glob("*.py"):
        for line in path.read_text().splitlines():
            if line.startswith(("from ", "import ")) and "inspection" in line:
                assert line.split()[1].startswith("inspection.draw.verify")


def test_rehearsals_do_not_depend_on_each_other() -> None:
    def tickets(done: Rehearsal) -> list[bytes]:
        return [t.value for t in done.ceremony.tickets]

    assert tickets(rehearse()) == tickets(rehearse())
    assert tickets(rehearse()) != tickets(rehearse(key=b"k" * 32))
