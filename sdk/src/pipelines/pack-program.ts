/**
 * The program of the job that puts code into a model archive, as `lab.deploy` does: code that the archive holds itself goes first unless other code was
 * chosen. SageMaker packs what it leaves in `/opt/ml/model`.
 */
export const PACK_PROGRAM = {
  name: 'pack_code.py',
  text: String.raw`"""Puts inference code into a model archive, under code/."""

import json
import os
import pathlib
import tarfile

MODEL = pathlib.Path(os.environ["SM_MODEL_DIR"])
INPUT = pathlib.Path(os.environ["SM_INPUT_DIR"]) / "data"


def unpack(channel, folder):
    for path in sorted((INPUT / channel).rglob("*.tar.gz")):
        with tarfile.open(path) as archive:
            # Older versions of Python do not have the filter.
            archive.extractall(folder, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))


given = json.loads(os.environ["SM_HPS"])
code = MODEL / "code"
unpack("model", MODEL)
if given["chosen"] or not (code / "inference.py").is_file():
    unpack("inference", code)
elif given["program"] != "inference.py":
    # The model is told to start this program.
    (code / given["program"]).write_text("from inference import *  # noqa: F403\n")
print("code:", sorted(str(path.relative_to(code)) for path in code.rglob("*")))
`,
};
