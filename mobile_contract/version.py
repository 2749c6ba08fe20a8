"""The version of the contract: one number for everything under `mobile_contract/`.

Requests name it in the header `Fieldcheck-Contract`; absent means 1. What reads answers 426 `client-too-old` below the
least version; push, inventory and uploads stay open to every version (docs/sync.md §Transport). What changed from one
to the next stands in `mobile_contract/CHANGELOG.md`.
"""

from __future__ import annotations

from typing import Final

CONTRACT_VERSION: Final = 2
LEAST_CONTRACT: Final = 2
"""The oldest version that may read."""

CONTRACT_HEADER: Final = "Fieldcheck-Contract"
