"""How much one device may have open, so that a broken or a stolen one cannot fill the disk for the others."""

from inspection.kernel.errors import Refused
from media import store
from media.limits import Limits
from media.store import UploadRow
from mobile_contract.problems import ProblemCode

RETRY_AFTER_S = 60


async def check_quota(limits: Limits, upload: UploadRow) -> None:
    """Refuse an upload, just begun in this unit of work, with which its owner has too many, or too large ones, open.

    What counts are the bytes that were declared: the room is promised from then on.

    Raises:
        Refused: 503, because clients in the field repeat that and give up on 413 and 507.
    """
    uploads, size = await store.running_of(upload.owner, deferred=limits.of(upload.mime))
    if uploads > limits.open_uploads or size > limits.staged:
        raise Refused(
            ProblemCode.UPLOAD_QUOTA,
            "media.quota",
            uploads=limits.open_uploads,
            bytes=limits.staged,
            retry_after=RETRY_AFTER_S,
        )
