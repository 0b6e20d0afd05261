"""Relays between loopback ports inside a sandbox and Unix sockets bound into it: the only ways in or out.

A sandbox has a network namespace of its own, so its 127.0.0.1 reaches nothing outside. `outward` offers a Unix socket
of the host as a loopback port; `inward` offers a loopback port of the sandbox as a Unix socket to the host.
"""

import os
import socket
import threading

CHUNK = 65536
CONNECTIONS = threading.BoundedSemaphore(512)


def outward(port, path):
    """127.0.0.1:port inside leads to the Unix socket at path."""
    listener = socket.create_server(("127.0.0.1", port), backlog=128)
    _serve(listener, lambda: _unix(path))


def inward(path, port):
    """The Unix socket at path, made here, leads to 127.0.0.1:port inside."""
    if os.path.exists(path):
        os.unlink(path)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(128)
    _serve(listener, lambda: socket.create_connection(("127.0.0.1", port)))


def _unix(path):
    target = socket.socket(socket.AF_UNIX)
    try:
        target.connect(path)
    except OSError:
        target.close()
        raise
    return target


def _serve(listener, connect):
    def accept():
        while True:
            CONNECTIONS.acquire()
            client, _ = listener.accept()
            threading.Thread(target=_relay, args=(client, connect), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()


def _relay(client, connect):
    try:
        with client:
            try:
                target = connect()
            except OSError:
                return  # Nobody listens at the other end: the client sees a closed connection.
            with target:
                # When the target is gone, so is the connection: a client that keeps it alive for its next request must
                # see that, and not wait for an answer from a gateway that was killed.
                back = threading.Thread(target=_copy, args=(target, client, socket.SHUT_RDWR), daemon=True)
                back.start()
                _copy(client, target)
                back.join()
    finally:
        CONNECTIONS.release()


def _copy(source, sink, close=socket.SHUT_WR):
    try:
        while data := source.recv(CHUNK):
            sink.sendall(data)
    except OSError:
        pass
    # A client's half-close leaves the other direction open: it may still have an answer to deliver.
    try:
        sink.shutdown(close)
    except OSError:
        pass
