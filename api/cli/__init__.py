"""`fieldcheck`: the command line. It parses, calls the same verbs as the routes, and prints; it decides nothing."""

from api.cli.main import main

__all__ = ["main"]
