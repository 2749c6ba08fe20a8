"""The statistics of the draw over 200,000 ceremonies and as many matches (draw.md §5)."""

from bench.draw_statistics import main

if __name__ == "__main__":
    raise SystemExit(main(200_000))
