"""First process of a sandbox: opens the chosen ways in and out, runs the command, passes signals on, reaps children.

usage: init.py SETTINGS_JSON -- COMMAND [ARG ...]

settings: {"out": {"127.0.0.1 port": "unix socket"}, "in": {"unix socket": port}, "memoryBytes": int | null, "processes": int | null}
`out`: connections to the loopback port inside reach the Unix socket that was bound in; it is the only way out.
`in`: connections to the Unix socket (in a folder that was bound in) reach the loopback port inside.
"""

import asyncio
import json
import os
import resource
import signal
import sys


async def pump(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.write_eof()
    except (ConnectionError, OSError):
        writer.close()


async def relay(reader, writer, connect):
    try:
        other_reader, other_writer = await connect()
    except OSError:
        writer.close()
        return
    await asyncio.gather(pump(reader, other_writer), pump(other_reader, writer))
    for end in (writer, other_writer):
        end.close()


def limit(settings):
    if settings.get("memoryBytes"):
        resource.setrlimit(resource.RLIMIT_DATA, (settings["memoryBytes"],) * 2)
    if settings.get("processes"):
        resource.setrlimit(resource.RLIMIT_NPROC, (settings["processes"],) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


async def main(settings, command):
    for port, path in settings.get("out", {}).items():
        await asyncio.start_server(
            lambda r, w, path=path: relay(r, w, lambda: asyncio.open_unix_connection(path)), "127.0.0.1", int(port)
        )
    for path, port in settings.get("in", {}).items():
        if os.path.exists(path):
            os.unlink(path)
        await asyncio.start_unix_server(
            lambda r, w, port=port: relay(r, w, lambda: asyncio.open_connection("127.0.0.1", port)), path
        )
    ended = asyncio.get_running_loop().create_future()
    try:
        child = os.posix_spawnp(command[0], command, os.environ, setpgroup=0)
    except OSError as error:
        print(f"{command[0]}: {error.strerror}", file=sys.stderr, flush=True)
        return 127

    def reap():
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            if pid == child and not ended.done():
                ended.set_result(status)

    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGCHLD, reap)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, lambda number=number: os.killpg(child, number))
    reap()
    status = await ended
    return 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


if __name__ == "__main__":
    settings = json.loads(sys.argv[1])
    command = sys.argv[sys.argv.index("--") + 1 :]
    limit(settings)
    code = asyncio.run(main(settings, command))
    sys.stdout.flush()
    os._exit(code)
