"""The contract as data: `controls.json`, exported by the TypeScript SDK when a release is built."""

import json
from functools import lru_cache
from pathlib import Path

from .errors import SealabError

FILE = Path(__file__).with_name("controls.json")


@lru_cache(maxsize=1)
def load():
    try:
        return json.loads(FILE.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SealabError(
            "Internal",
            f"The contract cannot be read from {FILE} ({error}), so nothing may be sent to SageMaker or written to S3.",
            "Stop and start the notebook, so that its lifecycle script installs the release again; else tell your administrator.",
        ) from error
