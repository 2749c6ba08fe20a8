"""The verifier as a program.

    python verify.pyz BUNDLE.zip      python verify.pyz DIRECTORY      python verify.pyz OPENING.json

Prints one sentence per check in Chinese and English, then the same as one line of JSON. Exit code 0 when all checks
hold, 1 when one fails, 2 when nothing can be read.
"""

import json
import sys
import zipfile
from pathlib import Path

from inspection.draw.verify import Check, verify_full, verify_one, verify_public


def main(arguments: list[str]) -> int:
    """Verify the bundle or the opening named on the command line."""
    try:
        checks, params = _verify(Path(arguments[0]))
    except (LookupError, OSError, ValueError, zipfile.BadZipFile) as error:
        sys.stderr.write(f"无法读取 / cannot be read: {error}\n")
        return 2
    for check in checks:
        sys.stdout.write(f"{'✓' if check.ok else '✗'} {check.zh}\n  {check.en}\n")
    sys.stdout.write(f"依据实施细则 / drawn under the rule-set: {_rules(params)}\n")
    found = [{"code": check.code, "ok": check.ok, "zh": check.zh, "en": check.en} for check in checks]
    sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
    return 0 if all(check.ok for check in checks) else 1


def _rules(params: bytes | str) -> str:
    try:
        told = json.loads(params)
        return f"{told['rule_set']} {told['rule_set_digest']}"
    except (LookupError, TypeError, ValueError):
        return "—"


def _verify(path: Path) -> tuple[list[Check], bytes | str]:
    if path.is_dir():
        files = {file.name: file.read_bytes() for file in path.iterdir() if file.is_file()}
    elif path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
    else:
        opening = json.loads(path.read_bytes())
        return verify_one(opening), opening.get("params", "")
    return (verify_full(files) if "secret.json" in files else verify_public(files)), files.get("params.json", b"")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
