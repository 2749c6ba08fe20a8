"""Tokens that other systems of the authority hold: each named, for a few things only, until a day."""
