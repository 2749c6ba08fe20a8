"""The offline verifier of a sealed dossier or a bundle of evidence: a file in, findings out; never an exception for
what the file holds.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path

from inspection.archive.container import Container, ContainerRefused, open_container
from inspection.archive.custody_checks import check_custody, check_evidence
from inspection.archive.entry_checks import (
    Line,
    check_entries,
    check_logs,
    check_media,
    check_receipts,
    check_signatures,
    read_entries,
)
from inspection.archive.follow_up_checks import check_follow_up
from inspection.archive.log_checks import check_log
from inspection.archive.objection_checks import check_objections
from inspection.archive.reading import (
    FIRST_LAYOUT,
    LAYOUT,
    MANIFEST,
    MAX_TEXT,
    SUMS,
    Malformed,
    Object,
    objects_of,
    read_object,
    text_of,
)
from inspection.archive.sentences import Check, check
from inspection.archive.story_checks import check_draw, check_journal, check_publications


def verify_dossier(path: Path, *, sha256: str | None = None, trusted: Path | None = None) -> list[Check]:
    """Re-hash and re-compute everything a dossier holds. It is genuine if every check is `ok`.

    Args:
        path: the ZIP file.
        sha256: its digest (hex) as the journal of the authority records it; a dossier is proof against its own keeper
            only together with a digest or a key that comes from elsewhere.
        trusted: certificates (PEM) of the time-stamp authority.
    """
    if sha256 is not None and path.is_file() and (found := _digest(path)) != sha256.lower():
        return [check("container", False, "container.other", found=found, expected=sha256)]
    try:
        with open_container(path) as container:
            return _look_into(container, trusted)
    except ContainerRefused as refused:
        return [check("container", False, f"container.{refused.reason}", detail=refused.detail)]


def _look_into(container: Container, trusted: Path | None) -> list[Check]:
    findings = [check("container", True, "container.ok", count=len(container.paths))]
    manifest, lines = Object(), list[Line]()

    def look(name: str, at: Callable[[], Check | list[Check]]) -> bool:
        found = _guarded(name, at)
        findings.extend(found)
        return all(finding.ok for finding in found)

    def read_manifest() -> Check:
        manifest.update(read_object(container, MANIFEST))
        layout = text_of(manifest, "layout")
        known = layout in {LAYOUT, FIRST_LAYOUT}
        return check("manifest", known, "manifest.ok" if known else "manifest.layout", layout=layout)

    def read_lines() -> Check:
        lines.extend(read_entries(container))
        return check_entries(lines, manifest)

    # Without a manifest nothing has a meaning; every later check still speaks when an earlier one fails.
    if look("manifest", read_manifest):
        look("files", lambda: _check_files(container, manifest))
        look("entries", read_lines)
        look("logs", lambda: check_logs(lines))
        look("signatures", lambda: check_signatures(container, lines))
        look("receipts", lambda: check_receipts(container, lines))
        look("media", lambda: check_media(container, lines, manifest))
        look("journal", lambda: check_journal(container, manifest))
        look("draw", lambda: check_draw(container, manifest))
        look("publications", lambda: check_publications(container))
        look("objections", lambda: check_objections(container))
        look("follow_up", lambda: check_follow_up(container))
        if manifest["layout"] != FIRST_LAYOUT:
            look("custody", lambda: check_custody(container, lines, manifest))
            look("evidence", lambda: check_evidence(container, lines, manifest))
            look("log", lambda: check_log(container, lines, trusted))
    return findings


def _guarded(name: str, at: Callable[[], Check | list[Check]]) -> list[Check]:
    try:
        found = at()
    except ContainerRefused as refused:
        return [check(name, False, f"part.{refused.reason}", detail=refused.detail)]
    except Malformed as malformed:
        return [check(name, False, "part.malformed", detail=str(malformed))]
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError):
        return [check(name, False, "part.malformed", detail=name)]
    return found if isinstance(found, list) else [found]


def _check_files(container: Container, manifest: Object) -> Check:
    listed = {text_of(file, "path"): file for file in objects_of(manifest, "files")}
    for path in sorted(container.paths - listed.keys() - {MANIFEST, SUMS}):
        return check("files", False, "files.extra", detail=path)
    for path, file in sorted(listed.items()):
        if path not in container.paths:
            return check("files", False, "files.missing", detail=path)
        same = container.size(path) == file.get("bytes") and container.sha256(path) == file.get("sha256")
        if not same:
            return check("files", False, "files.changed", detail=path)
    sums = {path: str(file.get("sha256")) for path, file in listed.items()} | {MANIFEST: container.sha256(MANIFEST)}
    expected = "".join(f"{digest}  {path}\n" for path, digest in sorted(sums.items()))
    if container.read(SUMS, MAX_TEXT) != expected.encode():
        return check("files", False, "files.sums")
    return check("files", True, "files.ok", count=len(listed))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
