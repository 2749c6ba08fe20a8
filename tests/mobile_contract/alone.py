"""Run by `test_alone.py` in a Python of its own: the contract's wheel, what it depends on, and nothing of the server.

Arguments: the unpacked wheel, the site-packages of the dependencies, then the names that must not be importable.
"""

import base64
import hashlib
import importlib
import json
import pkgutil
import sys
from importlib.abc import MetaPathFinder
from itertools import count
from pathlib import Path

WHEEL, DEPENDENCIES, *FORBIDDEN = sys.argv[1:]


class Gate(MetaPathFinder):
    """Refuses what the contract may not need."""

    def find_spec(self, name, path=None, target=None):  # noqa: ARG002 -- the interface of importlib
        if name.partition(".")[0] in FORBIDDEN:
            raise ModuleNotFoundError(f"{name} is not for the contract", name=name)


sys.meta_path.insert(0, Gate())
sys.path[:] = [WHEEL, *(path for path in sys.path if "site-packages" not in path), DEPENDENCIES]


def walk(*, client: bool) -> list[str]:
    """Import every module of the contract."""
    import mobile_contract

    assert mobile_contract.__file__.startswith(WHEEL)
    names = [found.name for found in pkgutil.walk_packages(mobile_contract.__path__, "mobile_contract.", onerror=str)]
    names = [name for name in names if not name.endswith("__main__") and (client or ".client" not in name)]
    return [importlib.import_module(name).__name__ for name in names]


def wire() -> dict:
    """Without the client's own dependencies: types, and schemas made from them."""
    walked = walk(client=False)
    from mobile_contract.artefacts.schemas import build_schemas, read_schemas

    return {"modules": len(walked), "schemas_equal": build_schemas() == read_schemas()}


def client() -> dict:
    """Enrol, capture, write a push, and check every vector of the wheel."""
    walked = walk(client=True)
    from mobile_contract.client import Device, DeviceStore, DeviceTime, Surroundings, vectors
    from mobile_contract.client.device import ndjson
    from mobile_contract.enrol import EnrolAnswer

    folder = Path(WHEEL) / "mobile_contract"
    ticks, draws = count(1), count()
    device = Device(
        DeviceStore(),
        Surroundings(
            time=lambda: DeviceTime(wall=next(ticks), mono=next(ticks), boot="b"),
            entropy=lambda n: hashlib.shake_256(bytes([next(draws)])).digest(n),
        ),
    )
    request = device.enrol_request("ABCDEFGHIJKLMNOP", "Tablet")
    answer = json.loads((folder / "examples/enrolment.json").read_text())["answer"]
    device.enrolled(EnrolAnswer.model_validate_json(json.dumps(answer)))
    visit = device.id
    device.capture("note.add", {"text": "一"}, visit=visit)
    device.capture("note.add", {"text": "二"}, visit=visit)
    shipped = {path.name: json.loads(path.read_text()) for path in (folder / "vectors").glob("*.json")}
    return {
        "modules": len(walked),
        "proof": len(request.proof),
        "push": base64.b64encode(ndjson(device.outbox())).decode(),
        "vectors": sorted(shipped),
        "vectors_equal": vectors.build_vectors() == shipped,
        "verified": _verified(shipped),
    }


def _verified(shipped: dict) -> int:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    from mobile_contract.base import unb64url
    from mobile_contract.envelope import parse_entry, parse_line, signed_bytes

    jwk = shipped["keys.json"]["device"]["jwk"]
    x, y = (int.from_bytes(unb64url(jwk[name]), "big") for name in "xy")
    public = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    for vector in shipped["entries.json"]["entries"]:
        parsed = parse_entry(parse_line(vector["line"].encode()))
        assert parsed.text_hash == vector["hash"]
        r, s = (int.from_bytes(half, "big") for half in (parsed.sig[:32], parsed.sig[32:]))
        public.verify(encode_dss_signature(r, s), signed_bytes(parsed.p), ec.ECDSA(hashes.SHA256()))
    return len(shipped["entries.json"]["entries"])


json.dump(wire() if "cryptography" in FORBIDDEN else client(), sys.stdout)
