"""Keep a copy of all published results: each in the version in force, without those that were taken back.

    python3 sync_results.py https://fieldcheck.example results.json

The first run reads every page; later runs stop at the first page on which nothing is new. A correction or a withdrawal
of something old does not move to the front: run it with `--whole` once a night. Standard library only.
"""

# ruff: noqa: INP001, S310, T201

import argparse
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

PAGE = 100


def pages(address: str) -> Any:
    """The pages of a public list, the newest first; `after` of a page leads to the one behind it."""
    after = None
    while True:
        query = {"limit": PAGE} | ({"after": after} if after else {})
        with urlopen(f"{address}?{urlencode(query)}", timeout=30) as answer:
            page = json.load(answer)
        yield page
        after = page["after"]
        if after is None:
            return


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("address")
    parser.add_argument("file", type=Path)
    parser.add_argument("--whole", action="store_true")
    told = parser.parse_args()
    kept: dict[str, Any] = json.loads(told.file.read_text("utf-8")) if told.file.exists() else {}
    read = fresh = gone = 0
    for page in pages(f"{told.address}/public/results.json"):
        read += 1
        new = [one for one in page["results"] if kept.get(one["number"], {}).get("version") != one["version"]]
        kept |= {one["number"]: one for one in new}
        fresh += len(new)
        if not new and not told.whole:
            break
    for page in pages(f"{told.address}/public/withdrawn.json"):
        gone += sum(kept.pop(one["number"], None) is not None for one in page["withdrawn"])
    fresh_file = told.file.with_suffix(".new")
    fresh_file.write_text(json.dumps(kept, ensure_ascii=False, indent=1), "utf-8")
    fresh_file.replace(told.file)
    print(json.dumps({"pages": read, "new": fresh, "withdrawn": gone, "kept": len(kept)}))


if __name__ == "__main__":
    main()
