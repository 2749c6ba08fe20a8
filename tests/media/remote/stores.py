"""How the tests speak to an object store, and what they do behind the product's back."""

import obstore

from media.remote import Remote, RemoteSettings

KEY_ID = SECRET = "S3RVER"  # the only key that s3rver knows; moto takes any


def settings_for(address: str, bucket: str, *, prefix: str = "p", **more: object) -> RemoteSettings:
    return RemoteSettings(
        bucket=bucket, prefix=prefix, endpoint=address, region="us-east-1", key_id=KEY_ID, secret=SECRET, **more
    )


def put_behind(remote: Remote, digest: str, data: bytes) -> None:
    """Let other bytes lie there."""
    obstore.put(remote._store, Remote.key(digest), data)


def remove_behind(remote: Remote, digest: str) -> None:
    obstore.delete(remote._store, Remote.key(digest))
