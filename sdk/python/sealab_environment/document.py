"""Finds, reads and checks the environment document. Runs on the Python 3.9 that a platform may bring."""

import json
import os
from pathlib import Path

# SCHEMA_VERSION, ENVIRONMENT_VARIABLE and ENVIRONMENT_PATHS of sdk/src/contract/environment.ts; a test holds them equal.
SCHEMA_VERSION = "1.0"
ENVIRONMENT_VARIABLE = "SEALAB_ENVIRONMENT"
ENVIRONMENT_PATHS = ("/etc/sealab/environment.json", "~/.config/sealab/environment.json")


class EnvironmentDocumentError(ImportError):
    """The environment document is missing or unusable: nothing may be submitted without it."""


def places():
    named = os.environ.get(ENVIRONMENT_VARIABLE)
    return [Path(named)] if named else [Path(os.path.expanduser(path)) for path in ENVIRONMENT_PATHS]


def read(path):
    """The document at `path`, or an error that names the path and what is wrong with it."""
    try:
        document = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise EnvironmentDocumentError(f"{path}: cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise EnvironmentDocumentError(f"{path}: is not JSON ({error})") from error
    if not isinstance(document, dict):
        raise EnvironmentDocumentError(f"{path}: is not a JSON object")
    if document.get("schemaVersion") != SCHEMA_VERSION:
        raise EnvironmentDocumentError(f"{path}: schemaVersion is {document.get('schemaVersion')!r}, this release reads {SCHEMA_VERSION!r}")
    return document


def load():
    """The first document found; the first place that exists decides, so that a broken one is never passed over."""
    for path in places():
        if path.exists():
            return read(path)
    looked = ", ".join(map(str, places()))
    raise EnvironmentDocumentError(f"no environment document at {looked}: is this host part of a Sealab project?")
