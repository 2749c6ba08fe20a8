"""Who removes what, by the name of its rule (`inspection/kernel/retention/rules.toml`)."""

from collections.abc import Mapping
from typing import Final

from inspection.authority import store as authorities
from inspection.authority import store_factors
from inspection.kernel.retention.run import Remover
from inspection.kernel.work import store as work
from media.old_copies import count_old_copies, drop_old_copies
from sync.devices import store as devices

REMOVERS: Final[Mapping[str, Remover]] = {
    "tokens": Remover(authorities.count_spent_tokens, authorities.drop_spent_tokens),
    "recovery-codes": Remover(store_factors.count_used_codes, store_factors.drop_used_codes),
    "enrolment-codes": Remover(devices.count_run_out, devices.drop_run_out),
    "jobs": Remover(work.count_done, work.drop_done),
    "copies": Remover(count_old_copies, drop_old_copies),
}
