"""The contract as data: `controls.json`, and `pipeline.schema.json` for the form of pipelines, exported by the TypeScript SDK when a
release is built."""

import json
from functools import lru_cache
from pathlib import Path

from .errors import SealabError


@lru_cache(maxsize=None)
def load(name="controls.json"):
    file = Path(__file__).with_name(name)
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SealabError(
            "Internal",
            f"The contract cannot be read from {file} ({error}), so nothing may be sent to SageMaker or written to S3.",
            "Stop and start the notebook, so that its lifecycle script installs the release again; else tell your administrator.",
        ) from error
