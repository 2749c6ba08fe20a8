"""Bring an installation back from a backup (docs/backup.md), or into another database (docs/operate.md)."""
