"""The verifier as a program: `fieldcheck-verify`, or `python3 verify.pyz` where nothing is installed.

Exit code 0 when all checks hold, 1 when one fails, 2 when nothing can be read or the call is wrong.
"""

import argparse
import gc
import hashlib
import io
import json
import lzma
import sys
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from inspection.draw.verify import VERSION, Check, verify_full, verify_one, verify_public
from inspection.draw.verify.bundle import read_json
from inspection.draw.verify.claims import MISSHAPEN
from inspection.draw.verify.files import Archive, Folder, Unreadable

# What a damaged or hostile file makes the readers of the standard library raise.
BROKEN = (*MISSHAPEN, OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error, lzma.LZMAError)


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify the bundle or the opening named on the command line."""
    asked = _parser().parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a console that lacks a sign shows another, and goes on
    collects = gc.isenabled()
    gc.disable()  # a run makes no cycles worth looking for among its million values
    try:
        level, checks, params = _verify(asked)
    except BROKEN as error:
        sys.stderr.write(f"无法读取 / cannot be read: {type(error).__name__}: {str(error)[:200]}\n")
        return 2
    finally:
        if collects:
            gc.enable()
    told = _told(params)
    good = all(check.ok for check in checks)
    if asked.json:
        found = [{"code": check.code, "ok": check.ok, "zh": check.zh, "en": check.en} for check in checks]
        sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
        return 0 if good else 1
    for check in checks:
        sys.stdout.write(f"{'✓' if check.ok else '✗'} {check.zh}\n  {check.en}\n")
    sys.stdout.write(f"依据实施细则 / drawn under the rule-set: {told}\n")
    sys.stdout.write(f"{level}：{'全部成立 / all hold' if good else '有不成立之处 / something does not hold'}\n")
    return 0 if good else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="fieldcheck-verify", description="重新核验一次摇号 / re-run a draw from its bundle"
    )
    parser.add_argument("path", type=Path, help="BUNDLE.zip、文件夹 / a folder、OPENING.json")
    parser.add_argument(
        "--key", help="监督方自行解密的密钥（十六进制）/ the key out of the supervisor's own escrow, hex"
    )
    parser.add_argument(
        "--fingerprint", help="现场纸面上的名录指纹 / the fingerprint on the signed ceremony sheet, hex"
    )
    parser.add_argument("--public", action="store_true", help="只核验公开部分 / the public part only")
    parser.add_argument("--json", action="store_true", help="改为输出一行 JSON / print JSON instead")
    parser.add_argument("--version", action="version", version=f"fieldcheck-verify {VERSION} (SR-DRAW/1)")
    return parser


def _verify(asked: argparse.Namespace) -> tuple[str, list[Check], Any]:
    path: Path = asked.path
    if not path.is_dir() and not zipfile.is_zipfile(path):
        opening = read_json(path.read_bytes())
        if not isinstance(opening, dict):
            raise Unreadable("neither a bundle nor an opening")
        _known_hash(opening.get("hash_alg"))
        return "V-one", verify_one(opening) + _paper(asked, opening), opening.get("params", "")
    files = Folder(path) if path.is_dir() else Archive(path)
    ceremony = read_json(files["ceremony.json"])
    if not isinstance(ceremony, dict):
        raise Unreadable("ceremony.json is no object")
    _known_hash(ceremony.get("hash_alg"))
    key = bytes.fromhex(asked.key) if asked.key else None
    keyed = "secret.json" in files or key is not None
    whole = "manifest.tsv" in files and keyed and not asked.public
    if "manifest.tsv" in files and not keyed:
        sys.stderr.write("密钥不在包内，请以 --key 代入 / the key is not in the bundle: give your own by --key\n")
    checks = verify_full(files, stream=files.stream, key=key) if whole else verify_public(files)
    return "V-full" if whole else "V-public", checks + _paper(asked, ceremony), files["params.json"]


def _known_hash(name: Any) -> None:
    if name == "sm3" and "sm3" not in hashlib.algorithms_available:
        raise Unreadable("本机 Python 没有 SM3 / this Python has no SM3")


def _paper(asked: argparse.Namespace, told: Any) -> list[Check]:
    if not asked.fingerprint:
        return []
    same = asked.fingerprint.replace(" ", "").lower() == told.get("fingerprint")
    zh, en = "名录指纹与现场纸面上的一致。", "The fingerprint is the one on the signed ceremony sheet."
    return [Check("paper.fingerprint", same, zh if same else f"不成立：{zh}", en if same else f"Does not hold: {en}")]


def _told(params: Any) -> str:
    try:
        told = read_json(params)
        return f"{told['rule_set']} {told['rule_set_digest']}"
    except MISSHAPEN:
        return "—"


if __name__ == "__main__":
    sys.exit(main())
