"""The contract as committed files: JSON Schemas, TypeScript types, their digest and what changed between two states.

Everything here is made from the models beside it. `python -m mobile_contract.artefacts` writes the files.
"""
