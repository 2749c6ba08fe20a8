"""Bring an installation back from a backup (docs/backup.md)."""
