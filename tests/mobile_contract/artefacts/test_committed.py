"""The committed files of the contract are what the models say today, and the newest dated change speaks of them."""

from __future__ import annotations

import json

from mobile_contract.artefacts import changelog, typescript
from mobile_contract.artefacts.__main__ import committed_digest, difference, main
from mobile_contract.artefacts.schemas import FOLDER, build_schemas, read_schemas, rendered, write_schemas
from mobile_contract.client import vectors
from mobile_contract.client.examples import rendered as vector_text
from mobile_contract.version import CONTRACT_VERSION

UPDATE = "run `make contract`, read what changed, and date it in mobile_contract/CHANGELOG.md"


def test_the_committed_schemas_are_those_of_the_models() -> None:
    built = {area: rendered(document) for area, document in build_schemas().items()}
    committed = {path.stem: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.json")}
    stale = sorted(area for area in built.keys() | committed.keys() if built.get(area) != committed.get(area))
    assert stale == [], f"{UPDATE}. What changed for clients:\n{difference()}"


def test_the_committed_typescript_is_that_of_the_schemas() -> None:
    assert typescript.FILE.read_text(encoding="utf-8") == typescript.typescript(build_schemas()), UPDATE


def test_the_committed_vectors_are_made_anew_the_same() -> None:
    built = {name: vector_text(content) for name, content in vectors.build_vectors().items()}
    committed = {path.name: path.read_text(encoding="utf-8") for path in vectors.FOLDER.glob("*.json")}
    assert sorted(name for name in built.keys() | committed.keys() if built.get(name) != committed.get(name)) == []


def test_a_change_of_the_contract_is_dated() -> None:
    newest, *older = changelog.entries(changelog.FILE.read_text(encoding="utf-8"))
    assert newest.digest == committed_digest(), (
        f"the contract is {committed_digest()} and the newest entry speaks of another: write what changed under the "
        "day's date, then `python -m mobile_contract.artefacts digest`"
    )
    assert newest.version == CONTRACT_VERSION
    assert [entry.day for entry in (newest, *older)] == sorted((e.day for e in (newest, *older)), reverse=True)


def test_the_command_tells_the_difference_and_knows_no_other_words(capsys) -> None:
    assert main(["difference"]) == 0
    assert capsys.readouterr().out.strip() == difference()
    assert main(["nonsense"]) == 2
    assert "python -m mobile_contract.artefacts" in capsys.readouterr().out


def test_references_between_the_documents_lead_somewhere() -> None:
    documents = read_schemas()
    aims = [(area, aim) for area, text in documents.items() for aim in _aims(text)]
    assert len(aims) > 50
    for area, aim in aims:
        file, _, pointer = aim.partition("#/$defs/")
        home = documents[file.removesuffix(".json") or area]
        assert pointer in home["$defs"], (area, aim)


def test_the_schema_of_an_area_that_is_gone_is_removed(tmp_path) -> None:
    (tmp_path / "gone.json").write_text("{}")
    write_schemas(build_schemas(), tmp_path)
    assert read_schemas(tmp_path) == build_schemas()


def test_every_document_names_itself_and_says_what_it_is_about() -> None:
    for area, document in read_schemas().items():
        assert document["$id"].endswith(f"/{area}.json")
        assert document["description"]
        assert all(schema.get("description") for schema in document["$defs"].values()), area
        assert json.loads(rendered(document)) == document


def _aims(part: object) -> list[str]:
    if isinstance(part, dict):
        own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
        return own + [aim for inner in part.values() for aim in _aims(inner)]
    return [aim for inner in part for aim in _aims(inner)] if isinstance(part, list) else []
