"""What every server begins with, in memory once: it is imported by the process that the servers of a run are forked
from. To import and compile it, and to put the routes together, is nine tenths of a server's start.
"""

import gc

import api.app
from api.cli import main, serve
from api.pages.render import make_ready

__all__ = ["main", "serve"]

make_ready()
_made = {works: api.app.routed_app(works=works) for works in (False, True)}
# Each process that is forked serves with one of them, once.
api.app.routed_app = lambda *, works: _made[works]
gc.collect()
gc.freeze()
