"""The one mapper from whatever went wrong to a problem document (RFC 9457, `application/problem+json`).

Members: `type`, `title`, `status`, `detail`, `code`, `request_id`, and the facts a client needs to recover as further
members (a fact that bears a reserved name is told as `fact_<name>`). Title and detail are in the caller's language.
What is not foreseen is answered with a general text and the request's id; the cause goes to the log, never out.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil
from typing import Any, Final

import structlog
from litestar import Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.serialization import encode_json
from litestar.status_codes import HTTP_401_UNAUTHORIZED, HTTP_500_INTERNAL_SERVER_ERROR

from api.commands import AnyRequest
from api.language import TAGS, Language, preferred
from api.logs import where
from api.observe import request_id
from api.process import process_of
from api.proving import NONCE_HEADER, speaks_to_devices
from inspection.kernel.canonical import JSON
from inspection.kernel.catalogue import text
from inspection.kernel.commits import asks_for_repeat
from inspection.kernel.errors import DomainError
from inspection.kernel.unit_of_work import storage_is_full, store_is_away
from mobile_contract.problems import ProblemCode
from sync.devices.dpop import ALGORITHM

MEDIA_TYPE: Final = "application/problem+json"
RESERVED: Final = frozenset({"type", "title", "status", "detail", "instance", "code", "request_id"})

log: structlog.stdlib.BoundLogger = structlog.get_logger("api")

_BY_STATUS: Final[Mapping[int, tuple[ProblemCode, str]]] = {
    400: (ProblemCode.MALFORMED, "api.unreadable"),
    401: (ProblemCode.UNAUTHENTICATED, "api.unauthenticated"),
    403: (ProblemCode.FORBIDDEN, "api.forbidden"),
    404: (ProblemCode.NOT_FOUND, "api.not_found"),
    405: (ProblemCode.METHOD_NOT_ALLOWED, "api.method_not_allowed"),
    413: (ProblemCode.TOO_LARGE, "api.too_large"),
    415: (ProblemCode.UNSUPPORTED_MEDIA_TYPE, "api.content_type"),
    429: (ProblemCode.TOO_MANY_REQUESTS, "api.too_many_requests"),
    503: (ProblemCode.BUSY, "api.busy"),
}
# RFC 9449 §7.1 and §9; a token that ran out is renewed with a proof.
_DPOP_ERRORS: Final[Mapping[ProblemCode, str]] = {
    ProblemCode.PROOF_REQUIRED: "use_dpop_nonce",
    ProblemCode.PROOF_INVALID: "invalid_dpop_proof",
    ProblemCode.TOKEN_INVALID: "invalid_token",
}
# How the framework tells that a request came without the body its handler takes.
_NO_BODY: Final = [{"key": "data", "message": "'data'", "source": "body"}]
_MISSING: Final = re.compile(r"Missing required (?P<source>\w+) parameter '(?P<name>[^']+)'")


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem before it is put into words."""

    code: ProblemCode
    message_key: str
    facts: Mapping[str, JSON] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def answer_problem(request: AnyRequest, error: Exception) -> Response[bytes]:
    """The problem document for `error`; also logs what is an incident (status 500 and above, but never a refusal)."""
    problem = problem_of(error)
    if problem.code is ProblemCode.INTERNAL:
        _log_incident(error)
    language = preferred(request.headers.get("accept-language"))
    process = process_of(request)
    now = process.clock.now()
    headers = _headers(problem, now, to_device=speaks_to_devices(request.scope))
    if problem.code is ProblemCode.PROOF_REQUIRED:
        headers[NONCE_HEADER] = process.proofs.nonce(now)
    return Response(
        content=encode_json(document(problem, request_id(request.scope), language)),
        status_code=problem.code.status,
        media_type=MEDIA_TYPE,
        headers={**headers, "Content-Language": TAGS[language], "Vary": "Accept-Language"},
    )


