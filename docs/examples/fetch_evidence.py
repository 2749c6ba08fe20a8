"""Take the evidence of one visit out as a ZIP and check it: against the digest of the answer, then by the verifier.

    FIELDCHECK_USERNAME=… FIELDCHECK_PASSWORD=… [FIELDCHECK_CODE=…] \\
        python3 fetch_evidence.py https://fieldcheck.example <visit id> evidence.zip "for whom" "on which ground"

Only a person may (supervisor or legal office), no token of another system: who took it, what for and on which ground
stands in the chain of custody. The code is that of the second factor, which supervisors have unless the operator says
otherwise. Standard library only; the verifier is one file that the server gives out.
"""

# ruff: noqa: INP001, S310, S603, TID251

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.request import Request, urlopen


def main() -> None:
    address, visit, file, purpose, ground = sys.argv[1:]
    asked = {"username": os.environ["FIELDCHECK_USERNAME"], "password": os.environ["FIELDCHECK_PASSWORD"]}
    if code := os.environ.get("FIELDCHECK_CODE"):
        asked["code"] = code
    kind = {"Content-Type": "application/json"}
    with urlopen(Request(f"{address}/office/sessions", json.dumps(asked).encode(), kind), timeout=30) as answer:
        token = json.load(answer)["token"]
    body = json.dumps({"purpose": purpose, "ground": ground}).encode()
    headers = kind | {"Authorization": f"Bearer {token}"}
    with urlopen(Request(f"{address}/office/visits/{visit}/evidence", body, headers), timeout=300) as answer:
        promised, content = answer.headers["ETag"].strip('"'), answer.read()
    if hashlib.sha256(content).hexdigest() != promised:
        sys.exit("the answer was cut short or changed on its way")
    Path(file).write_bytes(content)
    verifier = Path(file).with_suffix(".verify.pyz")
    with urlopen(f"{address}/public/verify-dossier.pyz", timeout=30) as answer:
        verifier.write_bytes(answer.read())
    sys.exit(subprocess.run([sys.executable, verifier, file], check=False).returncode)


if __name__ == "__main__":
    main()
