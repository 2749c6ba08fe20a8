"""Queries of notices: their numbers and their steps."""
