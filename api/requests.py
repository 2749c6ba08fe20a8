"""How a body is read: strict JSON only, then the model of `mobile_contract` or of the office, strictly.

The framework's own decoder takes duplicate keys, floats and integers beyond 2^53, and runs out of stack on deep
nesting; two readers of one body must never see two things, and hostile JSON must never become a 500.
"""

import json
from collections.abc import AsyncGenerator, Sequence
from typing import Any

from litestar import Request
from litestar.config.app import AppConfig
from litestar.datastructures import FormMultiDict, UploadFile
from litestar.plugins import InitPlugin, PluginProtocol
from litestar.plugins.pydantic import PydanticInitPlugin, PydanticSchemaPlugin
from pydantic import ValidationError

from api.ratios import RatioSchema
from inspection.kernel.errors import Invalid
from mobile_contract.base import Wire
from mobile_contract.problems import ProblemCode
from mobile_contract.strict_json import MalformedJsonError, parse_strict


class StrictRequest(Request[Any, Any, Any]):
    """A request whose JSON is read by the strict reader of the contract, and whose body can be read anew."""

    _passed_by = False
    """Whether pieces of the body went by that nobody has kept."""
    _files: Sequence[UploadFile] = ()

    @property
    def can_rewind(self) -> bool:
        """Whether all that was read of the body so far can be read again."""
        return not self._passed_by and not any(one.file.closed for one in self._files)

    async def rewind(self) -> None:
        """Let the body be read again from its beginning."""
        for one in self._files:
            await one.seek(0)

    async def stream(self) -> AsyncGenerator[bytes, None]:
        """The body in pieces, as they come: whoever takes them so has them once."""
        self._passed_by = True
        async for piece in super().stream():
            yield piece

    async def body(self) -> bytes:
        """The whole body, kept to the end of the request."""
        whole = await super().body()
        self._passed_by = False
        return whole

    async def form(self) -> FormMultiDict:
        """The form of the body, kept to the end of the request; large files on the disk."""
        told = await super().form()
        self._passed_by = False
        self._files = [one for _, one in told.multi_items() if isinstance(one, UploadFile)]
        return told

    async def json(self) -> Any:
        """The value of the body.

        Raises:
            Invalid: not announced as JSON (`unsupported-media-type`), or not strict JSON (`malformed`).
        """
        announced = self.headers.get("content-type", "").split(";")[0].strip().lower()
        if announced != "application/json" and not announced.endswith("+json"):
            raise Invalid(ProblemCode.UNSUPPORTED_MEDIA_TYPE, "api.content_type")
        try:
            return parse_strict(await self.body())
        except MalformedJsonError as error:
            raise Invalid(ProblemCode.MALFORMED, "api.malformed", reason=str(error)) from error


def decode_wire(model: type[Wire], value: Any) -> Wire:
    """The strictly validated model of a parsed body: a text never becomes a number, ids and days are texts.

    Raises:
        Invalid: with every member that is not as required in `errors`; never with what was sent.
    """
    try:
        return model.model_validate_json(json.dumps(value))
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        members = [
            {"at": ".".join(str(part) for part in one["loc"]), "message": one["msg"], "source": "body"} for one in found
        ]
        raise Invalid(ProblemCode.INVALID, "api.invalid", errors=members) from error


class StrictBodies(InitPlugin):
    """Lets `decode_wire` read every model of ours. A plugin, because the framework's own decoder would come first."""

    def on_app_init(self, app_config: AppConfig) -> AppConfig:
        app_config.type_decoders = [(is_wire, decode_wire), *(app_config.type_decoders or [])]
        return app_config


def model_plugins() -> list[PluginProtocol]:
    """How models are read, written and described; for every application that is made of our routes.

    Litestar keeps a model's decoder on the model itself: an application without these plugins, even one that only
    describes the routes, would change how the serving one reads them.
    """
    return [
        PydanticInitPlugin(prefer_alias=True),
        PydanticSchemaPlugin(prefer_alias=True),
        StrictBodies(),
        RatioSchema(),
    ]


def is_wire(kind: Any) -> bool:
    """Whether a handler's parameter is a model of ours."""
    return isinstance(kind, type) and issubclass(kind, Wire)
