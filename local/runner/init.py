"""First process of a sandbox: opens the relays, limits and starts the command, passes signals on, ends with its code.

Reads /run/sealab/init.json. Descriptor 0 is the supervisor's line of control ("term"), descriptor 4 takes status lines.
"""

import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import bridge  # noqa: E402

STATUS = 4


def tell(**status):
    os.write(STATUS, (json.dumps(status) + "\n").encode())


def limit(limits):
    """Runs in the child, between fork and exec: hard limits, which nobody in the sandbox can raise again."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    memory = limits["memoryMb"] * 1024 * 1024
    # Writable private memory; address space that is merely reserved (V8, BLAS) does not count.
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    if limits.get("fileMb"):
        size = limits["fileMb"] * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    soft, hard = resource.getrlimit(resource.RLIMIT_NPROC)
    most = limits["processes"] if hard == resource.RLIM_INFINITY else min(limits["processes"], hard)
    resource.setrlimit(resource.RLIMIT_NPROC, (most, most))


def processes():
    """Ids of all processes of the sandbox but its reaper (1) and this one."""
    return [int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) not in (1, os.getpid())]


def is_running(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def memory_used():
    """Bytes of the sandbox's own pages: what its processes do not share, and its files in memory."""
    page, total = os.sysconf("SC_PAGE_SIZE"), 0
    for pid in processes():
        try:
            with open(f"/proc/{pid}/statm") as statm:
                _, resident, shared = statm.read().split()[:3]
            total += (int(resident) - int(shared)) * page
        except (OSError, ValueError):
            continue  # It ended meanwhile.
    memory_files = os.statvfs("/dev/shm")
    return total + (memory_files.f_blocks - memory_files.f_bfree) * memory_files.f_frsize


def watch_memory(limit_mb):
    """The limits of setrlimit hold for each process alone; this one holds for all of them together."""
    while True:
        time.sleep(0.5)
        if memory_used() > limit_mb * 1024 * 1024:
            tell(event="out-of-memory")
            kill_everybody()
            return


def obey(main, stopping):
    """Follows the supervisor's orders. The end of the line means that the supervisor is gone."""
    for order in sys.stdin:
        if order.strip() == "term":
            stopping.set()
            terminate(main)
    kill_everybody()


def terminate(main):
    """SIGTERM to every process, so that a script below a framework's entry point can save its work.

    The command itself gets it only if it handles it: as process 1 of a container it would not notice otherwise, and while
    it lives it passes on what its children still print.
    """
    others = [pid for pid in processes() if pid != main]
    for pid in others if others and not handles_sigterm(main) else [*others, main]:
        try:
            os.kill(pid, signal.SIGTERM)
        except ProcessLookupError:
            pass


def handles_sigterm(pid):
    try:
        with open(f"/proc/{pid}/status") as status:
            caught = next(line for line in status if line.startswith("SigCgt:"))
        return bool(int(caught.split()[1], 16) >> (signal.SIGTERM - 1) & 1)
    except (OSError, StopIteration):
        return False


def kill_everybody():
    try:
        os.kill(-1, signal.SIGKILL)
    except ProcessLookupError:
        pass


def main():
    with open("/run/sealab/init.json") as file:
        spec = json.load(file)
    for relay in spec["outward"]:
        bridge.outward(relay["port"], relay["socket"])
    for relay in spec["inward"]:
        bridge.inward(relay["socket"], relay["port"])
    if spec.get("cpus") and hasattr(os, "sched_setaffinity"):
        mine = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, mine[: max(1, min(len(mine), spec["cpus"]))])
    try:
        child = subprocess.Popen(
            spec["command"],
            stdin=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            cwd=spec["workingDirectory"],
            start_new_session=True,
            preexec_fn=lambda: limit(spec["limits"]),
        )
    except OSError as error:
        tell(event="failed", message=f"{spec['command'][0]}: {error.strerror}")
        os._exit(127)
    tell(event="started")
    stopping = threading.Event()
    threading.Thread(target=obey, args=(child.pid, stopping), daemon=True).start()
    threading.Thread(target=watch_memory, args=(spec["limits"]["memoryMb"],), daemon=True).start()
    code = child.wait()
    # After a request to stop, the others may still be saving; the supervisor's grace period bounds the wait.
    while stopping.is_set() and any(is_running(pid) for pid in processes()):
        time.sleep(0.05)
    os._exit(code if code >= 0 else 128 - code)


main()
