"""Keeps moto's state in files: one pickle a service, object bodies as files named by their hash.

A pickle holds the attributes of each backend of the service. A reference to a backend, of the same or another service,
is stored as its address (service, account, region) and resolved to the living backend, so that nothing exists twice.
"""

from __future__ import annotations

import io
import json
import os
import pickle
import sys
import threading
import time
import types
from collections import defaultdict
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Iterator

import moto
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from moto.backends import get_backend
from moto.core.base_backend import BaseBackend, BackendDict
from moto.iam.models import AWSManagedPolicy

import bodies
from log_events import Journal
from replacing import replacing

SETTLE_SECONDS = 0.3
RETRY_SECONDS = 2.0
# Changes are refused before the disk is so full that what was acknowledged could not be saved any more.
RESERVE = 32 << 20
# A signing name that differs from the name of moto's backend.
BACKEND_OF = {"monitoring": "cloudwatch", "states": "stepfunctions", "tagging": "resourcegroupstaggingapi", "eventbridge": "events"}
# Services whose requests change another service's state as well.
ALSO = {"s3": ("kms",), "events": ("logs",), "sns": ("sqs",), "secretsmanager": ("kms",), "ssm": ("kms",)}


def restore_key(pem: bytes) -> Any:
    return serialization.load_pem_private_key(pem, password=None)


def restore_function(pickled: bytes) -> Any:
    import dill

    return dill.loads(pickled)


def restore_defaultdict(kind: Any, factory: Any, attributes: dict[str, Any]) -> Any:
    made = kind.__new__(kind)
    defaultdict.__init__(made, factory)
    made.__dict__.update(attributes)
    return made


class Writer(pickle.Pickler):
    def persistent_id(self, value: Any) -> Any:
        if isinstance(value, BaseBackend):
            return ("backend", *address_of(value))
        if isinstance(value, BackendDict):
            return ("backends", value.service_name)
        if isinstance(value, AWSManagedPolicy):
            # 1,582 documents that every start brings anyway.
            return ("managed-policy", value.account_id, value.partition, value.arn)
        return None

    def reducer_override(self, value: Any) -> Any:
        kind = type(value)
        if kind is type(threading.Lock()):
            return (threading.Lock, ())
        if kind is type(threading.RLock()):
            return (threading.RLock, ())
        if kind is threading.Event:
            return (threading.Event, ())
        if isinstance(value, (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey, ed25519.Ed25519PrivateKey)):
            form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
            return (restore_key, (value.private_bytes(*form),))
        if isinstance(value, defaultdict) and kind is not defaultdict:
            # Its own __reduce__ calls the subclass with the factory alone, whatever its __init__ takes.
            arguments = (kind, value.default_factory, dict(value.__dict__))
            return (restore_defaultdict, arguments, None, None, iter(list(value.items())))
        if kind is types.FunctionType and ("<" in value.__qualname__):
            import dill

            return (restore_function, (dill.dumps(value, recurse=True),))
        return NotImplemented


class Reader(pickle.Unpickler):
    def persistent_load(self, address: Any) -> Any:
        kind, service, *rest = address
        if kind == "managed-policy":
            return managed_policy(service, *rest)
        backends = get_backend(service)
        return backends if kind == "backends" else backends[rest[0]][rest[1]]


def address_of(backend: BaseBackend) -> tuple[str, str, str]:
    for service in BackendDict._instances:
        for account, regions in list(service.items()):
            for region, candidate in list(regions.items()):
                if candidate is backend:
                    return (service.service_name, account, region)
    raise pickle.PicklingError(f"{type(backend).__name__} belongs to no service")


@lru_cache(maxsize=None)
def managed_policies(account: str, partition: str) -> dict[str, AWSManagedPolicy]:
    return {policy.arn: policy for policy in get_backend("iam")[account][partition].aws_managed_policies}


def managed_policy(account: str, partition: str, arn: str) -> AWSManagedPolicy:
    return managed_policies(account, partition)[arn]


