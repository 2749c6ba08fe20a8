"""Queries of objections."""
