"""Checklists (检查要点表) out of TOML or JSON files. Pure."""

import json
import tomllib

from pydantic import ValidationError

from inspection.kernel.errors import Invalid
from mobile_contract.checklist import Checklist
from mobile_contract.problems import ProblemCode
from mobile_contract.strict_json import MalformedJsonError, parse_strict_object

LARGEST = 4 * 1024 * 1024


def parse_checklist(name: str, data: bytes) -> Checklist:
    """The checklist of a `.toml` or `.json` file; the name's ending decides which.

    Raises:
        Invalid: `registry.checklist_unreadable`; the fact `problems` lists place and reason.
    """
    problems: list[str]
    try:
        if len(data) > LARGEST:
            raise Invalid(ProblemCode.IMPORT_TOO_LARGE, "registry.file_too_large", size=len(data), limit=LARGEST)
        if name.lower().endswith(".json"):
            facts: object = parse_strict_object(data)
        else:
            facts = tomllib.loads(data.decode("utf-8"))
        return Checklist.model_validate_json(json.dumps(facts))
    except ValidationError as error:
        problems = [f"{'.'.join(map(str, e['loc'])) or '-'}: {e['msg']}" for e in error.errors()]
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, MalformedJsonError, TypeError, RecursionError) as error:
        problems = [f"{type(error).__name__}: {error}"]
    raise Invalid(ProblemCode.IMPORT_UNREADABLE, "registry.checklist_unreadable", file=name, problems=problems)
