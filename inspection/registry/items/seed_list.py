"""The item list and checklists that come with the package: five real items of commerce authorities."""

from importlib import resources

from inspection.registry.items.checklist_files import parse_checklist
from mobile_contract.checklist import Checklist


def seed_items() -> bytes:
    """The item list as a CSV file (UTF-8)."""
    return resources.files("inspection.registry").joinpath("seed", "items.csv").read_bytes()


def seed_register() -> bytes:
    """The invented register of 2,000 objects, as `synthetic.synthetic_register` makes it: CSV, UTF-8 with BOM."""
    return resources.files("inspection.registry").joinpath("seed", "register.csv").read_bytes()


def seed_checklists() -> tuple[Checklist, ...]:
    """One checklist for each item of the list, by code."""
    folder = resources.files("inspection.registry").joinpath("seed", "checklists")
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    return tuple(parse_checklist(file.name, file.read_bytes()) for file in files)