class StateKeeper:
    """Saves a service shortly after its last change. Requests share a lock that a save takes alone."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        os.makedirs(folder, mode=0o700, exist_ok=True)
        bodies.install(os.path.join(folder, "bodies"))
        self.condition = threading.Condition()
        self.active = 0
        self.saving = False
        self.dirty: dict[str, float] = {}
        self.cost: dict[str, float] = {}
        self.stopped = False
        self.journal = Journal(os.path.join(folder, "log-events.journal"))
        threading.Thread(target=self._run, daemon=True, name="state").start()

    @contextmanager
    def request(self) -> Iterator[None]:
        with self.condition:
            # moto calls itself within a request; only a save must wait, never a nested request.
            while self.saving:
                self.condition.wait()
            self.active += 1
        try:
            yield
        finally:
            with self.condition:
                self.active -= 1
                self.condition.notify_all()

    def changed(self, signing_name: str, operation: str | None) -> None:
        if operation == "PutLogEvents" and not self.journal.is_long():
            return
        service = BACKEND_OF.get(signing_name, signing_name)
        with self.condition:
            for name in (service, *ALSO.get(service, ())):
                self.dirty[name] = time.monotonic()
            self.condition.notify_all()

    def load(self) -> None:
        self._check_version()
        for entry in sorted(os.listdir(self.folder)):
            service, extension = os.path.splitext(entry)
            if extension != ".pickle":
                continue
            with open(os.path.join(self.folder, entry), "rb") as file:
                saved = Reader(file).load()
            backends = get_backend(service)
            for account, regions in saved.items():
                for region, attributes in regions.items():
                    backend = backends[account][region]
                    backend.__dict__.clear()
                    backend.__dict__.update(attributes)
        bodies.remove_unreferenced()
        self.journal.replay()
        self.journal.install()

    def save_all(self) -> None:
        with self.condition:
            self.stopped = True
        with self._alone():
            for service in sorted(self._loaded()):
                self._try_to_save(service)

    def _run(self) -> None:
        while True:
            with self.condition:
                if self.stopped:
                    return
                now = time.monotonic()
                # A service that is slow to save (many log events) is saved less often.
                due = {s: t + max(SETTLE_SECONDS, 10 * self.cost.get(s, 0)) for s, t in self.dirty.items()}
                ready = [s for s, t in due.items() if t <= now]
                if not ready:
                    self.condition.wait(min(due.values()) - now if due else None)
                    continue
                for service in ready:
                    del self.dirty[service]
            with self._alone():
                for service in ready:
                    if service in self._loaded() and not self._try_to_save(service):
                        self._again(service)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with self.condition:
            while self.saving:
                self.condition.wait()
            self.saving = True
            while self.active:
                self.condition.wait()
        try:
            yield
        finally:
            with self.condition:
                self.saving = False
                self.condition.notify_all()

    def _loaded(self) -> dict[str, BackendDict[Any]]:
        return {backends.service_name: backends for backends in BackendDict._instances}

    def has_room(self, size: int) -> bool:
        """Whether a change of this many bytes can be kept, in memory and on the disk: what is acknowledged must be."""
        disk = os.statvfs(self.folder)
        return disk.f_bavail * disk.f_frsize > RESERVE + 2 * size

    def _try_to_save(self, service: str) -> bool:
        """A state that cannot be written stays in memory; the file keeps the state before."""
        try:
            self._save(service)
            return True
        except Exception as error:
            try:
                print(f"The state of {service} was not saved: {error}", file=sys.stderr, flush=True)
            except OSError:
                pass  # The log is on the same disk.
            return not isinstance(error, OSError)

    def _again(self, service: str) -> None:
        with self.condition:
            self.dirty.setdefault(service, time.monotonic() + RETRY_SECONDS)

    def _save(self, service: str) -> None:
        started = time.monotonic()
        backends = self._loaded()[service]
        state = {account: {region: dict(b.__dict__) for region, b in regions.items()} for account, regions in backends.items()}
        buffer = io.BytesIO()
        Writer(buffer, protocol=5).dump(state)
        with replacing(os.path.join(self.folder, f"{service}.pickle")) as file:
            file.write(buffer.getvalue())
        if service == "logs":
            self.journal.empty()
        self.cost[service] = time.monotonic() - started

    def _check_version(self) -> None:
        """Pickles of one version of moto mean nothing to another one."""
        path = os.path.join(self.folder, "version.json")
        if os.path.exists(path):
            with open(path) as file:
                written = json.load(file)["moto"]
            if written != moto.__version__:
                raise SystemExit(f"The state in {self.folder} was written by moto {written}, this is {moto.__version__}: remove that folder.")
        else:
            with replacing(path) as file:
                file.write(json.dumps({"moto": moto.__version__}).encode())
