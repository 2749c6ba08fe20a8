"""The verifier as a program for a court's own computer: `python3 verify-dossier.pyz FILE.zip`, nothing to install.

Exit code 0 when all checks hold, 1 when one fails or the file cannot be read.
"""

import argparse
import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from inspection.archive import signatures
from inspection.archive.verdict import told, verdict
from inspection.archive.verify import verify_dossier


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify the dossier or the bundle of evidence named on the command line."""
    asked = _parser().parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a console that lacks a sign shows another, and goes on
    checks = verify_dossier(asked.path, sha256=asked.sha256, trusted=asked.ca)
    good, signed = all(check.ok for check in checks), signatures.available()
    if asked.json:
        found = [{"name": one.name, "ok": one.ok, "zh": one.sentence_zh, "en": one.sentence_en} for one in checks]
        answer = {"genuine": good, "signatures_checked": signed, "checks": found}
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
        return 0 if good else 1
    for check in checks:
        sys.stdout.write("{}\n  {}\n".format(*told(check)))
    if not signed:
        sys.stdout.write("! 本机没有 cryptography 程序库，签名未核对。\n")
        sys.stdout.write("  There is no library `cryptography` here: no signature was checked.\n")
    sys.stdout.write("{}\n{}\n".format(*verdict(checks, signed=signed)))
    return 0 if good else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="verify-dossier", description="核对卷宗或证据包 / check a sealed dossier or a bundle of evidence"
    )
    parser.add_argument("path", type=Path, help="FILE.zip")
    parser.add_argument("--sha256", help="日志或监管链登记的摘要 / the digest that journal or chain record")
    parser.add_argument("--ca", type=Path, help="时间戳机构的证书 / certificates (PEM) of the time-stamp authority")
    parser.add_argument("--json", action="store_true", help="改为输出一行 JSON / print JSON instead")
    return parser
