"""Many ceremonies with fixed seeds, and whether chance looks like chance in them (draw.md §5)."""
