"""The walls around the decoder: a worker may die, hang, lie or run out of memory, and the service goes on."""

import asyncio
import json
import resource
import sys
from pathlib import Path

import pytest
from PIL import Image

from media.boxes import Box
from media.files import hash_file
from media.findings import ImageFinding, Look
from media.image_workers import ImageWorkers, _Worker
from media.walls import _MACHINES, _steps, confine
from tests.media.pictures import HEIC, encoded, jpeg, png_header_of
from tests.media.requests import sha256

PREAMBLE = "import sys, os\nout = os.fdopen(1, 'wb', 0)\nout.write(b'ready\\n')\n"


def worker_that(does: str) -> tuple[str, ...]:
    """A stand-in for the worker program: answers "ready", then runs `does` for every request."""
    body = "\n".join(f"    {line}" for line in does.splitlines())
    return (sys.executable, "-I", "-c", f"{PREAMBLE}for line in sys.stdin:\n{body}\n")


def told(**change: object) -> str:
    """What an honest worker says, but for `change`."""
    numbers = {"width": 1, "height": 1, "frames": 1, "orientation": 1, "trailing": 0}
    facts = {"format": "JPEG", **numbers, "findings": [], "claimed": {}}
    return json.dumps({"facts": facts | change, "copies": []})


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo"
    path.write_bytes(jpeg(640, 480))
    return path


async def looks(workers: ImageWorkers, *paths: Path) -> list[Look]:
    try:
        return await asyncio.gather(*(workers.look(path) for path in paths))
    finally:
        await workers.close()


async def test_real_workers_look_at_many_images_at_once(tmp_path: Path) -> None:
    paths = []
    for number in range(8):
        paths.append(tmp_path / f"photo {number}")
        paths[-1].write_bytes(jpeg(400 + number, 300))
    seen = await looks(ImageWorkers(), *paths)
    assert [look.width for look in seen] == [400 + number for number in range(8)]
    assert all(look.findings == () and [copy.name for copy in look.copies] == ["preview", "thumb"] for look in seen)


