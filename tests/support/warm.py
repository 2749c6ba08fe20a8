"""What every server begins with, in memory once: it is imported by the process that the servers of a run are forked
from. To import and compile it is nine tenths of a server's start.
"""

import gc

from api.cli import main, serve
from api.pages.render import make_ready

__all__ = ["main", "serve"]

make_ready()
gc.collect()
gc.freeze()
