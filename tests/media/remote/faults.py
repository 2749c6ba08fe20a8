"""An object store in trouble: it is not there, answers 500, says nothing, or stops in the middle of a file."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from media.remote import Remote
from tests.media.remote.stores import settings_for

Answer = Callable[[BaseHTTPRequestHandler], None]


def failing(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(500)
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def breaking_off(handler: BaseHTTPRequestHandler) -> None:
    """It promises a hundred bytes, sends ten, and hangs up."""
    handler.send_response(200)
    for name, value in (
        ("Content-Length", "100"),
        ("ETag", '"tag"'),
        ("Last-Modified", "Mon, 02 Mar 2026 01:00:00 GMT"),
    ):
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(b"x" * 10)
    handler.close_connection = True


@contextmanager
def store_that(answer: Answer) -> Iterator[Remote]:
    """An object store that answers everything so."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _any(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", "0")))
            answer(self)

        do_GET = do_PUT = do_HEAD = do_POST = do_DELETE = _any  # noqa: N815  the server's own names

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield remote_at(f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def store_that_says_nothing() -> Iterator[Remote]:
    released = threading.Event()

    def silent(handler: BaseHTTPRequestHandler) -> None:
        released.wait()
        handler.close_connection = True

    with store_that(silent) as remote:
        try:
            yield remote
        finally:
            released.set()


@contextmanager
def no_store() -> Iterator[Remote]:
    # Port 1 of this machine: nobody listens there.
    yield remote_at("http://127.0.0.1:1")


def remote_at(address: str) -> Remote:
    return Remote(settings_for(address, "evidence"), patience=timedelta(milliseconds=200))
