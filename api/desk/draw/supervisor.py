"""What a supervisor and the heads do with a draw before and after the ceremony: commitments, the secrets, the word on
them, the end, the key, a firm's own code.
"""

from uuid import UUID

from litestar import Response, post
from litestar.params import FromPath

from api.commands import AnyRequest, command
from api.desk.draw.steps import step
from api.desk.draw.working import draw_page
from api.desk.forms import Form, acted, filled
from api.office.draw_bodies import Commitment, KeyReturned, ObjectAsked, Verified
from api.office.draws import my_draw
from api.permits import Action
from api.zipped import zipped
from inspection.draw.close_draw import close_draw
from inspection.draw.contribute import commit_contribution
from inspection.draw.supervision.key_custody import return_key, reveal_frame
from inspection.draw.supervision.verify_draw import verify_draw
from inspection.draw.told.disclose import bundle
from inspection.draw.told.prove_object import object_code


@post("/desk/draws/{draw_id:uuid}/commitments", opt={"action": Action.DRAW_COMMIT})
async def commit(request: AnyRequest, draw_id: FromPath[UUID]) -> Response[bytes]:
    """Bind a supervisor's value before the freeze."""

    async def do(form: Form) -> None:
        told = filled(form, Commitment)
        bound = bytes.fromhex(told.commitment)
        await commit_contribution(command(request), draw_id=draw_id, name=told.name, commitment=bound)

    return await step(request, draw_id, "committed", do)


@post("/desk/draws/{draw_id:uuid}/secrets", opt={"action": Action.DRAW_READ_SECRETS, "uncompressed": True})
async def read_secrets(request: AnyRequest, draw_id: FromPath[UUID]) -> Response[bytes]:
    """The bundle with frame, lists and teams, for a supervisor under secrecy; reading it is journalled."""
    await my_draw(request, draw_id)

    async def do(_: Form) -> Response[bytes]:
        files = await bundle(command(request), draw_id=draw_id, full=True)
        return unkept(await zipped(files, f"draw-{draw_id}-secret.zip"))

    return await acted(request, do, lambda: draw_page(request, draw_id))


@post("/desk/draws/{draw_id:uuid}/frame", opt={"action": Action.DRAW_REVEAL, "uncompressed": True})
async def reveal_all(request: AnyRequest, draw_id: FromPath[UUID]) -> Response[bytes]:
    """Key and frame of a closed draw in which all objects weighed the same, to be published beside the bundle."""
    await my_draw(request, draw_id)

    async def do(_: Form) -> Response[bytes]:
        files = await reveal_frame(command(request), draw_id=draw_id)
        return unkept(await zipped(files, f"draw-{draw_id}-frame.zip"))

    return await acted(request, do, lambda: draw_page(request, draw_id))


@post("/desk/draws/{draw_id:uuid}/verified", opt={"action": Action.DRAW_VERIFY})
async def sign_verified(request: AnyRequest, draw_id: FromPath[UUID]) -> Response[bytes]:
    """The supervisor signs for the draw, after having run the verifier over its secrets."""

    async def do(form: Form) -> None:
        told = filled(form, Verified)
        await verify_draw(command(request), draw_id=draw_id, version=told.version, good=told.good)

    return await step(request, draw_id, "verified", do)


@post("/desk/draws/{draw_id:uuid}/close", opt={"action": Action.DRAW_CLOSE})
async def close(request: AnyRequest, draw_id: FromPath[UUID]) -> Response[bytes]:
    """Close a draw whose tasks have ended."""
    return await step(request, draw_id, "closed", lambda _: close_draw(command(request), draw_id=draw_id))


@post("/desk/draws/{draw_id:uuid}/key-return", opt={"action": Action.DRAW_RETURN_KEY})
async def give_key_back(request: AnyRequest, draw_id: FromPath[UUID]) -> Response[bytes]:
    """The supervisor brings the key of a closed draw back."""

    async def do(form: Form) -> None:
        await return_key(command(request), draw_id=draw_id, key=bytes.fromhex(filled(form, KeyReturned).key))

    return await step(request, draw_id, "key_returned", do)


@post("/desk/draws/{draw_id:uuid}/object-codes", opt={"action": Action.DRAW_OBJECT_CODE})
async def give_code(request: AnyRequest, draw_id: FromPath[UUID]) -> Response[bytes]:
    """The code by which a firm sees its own ticket; it is shown once, and asking is journalled."""
    await my_draw(request, draw_id)

    async def do(form: Form) -> Response[bytes]:
        code = await object_code(command(request), draw_id=draw_id, oid=filled(form, ObjectAsked).oid)
        return await draw_page(request, draw_id, code=code)

    return await acted(request, do, lambda: draw_page(request, draw_id))


def unkept(file: Response[bytes]) -> Response[bytes]:
    """A file that no cache keeps."""
    file.headers["Cache-Control"] = "no-store"
    return file


HANDLERS = (commit, read_secrets, reveal_all, sign_verified, close, give_key_back, give_code)
