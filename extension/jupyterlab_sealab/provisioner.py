"""Interrupts of the TypeScript kernel that it survives. Jupyter's own way, a SIGINT, kills a Deno that does not listen for
it, and reaches no code that never waits; Deno's way, an `interrupt_request`, stops such code but no wait. See
docs/decisions/0010-interrupts.md."""

import asyncio
import signal
from pathlib import Path

from jupyter_client.connect import ConnectionFileMixin
from jupyter_client.provisioning import LocalProvisioner
from jupyter_client.utils import ensure_async

# V8 drops an `await` whose code was stopped, or that nothing can end any more, only when it collects garbage; then Deno
# ends the cell. That would take it half a minute. kernel.json asks V8 for `gc`.
LISTENER = 'Deno.addSignalListener("SIGINT", () => gc())'
# How often the thread of JavaScript is looked at, seconds between, and how often it may be found waiting: a loop that makes
# garbage waits for V8's other threads now and then.
LOOKS, PAUSE, WAITS = 12, 0.01, 2
REPLY_MILLISECONDS = 1_000


class DenoProvisioner(LocalProvisioner):
    """Deno as a local process that goes on after an interrupt: busy code is stopped, listeners for SIGINT are called."""

    _listening = None

    async def post_launch(self, **kwargs):
        await super().post_launch(**kwargs)
        # Not `self.parent.connect_shell()`: in Jupyter Server that is a stream, which sends later.
        socket = ConnectionFileMixin.connect_shell(self.parent)
        content = {"code": LISTENER, "silent": True, "store_history": False, "user_expressions": {}, "allow_stdin": False}
        self.parent.session.send(socket, "execute_request", content)
        # Deno forgets what it has not read yet of a connection that is closed.
        self._listening = socket

    async def cleanup(self, restart=False):
        if self._listening is not None:
            self._listening.close(linger=0)
            self._listening = None
        await super().cleanup(restart)

    async def send_signal(self, signum):
        if signum != signal.SIGINT or self.process is None:
            await super().send_signal(signum)
            return
        try:
            if await self._is_busy():
                await self._stop_code()
            if self._listens():
                await super().send_signal(signum)
        except (FileNotFoundError, ProcessLookupError):
            # It has ended, which Jupyter notices by itself.
            return

    async def _is_busy(self):
        """Whether JavaScript runs without a pause. A thread's state says so however little of the machine it gets."""
        waits = 0
        for _ in range(LOOKS):
            waits += self._state() not in ("R", "D")
            if waits > WAITS:
                return False
            await asyncio.sleep(PAUSE)
        return True

    def _state(self):
        """State of the first thread, which runs JavaScript (`man proc_pid_stat`). A name may hold spaces and parentheses."""
        return Path(f"/proc/{self.pid}/task/{self.pid}/stat").read_text().rpartition(")")[2].split()[0]

    def _listens(self):
        """Whether the process catches SIGINT, and so lives on (SigCgt in `man proc_pid_status`)."""
        status = dict(line.split(":", 1) for line in Path(f"/proc/{self.pid}/status").read_text().splitlines())
        return bool(int(status["SigCgt"], 16) & 1 << signal.SIGINT - 1)

    async def _stop_code(self):
        """Asks Deno's control thread, which is always free, and waits until it has done so."""
        socket = ConnectionFileMixin.connect_control(self.parent)
        self.parent.session.send(socket, "interrupt_request", {})
        await ensure_async(socket.poll(REPLY_MILLISECONDS))
        socket.close()