async def test_an_image_that_needs_more_memory_than_allowed_is_a_finding(tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(encoded(Image.new("RGB", (7000, 7000)), "PNG", compress_level=1))
    (seen,) = await looks(ImageWorkers(memory=160 * 1024 * 1024), path)
    assert seen.findings in {(ImageFinding.TOO_MUCH_MEMORY,), (ImageFinding.DECODER_DIED,)}
    assert seen.copies == ()


async def test_the_largest_allowed_image_fits_into_a_worker(tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(encoded(Image.new("RGB", (10_000, 5_990)), "PNG", compress_level=1))
    (seen,) = await looks(ImageWorkers(), path)
    assert (seen.findings, len(seen.copies)) == ((), 2)


async def test_a_decoder_that_dies_is_a_finding_of_that_image_only(photo: Path, tmp_path: Path) -> None:
    deadly = tmp_path / "deadly"
    deadly.write_bytes(b"x")
    answer = told()
    command = worker_that(f"if 'deadly' in line: os._exit(139)\nout.write(b'''{answer}\n''')")
    workers = ImageWorkers(command=command)
    assert (await workers.look(photo)).findings == ()
    assert (await workers.look(deadly)).findings == (ImageFinding.DECODER_DIED,)
    assert (await workers.look(photo)).findings == ()
    await workers.close()


async def test_a_worker_that_died_meanwhile_is_replaced_and_the_image_not_blamed(photo: Path) -> None:
    workers = ImageWorkers()
    assert (await workers.look(photo)).findings == ()
    (idle,) = workers._idle
    idle.process.kill()
    await idle.process.wait()
    assert (await workers.look(photo)).findings == ()
    await workers.close()


async def test_a_decoder_that_hangs_is_killed_and_told(photo: Path) -> None:
    workers = ImageWorkers(command=worker_that("import time; time.sleep(1000)"), seconds=0.3)
    (seen,) = await looks(workers, photo)
    assert seen.findings == (ImageFinding.TOO_SLOW,)
    assert workers._idle == []


@pytest.mark.parametrize(
    "answer",
    [
        "garbage",
        "[]",
        "{}",
        '{"facts": {}, "copies": []}',
        told(format="EXE"),
        told(width=-1),
        told(width=1.5),
        told(height=True),
        told(findings=["nice"]),
        told(findings=["not-shown"] * 100),
        told(claimed={"lat_e7": 9 * 10**9}),
        told(claimed={"lat_e7": True}),
        told(claimed={"make": "\u202egnp"}),
        told(claimed={"make": "x" * 65}),
        told(claimed={"note": "x"}),
        told(claimed=[]),
        '{"facts": {}, "copies": [{"name": "../../evil", "width": 1, "height": 1, "length": 1}]}',
        '{"facts": {}, "copies": [{"name": "thumb", "width": 1, "height": 1, "length": 99999999999}]}',
        '{"facts": {}, "copies": [{"name": "thumb", "width": 1, "height": 1, "length": -5}]}',
    ],
)
async def test_a_worker_that_lies_is_not_believed(photo: Path, answer: str) -> None:
    workers = ImageWorkers(command=worker_that(f"out.write({answer.encode()!r} + b'\\n')"))
    (seen,) = await looks(workers, photo)
    assert seen == Look(findings=(ImageFinding.DECODER_DIED,))


@pytest.mark.parametrize(("tail", "copies"), [(b"", 1), (b"SECRET", 0)])
async def test_a_worker_that_adds_something_to_a_picture_is_not_believed(photo: Path, tail: bytes, copies: int) -> None:
    data = encoded(Image.new("RGB", (4, 3)), "JPEG") + tail
    copy = {"name": "public", "width": 4, "height": 3, "length": len(data)}
    head = json.dumps(json.loads(told()) | {"copies": [copy]}).encode() + b"\n"
    workers = ImageWorkers(command=worker_that(f"out.write({head + data!r})"))
    seen = await workers.redact(photo, [])
    await workers.close()
    assert len(seen.copies) == copies
    assert seen.findings == (() if copies else (ImageFinding.DECODER_DIED,))


async def test_a_public_copy_is_made_by_a_worker_that_has_seen_nothing_else(photo: Path) -> None:
    workers = ImageWorkers()
    await workers.look(photo)
    (before,) = workers._idle
    made, again = await asyncio.gather(workers.redact(photo, []), workers.redact(photo, [Box(0, 0, 9, 9)]))
    assert workers._idle == [before]
    assert before.asked == 1
    assert made.copies[0].data != again.copies[0].data
    await workers.close()


async def test_a_worker_that_never_ends_its_line_is_stopped(photo: Path) -> None:
    workers = ImageWorkers(command=worker_that("while True: out.write(b'x' * 100_000)"))
    (seen,) = await looks(workers, photo)
    assert seen == Look(findings=(ImageFinding.DECODER_DIED,))


async def test_a_worker_that_cannot_start_says_nothing_about_the_image(photo: Path) -> None:
    workers = ImageWorkers(command=(sys.executable, "-I", "-c", "raise SystemExit(1)"))
    with pytest.raises(RuntimeError, match="does not start"):
        await looks(workers, photo)


BREAK_OUT = """
from media.walls import confine
from media.image_worker import reply
from media.findings import Look
import pathlib, socket, threading
confine(400_000_000)
def can(does):
    try:
        does()
    except OSError:
        return 0
    return 1
def threads():
    thread = threading.Thread(target=int)
    thread.start()
    thread.join()
"""


_SIZE_OF_HEIC = HEIC.index(b"ispe") + 8
EVIL = (
    (b"", ImageFinding.NOT_AN_IMAGE),
    (b"%PDF-1.7", ImageFinding.NOT_AN_IMAGE),
    (png_header_of(60_000, 60_000), ImageFinding.TOO_MANY_PIXELS),
    (png_header_of(7_000, 7_000), ImageFinding.UNREADABLE),
    (jpeg(640, 480)[:3_000], ImageFinding.UNREADABLE),
    (HEIC[:-30], ImageFinding.UNREADABLE),
    (HEIC[:_SIZE_OF_HEIC] + b"\x00\x00\x4e\x20" * 2 + HEIC[_SIZE_OF_HEIC + 8 :], ImageFinding.TOO_MANY_PIXELS),
    (b"RIFF\xff\xff\xff\xffWEBPVP8 \xff\xff\xff\xff", ImageFinding.UNREADABLE),
)

ALLOWED = ("threads", "lambda: open(PHOTO, 'rb').read()")  # a thread is what the decoder of HEIC needs
FORBIDDEN = (
    "lambda: open(PHOTO, 'wb')",
    "lambda: open(PHOTO, 'r+b').write(b'x')",
    "lambda: os.truncate(PHOTO, 1)",
    "lambda: open(PHOTO + '2', 'xb')",
    "lambda: os.unlink(PHOTO)",
    "lambda: os.rename(PHOTO, PHOTO + '2')",
    "lambda: os.link(PHOTO, PHOTO + '2')",
    "lambda: os.symlink(PHOTO, PHOTO + '2')",
    "lambda: os.chmod(PHOTO, 0o777)",
    "lambda: os.mkdir(PHOTO + '2')",
    "os.fork",
    "lambda: os.execv(sys.executable, [sys.executable])",
    "lambda: os.kill(os.getppid(), 0)",
    "socket.socket",
    "socket.socketpair",
)


async def test_a_worker_cannot_break_out(photo: Path) -> None:
    """The program is the real one up to `confine`; then it tries what it may and what it must not."""
    before = sha256(jpeg(640, 480))
    tries = [*ALLOWED, *FORBIDDEN]
    tried = f"sum(can(one) << at for at, one in enumerate([{', '.join(f'({one})' for one in tries)}]))"
    does = f"PHOTO = {str(photo)!r}\n{BREAK_OUT}\nout.write(reply(Look(format='PNG', width={tried})))"
    (seen,) = await looks(ImageWorkers(command=worker_that(does)), photo)
    assert seen.findings == ()
    assert [one for at, one in enumerate(tries) if seen.width >> at & 1] == [*ALLOWED]
    assert [(path.name, hash_file(path)) for path in photo.parent.glob("*")] == [(photo.name, before)]


async def test_a_worker_has_no_environment(photo: Path) -> None:
    does = (
        "from media.image_worker import reply\n"
        "from media.findings import Look\n"
        "out.write(reply(Look(format='PNG', width=len(os.environ.keys() - {'LC_CTYPE'}))))"
    )
    (seen,) = await looks(ImageWorkers(command=worker_that(does)), photo)
    assert (seen.format, seen.width) == ("PNG", 0)


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_walls_of_every_machine_name_each_call_once(machine: str) -> None:
    told = _MACHINES[machine]
    numbers = [*told.unknown, *told.refused, *told.opens, told.clone]
    assert len(numbers) == len(set(numbers))
    steps = list(_steps(told))
    assert all(len(step) == 8 for step in steps)
    assert len(steps) < 255  # no jump is longer, and the kernel takes 4,096


def test_where_the_kernel_has_no_filter_a_limit_on_processes_stands_in(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = []
    monkeypatch.setattr("media.walls.platform.machine", lambda: "riscv64")
    monkeypatch.setattr("media.walls.resource.setrlimit", lambda what, to: limits.append((what, to)))
    confine(1_000)
    assert (resource.RLIMIT_NPROC, (0, 0)) in limits
    assert (resource.RLIMIT_AS, (1_000, 1_000)) in limits


async def test_whatever_comes_the_next_photo_is_shown(tmp_path: Path) -> None:
    """One pool, one bad file after another, a good one after each: nothing of it is more than a finding."""
    workers = ImageWorkers(size=1)
    good = tmp_path / "good"
    good.write_bytes(jpeg(40, 30))
    for number, (data, finding) in enumerate(EVIL):
        path = tmp_path / str(number)
        path.write_bytes(data)
        seen = await workers.look(path, "image/jpeg")
        assert (finding in seen.findings, seen.copies) == (True, ())
        assert len((await workers.look(good, "image/jpeg")).copies) == 2
    (worker,) = workers._idle
    assert worker.asked == 2 * len(EVIL)  # not one of them cost the worker its life
    await workers.close()


async def test_heic_is_decoded_inside_of_the_walls(tmp_path: Path) -> None:
    path = tmp_path / "photo"
    path.write_bytes(HEIC)
    (seen,) = await looks(ImageWorkers(), path)
    assert (seen.format, seen.findings, len(seen.copies)) == ("HEIF", (), 2)


async def test_a_cancelled_look_leaves_no_worker_behind(photo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, started = asyncio.Event(), []

    async def ask(worker: _Worker, _: object) -> Look:
        started.append(worker)
        asked.set()
        await asyncio.Event().wait()
        return Look()

    monkeypatch.setattr(_Worker, "go", ask)
    workers = ImageWorkers()
    asking = asyncio.create_task(workers.look(photo))
    await asked.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert workers._idle == []
    assert [worker.process.returncode for worker in started] == [-9]


async def test_a_worker_is_replaced_after_its_share_of_images(photo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("media.image_workers.IMAGES_A_WORKER", 2)
    workers = ImageWorkers(size=1)
    pids = []
    for _ in range(4):
        await workers.look(photo)
        pids += [worker.process.pid for worker in workers._idle]
    await workers.close()
    assert len(pids) == len(set(pids)) == 2
