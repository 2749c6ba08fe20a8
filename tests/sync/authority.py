"""A time-stamp authority of one's own (RFC 3161), made with OpenSSL: a root, a signing certificate, and an answerer."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

import httpx

from inspection.kernel.timestamping import REQUEST_TYPE, RESPONSE_TYPE

_CONFIGURATION = """
[tsa]
default_tsa = own
[own]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ordering = no
tsa_name = yes
ess_cert_id_chain = no
[req]
distinguished_name = name
[name]
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[tsa_cert]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
"""
_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


@dataclass(frozen=True, slots=True)
class Authority:
    """The files of an authority in one folder."""

    folder: Path

    @property
    def certificates(self) -> Path:
        """Its root, as a person would set it."""
        return self.folder / "root.pem"

    @property
    def all_certificates(self) -> Path:
        """Its root and the certificate by which it stamps."""
        both = self.folder / "both.pem"
        both.write_text((self.folder / "root.pem").read_text() + (self.folder / "tsa.pem").read_text())
        return both

    def enclose_root(self) -> None:
        """From now on, enclose the root too, unsorted, as OpenSSL does."""
        configuration = self.folder / "tsa.cnf"
        configuration.write_text(configuration.read_text().replace("[own]", f"[own]\ncerts = {self.folder}/root.pem"))

    def answer(self, request: bytes) -> bytes:
        """The response (DER) to a request (DER)."""
        asked, told = self.folder / "asked.tsq", self.folder / "told.tsr"
        asked.write_bytes(request)
        _openssl(
            self.folder,
            "ts",
            "-reply",
            "-config",
            "tsa.cnf",
            "-section",
            "own",
            "-queryfile",
            asked.name,
            "-out",
            told.name,
        )
        return told.read_bytes()

    def says_openssl(self, text: str, response: bytes) -> bool:
        """Whether OpenSSL itself verifies a response for a text."""
        (self.folder / "text").write_text(text)
        (self.folder / "response.tsr").write_bytes(response)
        how = ("ts", "-verify", "-data", "text", "-in", "response.tsr", "-CAfile", "root.pem")
        done = subprocess.run(["openssl", *how], cwd=self.folder, capture_output=True, check=False)  # noqa: S607
        return done.returncode == 0


def make_authority(folder: Path) -> Authority:
    """A new authority; takes some tenths of a second."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tsa.cnf").write_text(_CONFIGURATION.format(folder=folder))
    (folder / "serial").write_text("01\n")
    days = ("-days", "36500", "-config", "tsa.cnf")
    root = ("-x509", "-subj", "/CN=Root of tests", "-extensions", "root", "-keyout", "root.key", "-out", "root.pem")
    _openssl(folder, "req", *_KEY, *root, *days)
    _openssl(folder, "req", *_KEY, "-subj", "/CN=Clock of tests", "-keyout", "tsa.key", "-out", "tsa.csr", *days[2:])
    signing = ("-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-days", "36500", "-out", "tsa.pem")
    _openssl(folder, "x509", "-req", "-in", "tsa.csr", *signing, "-extfile", "tsa.cnf", "-extensions", "tsa_cert")
    return Authority(folder)


class Answerer(httpx.AsyncBaseTransport):
    """The authority on the network. It is away for the first `away` requests, and keeps what it was asked."""

    def __init__(self, authority: Authority, away: int = 0) -> None:
        self._authority = authority
        self._away = away
        self.asked: list[bytes] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One request of RFC 3161 §3.4."""
        assert request.headers["content-type"] == REQUEST_TYPE
        self.asked.append(await request.aread())
        if len(self.asked) <= self._away:
            return httpx.Response(503, request=request)
        content = self._authority.answer(self.asked[-1])
        return httpx.Response(200, content=content, headers={"content-type": RESPONSE_TYPE}, request=request)


def _openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, check=True)  # noqa: S607
