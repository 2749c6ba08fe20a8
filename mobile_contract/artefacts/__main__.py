"""Write the contract's files, or tell what changed.

`python -m mobile_contract.artefacts` says what changed since the committed schemas, then writes schemas, TypeScript,
examples and vectors. `… difference` only says it. `… guide FILE` writes the code blocks of a guide anew. `… digest`
puts the digest of the present contract into the newest entry of CHANGELOG.md: for the day's own entry, never for one
that was released.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Final

from mobile_contract.artefacts import changelog, guide, typescript
from mobile_contract.artefacts.difference import schema_changes
from mobile_contract.artefacts.schemas import build_schemas, read_schemas, write_schemas

_USAGE: Final = 2


def main(words: list[str]) -> int:
    """The exit status: 0, or 2 for words that are no command."""
    if words == ["digest"]:
        text = changelog.FILE.read_text(encoding="utf-8")
        changelog.FILE.write_text(changelog.named_anew(text, committed_digest()), encoding="utf-8")
    elif words[:1] == ["guide"] and len(words) > 1:
        refresh(Path(words[1]))
    elif words in ([], ["difference"]):
        _tell(difference())
        if not words:
            write()
    else:
        _tell(__doc__ or "")
        return _USAGE
    return 0


def difference() -> str:
    """What changed between the committed schemas and the models, a line a change."""
    changes = schema_changes(read_schemas(), build_schemas())
    return "\n".join(f"* {change}" for change in changes) or "the committed schemas are those of the models"


def write() -> None:
    """Write everything that is made from the models, and say when the list of changes is behind."""
    from mobile_contract.client import examples, vectors  # noqa: PLC0415 -- they sign; telling a difference does not

    schemas = build_schemas()
    write_schemas(schemas)
    typescript.FILE.parent.mkdir(exist_ok=True)
    typescript.FILE.write_text(typescript.typescript(schemas), encoding="utf-8")
    examples.write_examples()
    vectors.write_vectors()
    if (digest := committed_digest()) != changelog.entries(changelog.FILE.read_text(encoding="utf-8"))[0].digest:
        _tell(f"CHANGELOG.md: date this change; the contract's digest is {digest}")


def refresh(path: Path) -> None:
    """Write the code blocks of a guide anew, from the vectors as they lie there."""
    from mobile_contract.client import vectors  # noqa: PLC0415 -- as above

    told = {file.name: json.loads(file.read_text(encoding="utf-8")) for file in vectors.FOLDER.glob("*.json")}
    path.write_text(guide.refreshed(path.read_text(encoding="utf-8"), told), encoding="utf-8")


def committed_digest() -> str:
    """Of the files as they lie there."""
    return changelog.contract_digest(read_schemas(), json.loads(changelog.OPENAPI.read_text(encoding="utf-8")))


def _tell(text: str) -> None:
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