def problem_of(error: Exception) -> Problem:
    """Which problem an exception is."""
    if isinstance(error, DomainError):
        return Problem(error.code, error.message_key, error.facts)
    if isinstance(error, ValidationException):
        return Problem(ProblemCode.INVALID, "api.invalid", {"errors": _members(error)})
    if isinstance(error, HTTPException):
        return _of_http(error)
    if asks_for_repeat(error):
        return Problem(ProblemCode.BUSY, "api.busy", {"retry_after": 1})
    if storage_is_full(error):
        return Problem(ProblemCode.STORAGE_FULL, "api.storage_full")
    if store_is_away(error):
        log.error("the store is away", error=type(error).__name__)
        return Problem(ProblemCode.BUSY, "api.busy", {"retry_after": 2})
    return Problem(ProblemCode.INTERNAL, "api.internal")


def document(problem: Problem, identity: str, language: Language) -> dict[str, JSON]:
    """The problem in words, as a JSON object."""
    facts = {**problem.facts, "request_id": identity}
    told = {f"fact_{name}" if name in RESERVED else name: value for name, value in problem.facts.items()}
    return {
        "type": problem.code.type,
        "title": text(f"api.problem.{problem.code}", language),
        "status": problem.code.status,
        "detail": _detail(problem, language, facts),
        "code": problem.code.value,
        "request_id": identity,
        **told,
    }


def _detail(problem: Problem, language: Language, facts: Mapping[str, JSON]) -> str:
    try:
        return text(problem.message_key, language, **facts)
    except (KeyError, ValueError, IndexError, AttributeError):
        # An error must not become a second error because its text is missing: the title says the kind.
        log.warning("message missing", key=problem.message_key, language=language)
        return text(f"api.problem.{problem.code}", language)


def _of_http(error: HTTPException) -> Problem:
    # A client that hangs up is told 500 by the framework; it is no incident, and nobody reads the answer.
    if error.status_code >= HTTP_500_INTERNAL_SERVER_ERROR and error.detail == "client disconnected prematurely":
        return Problem(ProblemCode.MALFORMED, "api.disconnected")
    if known := _BY_STATUS.get(error.status_code):
        headers = {name.title(): value for name, value in (error.headers or {}).items()}
        return Problem(*known, headers=headers)
    if error.status_code >= HTTP_500_INTERNAL_SERVER_ERROR:
        return Problem(ProblemCode.INTERNAL, "api.internal")
    return Problem(ProblemCode.MALFORMED, "api.unreadable")


def _headers(problem: Problem, now: datetime, *, to_device: bool) -> dict[str, str]:
    headers = dict(problem.headers)
    wait, until = problem.facts.get("retry_after"), problem.facts.get("until")
    if isinstance(wait, int):
        headers["Retry-After"] = str(wait)
    elif problem.code is ProblemCode.TOO_MANY_REQUESTS and isinstance(until, str):
        headers["Retry-After"] = str(max(1, ceil((datetime.fromisoformat(until) - now).total_seconds())))
    if problem.code.status == HTTP_401_UNAUTHORIZED:
        proving = problem.code in {ProblemCode.PROOF_REQUIRED, ProblemCode.PROOF_INVALID}
        headers["WWW-Authenticate"] = _challenge(problem.code) if to_device or proving else "Bearer"
    return headers


def _challenge(code: ProblemCode) -> str:
    error = _DPOP_ERRORS.get(code)
    algorithms = f'algs="{ALGORITHM}"'
    return f"DPoP {algorithms}" if error is None else f'DPoP error="{error}", {algorithms}'


def _members(error: ValidationException) -> list[JSON]:
    told = error.extra if isinstance(error.extra, list) else []
    if missing := _MISSING.match(error.detail):
        told = [{"key": missing["name"], "message": "missing", "source": missing["source"]}]
    elif told == _NO_BODY:
        told = [{"key": "", "message": "missing", "source": "body"}]
    return [
        {"at": str(member.get("key", "")), "message": str(member.get("message", "")), "source": _source(member)}
        for member in told
        if isinstance(member, dict)
    ]


def _source(member: Mapping[str, Any]) -> str:
    source = member.get("source", "")
    return str(getattr(source, "value", source))


def _log_incident(error: Exception) -> None:
    # The message of an exception may quote a row or a body: it is logged at debug level only.
    log.error(
        "incident", error=f"{type(error).__module__}.{type(error).__qualname__}", where=where(error.__traceback__)
    )
    log.debug("incident in full", exc_info=error)
