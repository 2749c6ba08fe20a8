"""The verifier as a program: one file on a machine without the system; nothing that a stranger sends makes it fall."""

import io
import json
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.draw.told.disclosure import opened
from inspection.draw.told.standalone import archived, verifier
from inspection.draw.verify import aside, scan, verify_full, verify_one, verify_public
from inspection.draw.verify.__main__ import main
from inspection.draw.verify.files import Archive
from tests.guards.sources import ROOT
from tests.inspection.draw.rehearsal import RULES, RULES_DIGEST, VOID, rehearse

ONE = rehearse(voids=(VOID,))
FULL, PUBLIC = ONE.full(opened=1), ONE.public(opened=1)


@pytest.fixture
def told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Runs the program on a file or a ZIP of these files: (exit code, what it printed)."""

    def run(content: bytes | dict[str, bytes], *more: str, name: str = "x.zip") -> tuple[int, str]:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else archived(content))
        code = main([str(path), *more])
        caught = capsys.readouterr()
        return code, caught.out + caught.err

    return run


def test_the_program_runs_on_a_machine_without_the_system(tmp_path: Path) -> None:
    program, bundle, opening = tmp_path / "verify.pyz", tmp_path / "draw.zip", tmp_path / "opening.json"
    program.write_bytes(verifier())
    bundle.write_bytes(archived({**FULL, "verify.pyz": verifier()}))
    opening.write_text(json.dumps(opened(ONE.proof(0))))

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        # -I: isolated, nothing of this project can be imported; -S: no installed packages either.
        command = [sys.executable, "-I", "-S", str(program), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)

    whole, one, none, version = run(str(bundle)), run(str(opening)), run(), run("--version")
    assert (whole.returncode, one.returncode, none.returncode, version.returncode) == (0, 0, 2, 0)
    assert "SR-DRAW/1" in version.stdout
    assert f"{RULES} {RULES_DIGEST}" in whole.stdout
    assert f"{RULES} {RULES_DIGEST}" in one.stdout
    assert whole.stdout.splitlines()[-1].endswith("全部成立 / all hold")
    found = json.loads(run(str(bundle), "--json").stdout)
    assert {check["code"] for check in found} >= {"public.journal", "full.match", "full.changes"}
    opening.write_text(json.dumps(opened(replace(ONE.proof(0), rank=9))))
    failed = run(str(opening))
    assert failed.returncode == 1
    assert "不成立：" in failed.stdout


def test_a_folder_serves_as_well_as_a_zip(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, data in FULL.items():
        (tmp_path / name).write_bytes(data)
    assert main([str(tmp_path), "--json"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    assert all(check["ok"] for check in json.loads(lines[0]))


def test_the_supervisors_own_key_stands_in_for_the_one_in_the_bundle(told: Callable[..., tuple[int, str]]) -> None:
    files = {name: data for name, data in FULL.items() if name != "secret.json"}
    key = ONE.secret.hex()
    assert told(files, "--key", key)[0] == 0
    assert "V-full" in told(files, "--key", key)[1]
    assert told(files, "--key", "11" * 32)[0] == 1
    assert told(files, "--key", "no hex")[0] == 2
    assert "V-public" in told(files)[1]
    assert "--key" in told(files)[1]
    assert "V-public" in told(FULL, "--public")[1]


def test_the_fingerprint_on_paper_is_compared(told: Callable[..., tuple[int, str]]) -> None:
    paper = (ONE.ceremony.fingerprint or b"").hex()
    grouped = " ".join(paper[n : n + 8].upper() for n in range(0, 64, 8))
    assert told(PUBLIC, "--fingerprint", grouped)[0] == 0
    code, text = told(PUBLIC, "--fingerprint", "00" * 32)
    assert code == 1
    assert "不成立：名录指纹与现场纸面上的一致。" in text


def _zip(*entries: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return buffer.getvalue()


def _encrypted() -> bytes:
    data = bytearray(archived(PUBLIC))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = -1
        while (place := data.find(mark, place + 1)) >= 0:
            data[place + at] |= 1
    return bytes(data)


UNREADABLE = {
    "nothing": b"",
    "the beginning of a zip": b"PK\x03\x04",
    "a zip cut short": archived(PUBLIC)[:-30],
    "a zip with a hole": archived(PUBLIC)[:400] + archived(PUBLIC)[500:],
    "an encrypted zip": _encrypted(),
    "a zip of something else": _zip(("a.json", b"{}")),
    "a ceremony that is a list": _zip(("ceremony.json", b"[]")),
    "a zip of a thousand files": _zip(*((f"{n}", b"") for n in range(1001))),
    "deep lists": b"[" * 100_000,
    "deep objects": b'{"a":' * 100_000,
    "a list": b"[]",
    "null": b"null",
    "infinity": b"1e999",
    "another encoding": b"\xff\xfe",
    "two texts": b'{"hash_alg":"md5"}' * 2,
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_no_bundle_cannot_be_read(name: str, told: Callable[..., tuple[int, str]]) -> None:
    code, text = told(UNREADABLE[name])
    assert code == 2
    assert "cannot be read" in text


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_file_that_stands_twice_is_refused(told: Callable[..., tuple[int, str]]) -> None:
    twice = _zip(*PUBLIC.items(), ("drawn.json", b"[]"))
    assert told(twice)[0] == 2


NUMBERS = ["1e999", "1.5", "-1", "9" * 5000, str(2**300), "NaN", "true", '"1"', "null", "[" * 3000, "{}", "[[]]"]
JSONS = sorted(name for name in FULL if name.endswith(".json"))


@given(st.sampled_from(JSONS), st.sampled_from(NUMBERS), st.integers(0, 10**6))
def test_a_hostile_value_in_a_file_fails_a_check_and_raises_nothing(name: str, value: str, place: int) -> None:
    """One value somewhere in a file becomes something of another type or size."""
    text = FULL[name].decode()
    spots = [at for at, sign in enumerate(text) if sign in ":[,"]
    at = spots[place % len(spots)] + 1
    end = min(found for sign in ",]}" if (found := text.find(sign, at)) >= 0)
    files = {**FULL, name: (text[:at] + value + text[end:]).encode()}
    assert {check.code for check in verify_full(files)} >= {"public.journal", "full.match"}


@given(st.dictionaries(st.sampled_from(sorted(FULL)), st.binary(max_size=200)))
def test_files_of_rubbish_raise_nothing(rubbish: dict[str, bytes]) -> None:
    files = {**FULL, **rubbish}
    verify_full(files)
    verify_public(files)


@given(st.recursive(st.none() | st.integers() | st.text() | st.booleans(), st.lists, max_leaves=4))
def test_openings_of_rubbish_raise_nothing(value: object) -> None:
    opening = opened(ONE.proof(0))
    assert not all(check.ok for check in verify_one(dict.fromkeys(opening, value)))
    for key in opening:
        verify_one({**opening, key: value})


def test_two_processes_find_what_one_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "BLOCK", 8)
    alone = verify_full(FULL)
    monkeypatch.setattr(aside, "WORTH_SHARING", 0)
    assert verify_full(FULL) == alone
    assert all(check.ok for check in alone)
    assert [check.ok for check in verify_full({**FULL, "roster.tsv": b""})].count(False) > 0


def test_the_verifier_shares_no_code_with_the_draw_and_needs_no_package() -> None:
    """Two implementations: a slip in one cannot hide in the other."""
    for path in (ROOT / "inspection/draw/verify").glob("*.py"):
        for line in path.read_text().splitlines():
            if line.startswith(("from ", "import ")):
                module = line.split()[1]
                own = module.startswith("inspection.draw.verify")
                assert own or module.split(".")[0] in sys.stdlib_module_names, line


def test_the_program_is_installed_under_its_name() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert told["project"]["scripts"]["fieldcheck-verify"] == "inspection.draw.verify.__main__:main"


def open_files() -> int:
    return sum(1 for _ in Path("/dev/fd").iterdir())


def test_whoever_reads_a_file_of_an_archive_has_a_place_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "draw.zip"
    path.write_bytes(archived({"a": b"a" * 100, "b": b"b" * 100}))
    archive, before = Archive(path), open_files()
    with archive.stream("a") as one, archive.stream("b") as other:
        assert open_files() == before + 2
        assert (one.read(), other.read()) == (b"a" * 100, b"b" * 100)
    assert open_files() == before
