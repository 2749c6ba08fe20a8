"""The reference client of the contract: what a tablet does, in Python. Time, ids and randomness are arguments."""

from mobile_contract.client.device import Device
from mobile_contract.client.key import DeviceKey
from mobile_contract.client.session import ProblemError, Session
from mobile_contract.client.state import Captured, DeviceStore
from mobile_contract.client.surroundings import DeviceTime, Surroundings

__all__ = ["Captured", "Device", "DeviceKey", "DeviceStore", "DeviceTime", "ProblemError", "Session", "Surroundings"]
