"""Queries of doors and of what came through them."""
