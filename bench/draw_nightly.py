"""The statistics of the draw over 200,000 ceremonies and as many matches (draw.md §5)."""

from bench.draw_statistics import main
from bench.words import parser_of

if __name__ == "__main__":
    parser_of(__doc__).parse_args()
    raise SystemExit(main(200_000))
