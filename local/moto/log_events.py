"""What moto's CloudWatch Logs lacks: events that survive a kill, and FilterLogEvents by the prefix of a stream's name.

Events come many times a second while jobs run, so they are not saved with the other state each time: an acknowledged
PutLogEvents is one line appended to a journal, which the next start reads again and a save of the service empties.
"""

from __future__ import annotations

import errno
import json
import os
import threading
from typing import Any

from moto.backends import get_backend
from moto.logs.exceptions import InvalidParameterException
from moto.logs.models import LogEvent, LogsBackend, LogStream
from moto.logs.responses import LogsResponse

COMPACT_BYTES = 4 << 20

_put = LogsBackend.put_log_events
_filter = LogsResponse.filter_log_events


class Journal:
    """Appends reach the kernel before the request is answered: a killed process loses none of them."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.lock = threading.Lock()
        self.file: Any = None

    def install(self) -> None:
        journal = self

        def put_log_events(self: LogsBackend, log_group_name: str, log_stream_name: str, log_events: list[dict[str, Any]]) -> Any:
            # One at a time: `start` counts the events before these.
            with journal.lock:
                stream = stream_of(self, log_group_name, log_stream_name)
                start = len(stream.events) if stream else 0
                answer = _put(self, log_group_name, log_stream_name, log_events)
                if stream is not None:
                    journal.append((self.account_id, self.region_name, log_group_name, log_stream_name, start), stream.events[start:])
                return answer

        LogsBackend.put_log_events = put_log_events

    def append(self, address: tuple[str, str, str, str, int], events: list[LogEvent]) -> None:
        if self.file is None:
            self.file = open(self.path, "ab", buffering=0)
        line = [*address, [(event.ingestion_time, event.timestamp, event.message) for event in events]]
        record = json.dumps(line).encode() + b"\n"
        end = os.fstat(self.file.fileno()).st_size
        if self.file.write(record) != len(record):
            self.file.truncate(end)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), self.path)

    def is_long(self) -> bool:
        return self.file is not None and self.file.tell() > COMPACT_BYTES

    def replay(self) -> None:
        """Adds the events that the saved state lacks; run once, after that was loaded."""
        number_on()
        if not os.path.exists(self.path):
            return
        with open(self.path, "r+b") as file:
            whole = 0
            for line in file:
                # The last line of a killed process, or of a full disk, may be a part, of a request that was not acknowledged.
                if line.endswith(b"\n"):
                    self._restore(*json.loads(line))
                    whole += len(line)
            # The next line must not be written behind that part.
            file.truncate(whole)

    def empty(self) -> None:
        """Run when the state that holds its events is saved."""
        if self.file is not None:
            self.file.close()
            self.file = None
        if os.path.exists(self.path):
            os.unlink(self.path)

    def _restore(self, account: str, region: str, group: str, name: str, start: int, events: list[tuple[int, int, str]]) -> None:
        backend = get_backend("logs")[account][region]
        if group not in backend.groups:
            return
        if name not in backend.groups[group].streams:
            # Made, and filled, after the last save.
            backend.create_log_stream(group, name)
        stream = backend.groups[group].streams[name]
        for ingested, timestamp, message in events[max(0, len(stream.events) - start) :]:
            stream.events.append(LogEvent(ingested, {"timestamp": timestamp, "message": message}))
            stream.stored_bytes += len(message)


def stream_of(backend: LogsBackend, group: str, name: str) -> LogStream | None:
    return backend.groups[group].streams.get(name) if group in backend.groups else None


def number_on() -> None:
    """moto counts events from 0 in each process, and a page's token is the number of its last event."""
    groups = [group for regions in get_backend("logs").values() for backend in regions.values() for group in backend.groups.values()]
    numbers = (event.event_id for group in groups for stream in group.streams.values() for event in stream.events)
    LogEvent._event_id = max(numbers, default=-1) + 1


def filter_log_events(self: LogsResponse) -> str:
    """moto leaves `logStreamNamePrefix` out of account and searches all streams of the group."""
    body = json.loads(self.body)
    prefix, names = body.get("logStreamNamePrefix"), body.get("logStreamNames")
    if prefix is not None and names is not None:
        raise InvalidParameterException("logStreamNamePrefix and logStreamNames cannot be used together.")
    group = self.logs_backend.groups.get(body.get("logGroupName"))
    if prefix is not None and group is not None:
        # An empty list would stand for all streams, and no stream can be called "*".
        body["logStreamNames"] = [name for name in group.streams if name.startswith(prefix)] or ["*"]
        self.body = json.dumps(body)
    return _filter(self)


LogsResponse.filter_log_events = filter_log_events
