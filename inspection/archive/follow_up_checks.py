"""Whether what followed the results, as a bundle holds it, is what the journal tells of; standard library alone."""

from inspection.archive.container import Container
from inspection.archive.reading import FOLLOW_UP, HANDED_IN, Object, object_of, objects_of, read_object, text_of
from inspection.archive.sentences import Check, check
from inspection.archive.story_checks import read_journal

PARTS = {
    "referral.made": ("referrals", "referral"),
    "recheck.ordered": ("rechecks", "recheck"),
    "conclusion.attached": ("conclusions", "conclusion"),
    "penalty.entered": ("penalties", "penalty"),
    "visit.legal_reviewed": ("legal_reviews", "outcome"),
}
"""By kind of line: the part that holds it, and by which of its facts it is found there."""
INNER = {"penalties": "penalty", "legal_reviews": "outcome"}
"""Parts whose members carry what they are about inside."""


def check_follow_up(container: Container) -> list[Check]:
    """Each referral, re-check, conclusion, penalty and legal review of the journal is here and none else; the files are
    those that they name. Without any there is nothing to check.
    """
    files = [path for path in container.paths if path.startswith(f"{HANDED_IN}/")]
    lines = [said for read in read_journal(container).values() for *_, said in read if said.get("kind") in PARTS]
    return [_checked(container, lines, files)] if lines or files or FOLLOW_UP in container.paths else []


def _checked(container: Container, lines: list[Object], files: list[str]) -> Check:
    told = read_object(container, FOLLOW_UP) if FOLLOW_UP in container.paths else Object()
    count = 0
    for kind, (part, fact) in PARTS.items():
        wanted = {text_of(object_of(line, "payload"), fact) for line in lines if line["kind"] == kind}
        here = {_id(part, one) for one in objects_of(told, part)} if part in told else set()
        # A review that was asked for and not given yet stands here as well; everything else has its own line.
        for key in sorted(wanted - here if part == "legal_reviews" else wanted ^ here):
            return check("follow_up", False, "follow_up.missing", detail=key)
        count += len(here)
    digests = _digests(told)
    for path in sorted(files):
        if container.sha256(path) not in digests or not path.endswith(container.sha256(path)):
            return check("follow_up", False, "follow_up.file", detail=path)
    return check("follow_up", True, "follow_up.ok", count=count, files=len(files), missing=len(digests) - len(files))


def _id(part: str, one: Object) -> str:
    return text_of(object_of(one, INNER[part]) if part in INNER else one, "id")


def _digests(told: Object) -> set[str]:
    found = {text_of(one, "digest") for one in objects_of(told, "conclusions")} if "conclusions" in told else set()
    for part, files in (("referrals", "handed"), ("rectifications", "files")):
        members = objects_of(told, part) if part in told else []
        found |= {text_of(file, "digest") for one in members for file in objects_of(one, files)}
    return found
