"""The OpenAPI 3.1 document of a set of routes, with what the framework does not know: who may, and every problem.

The document is made by an application of its own that serves nothing: Litestar mounts reference pages of other
servers beside its own document, and the tablets' document covers only a part of the routes.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import version
from typing import Any, Final

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.routes import HTTPRoute
from litestar.types import ControllerRouterHandler

from api.described import MEANINGS, tags_of
from api.errors import MEDIA_TYPE
from api.permits import PERMITS, Action, is_open
from api.requests import model_plugins
from api.specimens import Specimens
from api.throttle import BUDGETS, RateClass
from api.token_scopes import lets_in
from inspection.authority.systems.rules import TokenScope
from inspection.kernel.catalogue import text
from inspection.kernel.command import Role
from mobile_contract.artefacts.schemas import exact_schema
from mobile_contract.base import Wire
from mobile_contract.problems import ProblemCode
from mobile_contract.version import CONTRACT_HEADER
from sync.devices.dpop import MAX_PROOF

DESCRIPTION: Final = (
    "Random inspections (双随机、一公开): draw, visit, publish. Errors are problem documents (RFC 9457) with a `code` "
    "from a closed list and the facts needed to recover; texts are in zh-CN, or in English by Accept-Language. "
    "Members are snake_case; JSON is strict: no duplicate members, no floats, integers within ±(2^53−1). "
    "Instants are RFC 3339 in UTC, days are days in Beijing (YYYY-MM-DD), ratios are fractions as texts (`1/20`), "
    "amounts are in fen. What is added is no new version: pass over members that you do not know. What is to go is "
    "marked `deprecated` for a year at least, with `Deprecation` and `Sunset` in its answers (docs/api.md)."
)
_PERSON: Final = "token of POST /office/sessions, or `fcs_…` of another system as far as `x-token-scopes` go"
SCHEMES: Final = {
    "person": SecurityScheme(type="http", scheme="bearer", description=_PERSON),
    "device": SecurityScheme(
        type="http", scheme="dpop", description="token of an enrolled tablet, with a proof by its key in `DPoP`"
    ),
}
PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "description": "A problem document (RFC 9457). Further members are the facts a client needs to recover.",
    "required": ["type", "title", "status", "detail", "code", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "enum": [code.value for code in ProblemCode]},
        "request_id": {"type": "string"},
    },
    "additionalProperties": True,
}
STREAMED: Final = {
    ("/v1/sync/push", "post"): ("application/x-ndjson",),
    ("/v1/uploads", "post"): ("application/offset+octet-stream",),
    ("/v1/uploads/{upload_id}", "patch"): ("application/offset+octet-stream",),
}
"""What the tablets' routes read as a stream; a route of the office says so itself in its `opt={"body": …}`."""
LONGEST_SUMMARY: Final = 100
RENEWAL: Final = "/v1/devices/token"
READS: Final = {
    "/v1/sync/pull",
    "/v1/sync/snapshot",
    "/v1/sync/events",
    "/v1/visits/{visit_id}/record",
    "/v1/visits/{visit_id}/credentials",
    "/v1/visits/{visit_id}/papers/{kind}",
    "/v1/visits/{visit_id}/team/{inspector}/photo",
    "/v1/notices/numbers",
}
"""What is told to apps of the least contract only."""
PROOF: Final[dict[str, Any]] = {
    "name": "DPoP",
    "in": "header",
    "required": True,
    "description": "Proof of the device's key for this request (RFC 9449), with the newest `DPoP-Nonce` of any answer.",
    "schema": {"type": "string", "maxLength": MAX_PROOF},
}
CONTRACT: Final[dict[str, Any]] = {
    "name": CONTRACT_HEADER,
    "in": "header",
    "required": False,
    "description": "The version of the contract that the app speaks.",
    "schema": {"type": "integer", "minimum": 1, "maximum": 999_999_999, "default": 1},
}
_ALWAYS: Final = {
    429: "Too many requests; Retry-After tells when",
    500: "An incident; quote the request id",
    503: "Not now; Retry-After tells when",
}
_CLOSED: Final = {401: "No valid token", 403: "The role does not permit it"}
_BODY: Final = {
    400: "Not strict JSON",
    404: "Something that is named is not there, or not for you",
    409: "Not in this state",
    413: "Too large",
    415: "Wrong media type",
    422: "Members not as required, or against a rule",
}
_PROVING: Final = {401: "What was shown is not right", 403: "What was shown does not prove who asks"}
_STALE: Final = {412: "Changed meanwhile: read it again"}
_PATH: Final = {404: "Nothing here, or not for you"}


