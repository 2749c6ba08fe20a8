"""Atheris over the decoders: `python -m tests.fuzz.run SECONDS [NAME …]` runs each target, in a process of its own, for
so long, and says what fell out. `make bench-fuzz` does it for all of them.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

ONE = "--one"
SLOWEST_S = 20
"""Longer than this no input of at most `LONGEST` bytes may take, on a busy machine."""
LONGEST = 20_000
MEMORY_MB = 2048


def main(arguments: list[str]) -> int:
    """Exit code 1 when an input was found that a decoder does not bear."""
    if arguments[:1] == [ONE]:
        return _one(arguments[1], arguments[2:])
    from tests.fuzz.targets import TARGETS

    seconds, names = int(arguments[0]), arguments[1:] or list(TARGETS)
    found = [name for name in names if not _stands(name, seconds)]
    sys.stdout.write(f"{len(names)} decoders, {seconds} s each, {len(found)} that broke{': ' if found else ''}")
    sys.stdout.write(f"{', '.join(found)}\n")
    return 1 if found else 0


def _stands(name: str, seconds: int) -> bool:
    from tests.fuzz.targets import TARGETS

    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        for number, data in enumerate(TARGETS[name].seeds()):
            (corpus / str(number)).write_bytes(data)
        options = [f"-max_total_time={seconds}", f"-timeout={SLOWEST_S}", f"-rss_limit_mb={MEMORY_MB}"]
        options += [f"-max_len={LONGEST}", f"-artifact_prefix={folder}/", "-verbosity=0", "-print_final_stats=1"]
        command = [sys.executable, "-m", "tests.fuzz.run", ONE, name, *options, str(corpus)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=seconds * 3 + 300)
        told = done.stdout + done.stderr
        runs = next((line.split()[-1] for line in told.splitlines() if "number_of_executed_units" in line), "?")
        kept = [path.read_bytes() for path in Path(folder).iterdir() if path.is_file()]
        ok = done.returncode == 0 and not kept
        sys.stdout.write(f"{name}: {runs} inputs, {'stands' if ok else 'BROKE'}\n")
        if not ok:
            sys.stdout.write("\n".join(told.splitlines()[-40:]) + "\n")
            sys.stdout.writelines(f"input: {data!r}\n" for data in kept)
        sys.stdout.flush()
        return ok


def _one(name: str, options: list[str]) -> int:
    import atheris

    with atheris.instrument_imports(include=["mobile_contract", "inspection", "sync", "media", "api", "webauthn"]):
        from tests.fuzz.targets import TARGETS
    target = TARGETS[name]

    def once(data: bytes) -> None:
        try:
            target.read(data)
        except target.refuses:
            return

    atheris.Setup([name, *options], once)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
