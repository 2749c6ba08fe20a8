"""Every metric there is, by name: what it tells, by which labels, each from a closed list. `docs/operate.md` describes
them, `deploy/` draws them and wakes people by them; `tests/guards/test_deploy.py` holds these together.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

REQUEST_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
UNIT_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0)
JOB_BUCKETS: Final = (0.01, 0.05, 0.25, 1.0, 5.0, 30.0, 120.0, 600.0)


class Kind(StrEnum):
    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Metric:
    """`name` as it is scraped (a histogram's without `_bucket`, `_sum`, `_count`); `told`: in words, for the scrape."""

    name: str
    kind: Kind
    told: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()


_C, _G, _H = Kind.COUNTER, Kind.GAUGE, Kind.HISTOGRAM

# Counted in this process, from its start.
REQUESTS: Final = Metric(
    "fieldcheck_http_request_seconds",
    _H,
    "Answered requests by route template, method and class of status, and how long they took.",
    ("route", "method", "status"),
    REQUEST_BUCKETS,
)
IN_FLIGHT: Final = Metric("fieldcheck_http_in_flight", _G, "Requests that are being answered.")
ANSWERS: Final = Metric("fieldcheck_http_answers_total", _C, "Answers by exact status.", ("status",))
SLOW: Final = Metric("fieldcheck_http_slow_total", _C, "Requests that took longer than FIELDCHECK_SLOW_REQUEST_MS.")
REPEATS: Final = Metric(
    "fieldcheck_http_repeats_total", _C, "Requests begun anew because the database refused them for a neighbour's sake."
)
ENTRIES: Final = Metric("fieldcheck_entries_total", _C, "Lines of pushes, by verdict.", ("verdict",))
RECEIPTS: Final = Metric("fieldcheck_receipts_total", _C, "Signed receipts given out.")
PULLED: Final = Metric("fieldcheck_pull_items_total", _C, "Topics given to devices by pulls and snapshots.")
UPLOADS: Final = Metric("fieldcheck_uploads_total", _C, "Uploads by what became of them.", ("outcome",))
UPLOADED: Final = Metric("fieldcheck_upload_bytes_total", _C, "Bytes of uploads that arrived.")
JOBS: Final = Metric("fieldcheck_jobs_total", _C, "Attempts at background jobs, by how they ended.", ("outcome",))
DELIVERIES: Final = Metric(
    "fieldcheck_deliveries_total", _C, "Attempts to deliver a result to a channel.", ("outcome",)
)
SIGN_INS: Final = Metric("fieldcheck_sign_ins_total", _C, "Attempts to sign in, by how they ended.", ("outcome",))
RATE_REFUSALS: Final = Metric("fieldcheck_rate_refusals_total", _C, "Requests beyond their budget.", ("budget",))
UNITS: Final = Metric(
    "fieldcheck_unit_seconds", _H, "Units of work: wait for a connection, statements, commit.", (), UNIT_BUCKETS
)
ADMITTED: Final = Metric("fieldcheck_admit_seconds", _H, "Pushes from first look to receipt.", (), REQUEST_BUCKETS)
JOB_TIMES: Final = Metric("fieldcheck_job_seconds", _H, "Background jobs by name.", ("name",), JOB_BUCKETS)
OBJECT_STORE: Final = Metric(
    "fieldcheck_object_store_seconds", _H, "Requests to the object store.", ("operation",), REQUEST_BUCKETS
)
RENDERED: Final = Metric("fieldcheck_render_seconds", _H, "Papers and plots made.", ("what",), REQUEST_BUCKETS)

# Read at the scrape: of this process.
BUILD: Final = Metric("fieldcheck_build_info", _G, "Always 1; what runs.", ("version", "contract", "python", "engine"))
POOL: Final = Metric("fieldcheck_db_connections", _G, "Connections of this process's pool, by state.", ("state",))
POOL_MOST: Final = Metric("fieldcheck_db_connections_most", _G, "As many connections as this process may open.")
POOL_WAIT: Final = Metric("fieldcheck_db_waiting", _G, "Pieces of work that wait for a connection, or for the writer.")
REPLICA_READS: Final = Metric(
    "fieldcheck_replica_reads", _G, "Reads that may be a little old since the start, by who answered.", ("state",)
)
REPLICA_BEHIND: Final = Metric("fieldcheck_replica_behind_seconds", _G, "How old the replica that is read from may be.")
WAL: Final = Metric("fieldcheck_sqlite_wal_bytes", _G, "Length of SQLite's write-ahead log.")
DISK_FREE: Final = Metric("fieldcheck_disk_free_bytes", _G, "Room that is left where the data directory lies.")
DISK_SIZE: Final = Metric("fieldcheck_disk_size_bytes", _G, "Size of that file system.")
BACKUP_AGE: Final = Metric("fieldcheck_backup_age_seconds", _G, "Age of the newest copy in the folder of backups.")
LOOP_LAG: Final = Metric("fieldcheck_loop_lag_seconds", _G, "How late the event loop answered this scrape.")

# Read at the scrape: of the database, so the same from every process.
READ_OK: Final = Metric("fieldcheck_database_read_ok", _G, "1 if the figures below could be read when last tried.")
READ_AGE: Final = Metric("fieldcheck_database_read_age_seconds", _G, "Age of the figures below.")
DATABASE_SIZE: Final = Metric("fieldcheck_database_bytes", _G, "Length of the database.")
REPLICA_LAG: Final = Metric("fieldcheck_replica_lag_seconds", _G, "How far the slowest standby is behind.")
JOBS_WAITING: Final = Metric("fieldcheck_jobs_waiting", _G, "Background jobs neither done nor given up.")
JOBS_DEAD: Final = Metric("fieldcheck_jobs_given_up", _G, "Background jobs that were given up and nobody looked at.")
JOBS_AGE: Final = Metric("fieldcheck_jobs_oldest_seconds", _G, "How long the oldest job could have been done.")
LEAVES: Final = Metric("fieldcheck_log_waiting_leaves", _G, "Entries without a place in the transparency log yet.")
LEAVES_AGE: Final = Metric("fieldcheck_log_oldest_seconds", _G, "How long the oldest of them has waited.")
HEAD_SIZE: Final = Metric("fieldcheck_log_size", _G, "Leaves under the newest signed tree head.")
HEAD_AGE: Final = Metric("fieldcheck_log_head_age_seconds", _G, "Age of the newest signed tree head.")
HELD: Final = Metric("fieldcheck_entries_held", _G, "Entries that are held and wait for a person or for others.")
FEED_LAG: Final = Metric("fieldcheck_feed_lag_most", _G, "Changes that the device furthest behind has not confirmed.")
DEVICES: Final = Metric("fieldcheck_devices", _G, "Devices in use.")
SILENT: Final = Metric("fieldcheck_devices_silent", _G, "Devices in use, unheard of for FIELDCHECK_SILENT_DAYS.")
UNREPLICATED: Final = Metric("fieldcheck_media_unreplicated", _G, "Files the object store does not hold yet.")
DAMAGED: Final = Metric("fieldcheck_media_damaged", _G, "Stored files with damage that was not healed.")
DELIVERY_STATES: Final = Metric("fieldcheck_deliveries", _G, "Deliveries to channels, by state.", ("state",))
CLOCKS_RUN: Final = Metric("fieldcheck_clocks_running", _G, "Clocks that run, by what they are about.", ("matter",))
CLOCKS_LATE: Final = Metric("fieldcheck_clocks_late", _G, "Clocks that ran out, by what they are about.", ("matter",))

ALL: Final[tuple[Metric, ...]] = tuple(one for one in list(globals().values()) if isinstance(one, Metric))
"""All of ours. Beside them stand the client's own `process_*` and `python_gc_*`."""
