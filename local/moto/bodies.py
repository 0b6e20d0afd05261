"""Object bodies of S3 as files named by their hash, written once, instead of bytes inside the pickle."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import threading
from typing import Any

import moto.s3.models

from replacing import replacing

folder = ""
seen: set[str] = set()
CHUNK = 1 << 20


class Body(tempfile.SpooledTemporaryFile):
    """What moto keeps an object's bytes in; remembers the file that already holds them."""

    stored_as: str | None = None

    def write(self, *args: Any) -> int:
        self.stored_as = None
        return super().write(*args)

    def truncate(self, *args: Any) -> Any:
        self.stored_as = None
        return super().truncate(*args)

    def __reduce__(self) -> Any:
        if self.closed:
            return (Body, ())
        if self.stored_as is None:
            self.stored_as = store(self)
        return (restore, (self.stored_as,))


def store(body: Body) -> str:
    body.seek(0)
    digest = hashlib.sha256()
    while chunk := body.read(CHUNK):
        digest.update(chunk)
    name = digest.hexdigest()
    path = os.path.join(folder, name)
    if not os.path.exists(path):
        body.seek(0)
        with replacing(path) as file:
            shutil.copyfileobj(body, file, CHUNK)
    body.seek(0)
    return name


def restore(name: str) -> Body:
    body = Body(int(os.environ["MOTO_S3_DEFAULT_KEY_BUFFER_SIZE"]))
    with open(os.path.join(folder, name), "rb") as file:
        shutil.copyfileobj(file, body, CHUNK)
    body.stored_as = name
    seen.add(name)
    return body


def install(path: str) -> None:
    """Makes moto keep object bodies in `Body`, with `path` as the folder of their files."""
    global folder
    folder = path
    os.makedirs(path, mode=0o700, exist_ok=True)

    class Replacement:
        SpooledTemporaryFile = Body

        def __getattr__(self, name: str) -> Any:
            return getattr(tempfile, name)

    moto.s3.models.tempfile = Replacement()
    moto.s3.models.FakeKey.__getstate__ = state_of_key
    moto.s3.models.FakeKey.__setstate__ = set_state_of_key


def state_of_key(key: Any) -> dict[str, Any]:
    """moto's own would put the bytes themselves into the pickle."""
    return {name: value for name, value in key.__dict__.items() if name != "lock"}


def set_state_of_key(key: Any, state: dict[str, Any]) -> None:
    key.__dict__.update(state)
    key.lock = threading.Lock()


def remove_unreferenced() -> None:
    """After a load: files of objects that were deleted meanwhile."""
    for name in os.listdir(folder):
        if name not in seen:
            os.unlink(os.path.join(folder, name))
