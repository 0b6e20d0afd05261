"""The training module of the image: runs the user's script over sagemaker-training, as SageMaker's scikit-learn image does."""

import os
import threading

from sagemaker_training import entry_point, environment, errors, runner

# A FailureReason has 1,024 characters, and the toolkit's own words need some of them.
TAIL = 700


class StandardError(threading.Thread):
    """Passes standard error on as it comes and keeps its end, which becomes the job's FailureReason.

    The toolkit's own capture (`capture_error=True`) tears lines apart: it logs each piece that a pipe delivers as a line.
    """

    def __init__(self):
        super().__init__(daemon=True)
        self._tail = b""
        self._original = os.dup(2)
        self._reader, writer = os.pipe()
        os.dup2(writer, 2)
        os.close(writer)

    def run(self):
        while piece := os.read(self._reader, 65536):
            os.write(self._original, piece)
            self._tail = (self._tail + piece)[-TAIL:]

    def tail(self):
        """Ends the capture. Waits a moment for what is on its way: a process left behind may hold the pipe open."""
        os.dup2(self._original, 2)
        self.join(timeout=2)
        text = self._tail.decode("utf-8", "replace")
        return (text.partition("\n")[2] if len(self._tail) == TAIL else text).strip()


def main():
    training = environment.Environment()
    standard_error = StandardError()
    standard_error.start()
    try:
        entry_point.run(
            uri=training.module_dir,
            user_entry_point=training.user_entry_point,
            args=training.to_cmd_args(),
            env_vars=training.to_env_vars(),
            runner_type=runner.ProcessRunnerType,
        )
    except errors.ExecuteUserScriptError as error:
        error.output = standard_error.tail()
        raise
    finally:
        standard_error.tail()
