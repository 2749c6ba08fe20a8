"""The published examples are what the reference client makes today."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from mobile_contract.base import unb64url
from mobile_contract.client.examples import FOLDER, build_examples, rendered
from mobile_contract.enrol import EnrolAnswer, EnrolRequest
from mobile_contract.pull import PullAnswer
from mobile_contract.push import PushAnswer, Receipt
from mobile_contract.signed import Purpose

UPDATE = "run `make contract` and read what changed"


def test_the_example_files_are_up_to_date():
    examples = build_examples()
    assert {path.name for path in FOLDER.glob("*.json")} == set(examples), UPDATE
    for name, content in examples.items():
        assert (FOLDER / name).read_text(encoding="utf-8") == rendered(content), f"{name}: {UPDATE}"


def test_examples_of_answers_are_read_by_their_models():
    push, pull, enrolment = (read(name) for name in ("push.json", "pull.json", "enrolment.json"))
    PushAnswer.model_validate_json(json.dumps(push["answer"]))
    PullAnswer.model_validate_json(json.dumps(pull["answer"]))
    EnrolRequest.model_validate_json(json.dumps(enrolment["request"]))
    EnrolAnswer.model_validate_json(json.dumps(enrolment["answer"]))


@pytest.mark.parametrize(("purpose", "member"), [(Purpose.RECEIPT, "receipt"), (Purpose.TIME_ANCHOR, "anchor")])
def test_what_the_example_server_signs_verifies_for_its_purpose(purpose, member):
    answer = PushAnswer.model_validate_json(json.dumps(read("push.json")["answer"]))
    signed = getattr(answer, member)
    key = Ed25519PublicKey.from_public_bytes(unb64url(read("enrolment.json")["answer"]["server_keys"][0]["x"]))
    key.verify(unb64url(signed.s), purpose.message(signed.p))


def test_a_receipt_is_read_from_its_signed_text():
    push = read("push.json")
    receipt = Receipt.model_validate_json(push["answer"]["receipt"]["p"])
    assert [entry.hash for entry in receipt.entries] == [told["hash"] for told in push["answer"]["verdicts"][:2]]


def read(name: str) -> dict:
    return json.loads((FOLDER / name).read_text())
