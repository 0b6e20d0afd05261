"""moto's server with memory: what a mutating request leaves behind is on disk a moment later and there again at the next start.

Run by the local environment with the account in MOTO_ACCOUNT_ID; prints one JSON line with the port when it answers.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import signal
import sys
import threading
from typing import Any, Callable, Iterable
from urllib.parse import parse_qs

os.environ.setdefault("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
os.environ.setdefault("MOTO_S3_DEFAULT_KEY_BUFFER_SIZE", str(1 << 20))
# The gateway answers who calls and whether they may; moto's own idea of that would only get in the way.
os.environ.setdefault("INITIAL_NO_AUTH_ACTION_COUNT", "inf")

from moto.backends import get_backend  # noqa: E402
from moto.events.utils import EventTemplateParser  # noqa: E402
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app  # noqa: E402
from moto.iam.access_control import PermissionResult  # noqa: E402
from moto.s3.models import FakeBucket  # noqa: E402
from werkzeug.serving import make_server  # noqa: E402

from state import StateKeeper  # noqa: E402

# moto reads bucket policies without their conditions: a Deny of plain HTTP would deny everything. The gateway decides.
FakeBucket.get_permission = lambda self, action, resource: PermissionResult.PERMITTED

transform_event = EventTemplateParser.parse


def event_for_target(input_template: str | None, input_paths_map: dict[str, Any], event: dict[str, Any]) -> dict[str, Any]:
    """A target without an input transformer gets the event as it is; moto's own template for it loses the account."""
    if input_template:
        return transform_event(input_template, input_paths_map, event)
    return {name: value for name, value in event.items() if name != "ingestion-time"}


EventTemplateParser.parse = staticmethod(event_for_target)

Start = Callable[..., Any]
NOT_SERVICES = ("/moto-api", "/latest/meta-data/", "/latest/api/", "/favicon.ico", "/v20180820/")
READS = ("Describe", "List", "Get", "Head", "Search", "Lookup", "Filter", "Select", "BatchGet")


def operation_of(environ: dict[str, Any], body: bytes | None) -> str | None:
    """Name of the operation where the protocol says it outside the path; None for REST protocols."""
    target = environ.get("HTTP_X_AMZ_TARGET")
    if target:
        return target.rsplit(".", 1)[-1]
    if body is not None and body[:200].find(b"Action=") >= 0:
        return parse_qs(body.decode("utf-8", "replace")).get("Action", [""])[0]
    return None


def service_of(environ: dict[str, Any]) -> str | None:
    """Service in the credential scope of the Authorization header, which the gateway always sends."""
    parts = environ.get("HTTP_AUTHORIZATION", "").split("/")
    return parts[3] if len(parts) > 4 else None


def may_change_state(environ: dict[str, Any], operation: str | None) -> bool:
    if operation is None:
        return environ.get("REQUEST_METHOD") not in ("GET", "HEAD")
    return not operation.startswith(READS)


def may_free_room(environ: dict[str, Any], operation: str | None) -> bool:
    return environ.get("REQUEST_METHOD") == "DELETE" or (operation or "").startswith("Delete")


def create_application(service: str) -> Any:
    """moto's application of a service; what moto lacks is told apart from what fails."""
    application = create_backend_app(service)
    application.register_error_handler(NotImplementedError, lambda error: (f"moto lacks this operation: {error}", 501))
    return application


class Application:
    """WSGI application: moto between a request counter and the state keeper."""

    def __init__(self, keeper: StateKeeper) -> None:
        self.moto = DomainDispatcherApplication(create_application)
        self.keeper = keeper

    def __call__(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        # moto's own controls (one of them forgets everything) and what it tells other services by their path.
        if environ.get("PATH_INFO", "").startswith(NOT_SERVICES):
            start_response("404 Not Found", [("Content-Type", "text/plain"), ("Content-Length", "0")])
            return [b""]
        # Links in answers must lead back to the gateway, which speaks TLS.
        environ["wsgi.url_scheme"] = "https"
        body = None
        if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            environ["wsgi.input"] = io.BytesIO(body)
        operation = operation_of(environ, body)
        service = service_of(environ)
        changes = service is not None and may_change_state(environ, operation)
        if changes and not may_free_room(environ, operation) and not self.keeper.has_room(int(environ.get("CONTENT_LENGTH") or 0)):
            start_response("507 Insufficient Storage", [("Content-Type", "text/plain"), ("Content-Length", "0"), ("Connection", "close")])
            return [b""]
        with self.keeper.request():
            answer = self.moto(environ, start_response)
            # A generator would run after the lock is gone.
            answer = answer if isinstance(answer, (list, tuple)) else list(answer)
        if changes:
            self.keeper.changed(service, operation)
        return answer


def load_services() -> None:
    """Imports what the first requests would otherwise wait for (EC2 alone takes a second)."""
    for service in ("ec2", "kms", "ssm", "logs", "s3", "events", "secretsmanager"):
        get_backend(service)
        create_application(service)


class QuietHandler(MotoRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_request(self, *args: Any) -> None:
        """Requests carry keys and tokens in headers and query strings; the gateway logs what matters."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--state", required=True, help="folder of the state files")
    args = parser.parse_args()

    keeper = StateKeeper(args.state)
    keeper.load()
    server = make_server("127.0.0.1", args.port, Application(keeper), threaded=True, request_handler=QuietHandler)

    def stop(*_: Any) -> None:
        # shutdown() waits for the serving loop, so it may not run in the thread that serves.
        threading.Thread(target=server.shutdown, daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    print(json.dumps({"ready": True, "port": server.server_port}), flush=True)
    threading.Thread(target=load_services, daemon=True).start()
    server.serve_forever()
    keeper.save_all()
    sys.stdout.flush()
    # Threads of open keep-alive connections would hold the process.
    os._exit(0)


if __name__ == "__main__":
    main()
