"""A dossier of visits that were one holds the entries of all of them, each under the id it was signed for."""

from inspection.archive.entry_checks import Line, check_entries
from mobile_contract.base import b64url
from mobile_contract.envelope import body_digest

BODY = b'{"salt":"AAAAAAAAAAAAAAAAAAAAAA","text":"a"}'


def line(number: int, visit: str) -> Line:
    header = {"visit": visit, "body": b64url(body_digest(BODY))}
    return Line(number, f"hash{number}", header, b"", BODY, "k", "ES256", b"")


def test_entries_of_joined_visits_belong_to_the_dossier_and_those_of_others_do_not() -> None:
    lines = [line(1, "one"), line(2, "two")]
    manifest = {"visit": "one", "joined": ["two"], "entries": ["hash1", "hash2"]}
    assert check_entries(lines, manifest).ok
    for joined in ([], ["three"]):
        found = check_entries(lines, {**manifest, "joined": joined})
        assert (found.ok, found.sentence_en) == (False, "Entry 2 belongs to another visit.")


def test_a_dossier_sealed_before_visits_could_be_joined_is_of_one_visit() -> None:
    assert check_entries([line(1, "one")], {"visit": "one", "entries": ["hash1"]}).ok
    assert not check_entries([line(1, "two")], {"visit": "one", "entries": ["hash1"]}).ok
