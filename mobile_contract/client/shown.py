"""What the inspectors of a device show at a visit's door, kept for a place without a network."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from mobile_contract.client.state import DeviceStore
from mobile_contract.credentials import CredentialsAnswer

_NAME: Final = "credentials:"


def keep_credentials(store: DeviceStore, visit: UUID, answer: CredentialsAnswer) -> None:
    """Keep the newest answer; what it replaces is of no use to anybody."""
    store.remember(f"{_NAME}{visit}", answer.model_dump_json())


def kept_credentials(store: DeviceStore, visit: UUID) -> CredentialsAnswer | None:
    """What was kept of a visit. Whether it has expired says the phone that checks it, not the tablet's clock."""
    told = store.recall(f"{_NAME}{visit}")
    return CredentialsAnswer.model_validate_json(told) if told is not None else None


def forget_credentials(store: DeviceStore, visit: str) -> None:
    """The visit is not this device's any more: nobody shows anything of it."""
    store.remember(f"{_NAME}{visit}", None)