def build_document(handlers: Sequence[ControllerRouterHandler], title: str) -> dict[str, Any]:
    """The document of these routes, as a JSON value with members in a stable order."""
    app = Litestar(
        list(handlers),
        plugins=model_plugins(),
        # Whoever reads the reference must not set how this process writes its log.
        logging_config=None,
        openapi_config=OpenAPIConfig(
            title=title,
            version=version("fieldcheck-inspection"),
            description=DESCRIPTION,
            components=Components(security_schemes=dict(SCHEMES)),
            use_handler_docstrings=True,
            path="/document",
            render_plugins=[JsonRenderPlugin()],
        ),
    )
    built: dict[str, Any] = json.loads(json.dumps(app.openapi_schema.to_schema()))
    schemas = built["components"].setdefault("schemas", {})
    _state_exactly(schemas)
    schemas["Problem"] = PROBLEM
    for route, method, handler in operations(app):
        path = route.path_format
        if operation := built["paths"].get(path, {}).get(method):
            if kinds := handler.opt.get("body", STREAMED.get((path, method))):
                operation["requestBody"] = _binary(kinds)
            _tell_answers(operation, handler.opt.get("answers"))
            _complete(operation, method, path, Action(handler.opt["action"]))
            _describe(operation, method.upper(), RateClass(handler.opt.get("rate", RateClass.GENERAL)))
    _show(built)
    built["tags"] = tags_of({tag for told in built["paths"].values() for one in told.values() for tag in one["tags"]})
    return built


def operations(app: Litestar) -> Iterator[tuple[HTTPRoute, str, HTTPRouteHandler]]:
    """(route, lower-case method, handler) of everything that can be asked for over HTTP."""
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                for method in sorted(handler.http_methods):
                    yield route, method.lower(), handler


