"""The process that draws: a JSON list of Vega-Lite specifications in, a JSON list of SVG texts out.

No address is ever followed: the data stand in the specifications.
"""

import json
import sys
from pathlib import Path

import pylopdf_fonts_zh_cn
import vl_convert

VERSION = "5.21"


def main() -> None:
    vl_convert.register_font_directory(str(Path(pylopdf_fonts_zh_cn.__file__).parent))
    specs = json.load(sys.stdin)
    pictures = [vl_convert.vegalite_to_svg(spec, vl_version=VERSION, allowed_base_urls=[]) for spec in specs]
    json.dump(pictures, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
