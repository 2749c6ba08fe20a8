"""Receive what Fieldcheck sends (results or events), check its signature, keep each parcel once.

    python3 receive_webhook.py --port 9000 --secret-file secret.txt --folder inbox

`secret.txt` holds the secret (hex) that was shown when the channel was set; while it is being renewed, one a line.
Standard library only. Behind a TLS proxy in earnest: Fieldcheck sends to https addresses.
"""

# ruff: noqa: INP001, A002, T201

import argparse
import hashlib
import hmac
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

OLDEST_S = 300
LARGEST = 4 * 1024 * 1024
LONGEST_NUMBER = 12


def genuine(secrets: list[bytes], body: bytes, header: str, now: float) -> bool:
    """Whether one of our secrets signed this body within the last five minutes.

    The header is `t=<seconds>,v1=<hex>[,v1=<hex>]`: HMAC-SHA-256 over "<t>." and the bytes of the body.
    """
    parts = [part.split("=", 1) for part in header.split(",") if "=" in part]
    at = next((value for name, value in parts if name == "t"), "")
    if not at.isdecimal() or len(at) > LONGEST_NUMBER or abs(now - int(at)) > OLDEST_S:
        return False
    made = [hmac.new(secret, at.encode() + b"." + body, "sha256").hexdigest().encode() for secret in secrets]
    told = [value.encode() for name, value in parts if name == "v1"]
    return any(hmac.compare_digest(mac, value) for value in told for mac in made)


class Receiver(BaseHTTPRequestHandler):
    """One request: 204 kept (or kept before), 401 not from whom it says, 413 too large."""

    folder: Path
    secret_file: Path

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        # Less than nothing would mean: all that comes.
        if not length.isdecimal() or len(length) > LONGEST_NUMBER or int(length) > LARGEST:
            self.send_error(413)
            return
        body = self.rfile.read(int(length))
        secrets = [bytes.fromhex(line) for line in self.secret_file.read_text().split()]
        if not genuine(secrets, body, self.headers.get("Fieldcheck-Signature", ""), time.time()):
            self.send_error(401)
            return
        # The key is the same however often it is sent: a parcel that is here already changes nothing.
        key = self.headers.get("Idempotency-Key", "")
        kept = self.folder / f"{hashlib.sha256(key.encode()).hexdigest()}.json"
        if not kept.exists():
            fresh = kept.with_suffix(".new")
            fresh.write_bytes(body)
            fresh.replace(kept)
            print(key, flush=True)
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """No line a request."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=9000)
    parser.add_argument("--secret-file", type=Path, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    told = parser.parse_args()
    told.folder.mkdir(parents=True, exist_ok=True)
    Receiver.folder, Receiver.secret_file = told.folder, told.secret_file
    ThreadingHTTPServer(("127.0.0.1", told.port), Receiver).serve_forever()


if __name__ == "__main__":
    main()