def printed(document: dict[str, Any]) -> bytes:
    """The document as text that diffs well: sorted members, one a line."""
    return (json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _state_exactly(schemas: dict[str, Any]) -> None:
    """Put pydantic's schema in place of the framework's, which drops words, patterns and limits of nested values."""
    models = {model.__name__: model for model in _descendants(Wire)}
    for name in sorted(models.keys() & schemas.keys()):
        exact = exact_schema(models[name], "#/components/schemas/{model}")
        if exact.get("properties", {}).keys() != schemas[name].get("properties", {}).keys():
            raise ValueError(f"two schemas are called {name}")
        for part, schema in exact.pop("$defs", {}).items():
            if part not in models and "enum" not in schemas.get(part, schema):
                raise ValueError(f"two schemas are called {part}")
            schemas[part] = schema
        schemas[name] = exact


def _tell_answers(operation: dict[str, Any], kinds: Sequence[str] | None) -> None:
    """Say what a route answers that writes its bytes itself: files of these kinds, nothing, or, untold, JSON."""
    for status, answer in operation["responses"].items():
        told = answer.get("content", {})
        if not status.startswith("2") or not told:
            continue
        if kinds is not None:
            answer["content"] = _files(kinds)
        elif told.get("application/json", {}).get("schema") == {"type": "string"}:
            told["application/json"]["schema"] = {}


def _descendants(model: type[Wire]) -> Iterator[type[Wire]]:
    for child in model.__subclasses__():
        yield child
        yield from _descendants(child)


def _complete(operation: dict[str, Any], method: str, path: str, action: Action) -> None:
    roles = sorted(PERMITS[action])
    problems = dict(_ALWAYS)
    if not is_open(action):
        problems |= _CLOSED
        operation["security"] = [{"device" if PERMITS[action] == {Role.DEVICE} else "person": []}]
    else:
        operation["security"] = []
        if "requestBody" in operation:
            problems |= _PROVING
    if "{" in path:
        problems |= _PATH
    if "requestBody" in operation or "parameters" in operation:
        problems |= _BODY
        if method != "get":
            problems |= _STALE
    if path == RENEWAL or PERMITS[action] == {Role.DEVICE}:
        _as_device(operation, path, problems)
    operation["x-action"] = action.value
    operation["x-roles"] = roles
    operation["responses"].pop("400", None)
    for status in sorted(problems):
        operation["responses"].setdefault(str(status), _problem(status, problems[status]))


def _as_device(operation: dict[str, Any], path: str, problems: dict[int, str]) -> None:
    problems |= {401: "No valid token, or no fresh proof of the device's key: `DPoP-Nonce` brings a nonce"}
    headers = [PROOF]
    if path in READS:
        headers.append(CONTRACT)
        problems |= {426: "The app speaks a contract that is not told any more; it may still hand in what it holds"}
    operation["parameters"] = [*operation.get("parameters", ()), *headers]


def _binary(kinds: Iterable[str]) -> dict[str, Any]:
    return {"required": True, "content": _files(kinds)}


def _files(kinds: Iterable[str]) -> dict[str, Any]:
    schema = {"type": "string", "format": "binary"}
    return {kind: {"schema": schema} for kind in sorted(kinds)}


def _problem(status: int, description: str) -> dict[str, Any]:
    codes = sorted(code.value for code in ProblemCode if code.status == status)
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": description, "content": {MEDIA_TYPE: {"schema": schema}}, "x-problem-codes": codes}


def _describe(operation: dict[str, Any], method: str, rate: RateClass) -> None:
    """What the framework does not say: a summary in words, what each parameter means, how often one may ask."""
    first = operation["description"].split("\n")[0]
    short = first.split("; ")[0]
    short = short if " " not in short.split(": ")[0] else short.split(": ")[0]
    operation["summary"] = short.rstrip(".")[:LONGEST_SUMMARY]
    for one in operation.get("parameters", ()):
        if not one.get("description") and one["name"] in MEANINGS:
            one["description"] = MEANINGS[one["name"]]
    budget = BUDGETS[rate].caller
    operation["x-rate-class"] = {"name": rate.value, "burst": budget.burst, "per_minute": budget.per_minute}
    scopes = [scope.value for scope in TokenScope if lets_in([scope], Action(operation["x-action"]), method)]
    operation["x-token-scopes"] = sorted(scopes) if operation["security"] == [{"person": []}] else []


def _show(built: dict[str, Any]) -> None:
    """A specimen of every JSON body that is sent or answered, and of every problem."""
    specimens = Specimens(built["components"]["schemas"])
    for operation in (one for methods in built["paths"].values() for one in methods.values()):
        for status, answer in operation["responses"].items():
            for kind, content in answer.get("content", {}).items():
                if kind == MEDIA_TYPE:
                    content["example"] = _problem_specimen(int(status), answer)
                elif kind.endswith(("/json", "+json")) and "schema" in content:
                    content["example"] = specimens.of(content["schema"])
        for kind, content in operation.get("requestBody", {}).get("content", {}).items():
            if kind == "application/json":
                content["example"] = specimens.of(content["schema"])


def _problem_specimen(status: int, answer: dict[str, Any]) -> dict[str, Any]:
    code = ProblemCode(next(iter(answer.get("x-problem-codes", ())), ProblemCode.INTERNAL.value))
    title = text(f"api.problem.{code}")
    told = {"type": code.type, "title": title, "status": status, "detail": title, "code": code.value}
    return told | {"request_id": "01a205eabe80772a8dad8d7d966aaf21"}
