"""Backups of an installation: database, stored files, keys (docs/backup.md)."""

from inspection.kernel.backup.ask import JOB, STREAM, ask_for_backup
from inspection.kernel.backup.copies import Shelves
from inspection.kernel.backup.make import BackupPlace, Wanted, drop_old, make_backup, new_name
from inspection.kernel.backup.manifest import FILES, KEYS, MEDIA, TOLD, Backup, backups, read_manifest
from inspection.kernel.backup.snapshot import POSTGRES_FILE, SQLITE_FILE, copy_sqlite

__all__ = [
    "FILES",
    "JOB",
    "KEYS",
    "MEDIA",
    "POSTGRES_FILE",
    "SQLITE_FILE",
    "STREAM",
    "TOLD",
    "Backup",
    "BackupPlace",
    "Shelves",
    "Wanted",
    "ask_for_backup",
    "backups",
    "copy_sqlite",
    "drop_old",
    "make_backup",
    "new_name",
    "read_manifest",
]
