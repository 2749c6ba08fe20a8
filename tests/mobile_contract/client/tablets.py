"""Tablets without a server: enrolled with the published example answer."""

import json
from pathlib import Path

from inspection.kernel.entropy import SeededEntropy
from mobile_contract.client import Device, DeviceStore, DeviceTime, Surroundings
from mobile_contract.client.examples import FOLDER
from mobile_contract.enrol import EnrolAnswer


def surroundings(seed: str = "tablet") -> Surroundings:
    ticks = iter(range(1_000_000))

    def tell() -> DeviceTime:
        passed = next(ticks)
        return DeviceTime(wall=1_772_413_200_000 + passed, mono=passed, boot="b")

    return Surroundings(tell, SeededEntropy(seed).bytes)


def tablet(seed: str = "tablet", path: Path | None = None) -> Device:
    device = Device(DeviceStore(path), surroundings(seed))
    answer = json.loads((FOLDER / "enrolment.json").read_text())["answer"]
    device.enrolled(EnrolAnswer.model_validate_json(json.dumps(answer)))
    return device
