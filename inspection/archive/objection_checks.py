"""Whether the objections of a bundle are those that the journal tells of; with the standard library alone."""

import hashlib
import json
from typing import Any

from inspection.archive.container import Container
from inspection.archive.reading import OBJECTION_FILES, OBJECTIONS, Object, object_of, objects_of, read_object, text_of
from inspection.archive.sentences import Check, check
from inspection.archive.story_checks import read_journal

RECEIVED, DECIDED = "objection.received", "objection.decided"


def check_objections(container: Container) -> list[Check]:
    """Each objection that the journal tells of is here, says what was said, and was decided as it says; none else is.

    The journal knows the words by their digest only. Without any there is nothing to check.
    """
    files = [path for path in container.paths if path.startswith(f"{OBJECTION_FILES}/")]
    lines = [object_of(said, "payload") | {"kind": said.get("kind")} for said in _said(container)]
    return [_checked(container, lines, files)] if lines or files or OBJECTIONS in container.paths else []


def _checked(container: Container, lines: list[Object], files: list[str]) -> Check:
    told = objects_of(read_object(container, OBJECTIONS), "objections") if OBJECTIONS in container.paths else []
    here = {text_of(one, "id"): one for one in told}
    known = {text_of(line, "objection") for line in lines if line["kind"] == RECEIVED}
    for key in sorted(known ^ here.keys()):
        return check("objections", False, "objections.missing", detail=key)
    for line in lines:
        one = here[text_of(line, "objection")]
        words = one.get("said" if line["kind"] == RECEIVED else "decided")
        if text_of(line, "said") != _digest(words) or (line["kind"] == DECIDED and line["state"] != one.get("state")):
            return check("objections", False, "objections.altered", detail=text_of(one, "number"))
    wanted = {text_of(file, "digest") for one in told for file in objects_of(one, "files")}
    for path in sorted(files):
        if container.sha256(path) not in wanted or not path.endswith(container.sha256(path)):
            return check("objections", False, "objections.file", detail=path)
    return check(
        "objections", True, "objections.ok", count=len(here), files=len(files), missing=len(wanted) - len(files)
    )


def _said(container: Container) -> list[Object]:
    told = [said for lines in read_journal(container).values() for *_, said in lines]
    return [said for said in told if said.get("kind") in {RECEIVED, DECIDED}]


def _digest(words: Any) -> str:
    text = json.dumps(words, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
