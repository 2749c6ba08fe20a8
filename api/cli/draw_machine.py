"""What supervisors do on their own machine, without any server: make a chain or a key pair, open an escrow."""

import json
from pathlib import Path
from typing import Final, cast
from uuid import UUID

import click
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from api.cli.draw import draw, hexed
from inspection.draw.lot.chain import LINK_BYTES, chain_of
from inspection.draw.supervision.escrow import key_fingerprint, open_escrow, point
from inspection.kernel.entropy import SystemEntropy
from inspection.kernel.errors import Invalid
from mobile_contract.problems import ProblemCode

OF_KEY: Final = {"fingerprint": "desk_draw.key_print"}
PRIVATE: Final = 0o600
FILE: Final = click.Path(dir_okay=False, path_type=Path)
GIVEN: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
password_option = click.option("--ask-password", is_flag=True, help="The private key is protected by a password.")


@draw.command("make-chain")
@click.argument("file", type=FILE)
@click.option("--links", default=400, show_default=True, type=click.IntRange(2, 100_000), help="How many links.")
@click.pass_context
def make_chain(ctx: click.Context, file: Path, links: int) -> None:
    """Make a chain on the supervisor's own machine. FILE gets its secret start; register the head."""
    start = SystemEntropy().bytes(LINK_BYTES)
    head = chain_of(start, links)[-1].hex()
    _write(file, json.dumps({"start": start.hex(), "links": links, "head": head}, indent=1).encode() + b"\n")
    ctx.obj["output"].result({"head": head, "links": links})


@draw.command("next-link")
@click.argument("file", type=GIVEN)
@click.argument("latest", callback=hexed)
@click.pass_context
def next_link(ctx: click.Context, file: Path, latest: bytes) -> None:
    """Look up, without any server, the link that comes next after LATEST, the last that came out (or the head)."""
    told = json.loads(file.read_text())
    links = chain_of(bytes.fromhex(told["start"]), told["links"])
    if latest not in links[1:]:
        raise Invalid(ProblemCode.INVALID, "cli.link_not_of_chain")
    link = links[links.index(latest) - 1]
    ctx.obj["output"].result({"link": link.hex(), "left": links.index(link)})


@draw.command("make-key")
@click.argument("file", type=FILE)
@password_option
@click.pass_context
def make_key(ctx: click.Context, file: Path, ask_password: bool) -> None:
    """Make a key pair on the supervisor's own machine, without any server. FILE holds the private key; register the
    public one.
    """
    private = ec.generate_private_key(ec.SECP256R1())
    secret = _password(confirm=True) if ask_password else b""
    locked: KeySerializationEncryption = BestAvailableEncryption(secret) if secret else NoEncryption()
    _write(file, private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked))
    public = point(private.public_key())
    ctx.obj["output"].result({"public_key": public.hex(), "fingerprint": key_fingerprint(public)}, heads=OF_KEY)


@draw.command("open-escrow")
@click.argument("ceremony", type=GIVEN)
@click.argument("key_file", type=GIVEN)
@password_option
@click.pass_context
def take_out(ctx: click.Context, ceremony: Path, key_file: Path, ask_password: bool) -> None:
    """Take the key of a draw out of its escrow on the supervisor's own machine. CEREMONY: `ceremony.json` of the
    bundle; with --json the answer is the bundle's `secret.json`.
    """
    try:
        told = json.loads(ceremony.read_text())
        private = load_pem_private_key(key_file.read_bytes(), _password() if ask_password else None)
        key = open_escrow(
            cast("ec.EllipticCurvePrivateKey", private),
            bytes.fromhex(told["escrow"] or ""),
            draw=UUID(told["draw"]).bytes,
        )
    except (ValueError, TypeError, KeyError):
        raise Invalid(ProblemCode.INVALID, "cli.escrow_shut") from None
    ctx.obj["output"].result({"key": key.hex()})


def _write(file: Path, data: bytes) -> None:
    """A new file that only its owner reads; never over another one."""
    try:
        file.touch(PRIVATE, exist_ok=False)
    except OSError as error:
        raise Invalid(ProblemCode.INVALID, "cli.secret_file", path=str(file), reason=error.strerror or "") from None
    file.write_bytes(data)


def _password(*, confirm: bool = False) -> bytes:
    told: str = click.prompt("Password", hide_input=True, confirmation_prompt=confirm, err=True)
    return told.encode()
