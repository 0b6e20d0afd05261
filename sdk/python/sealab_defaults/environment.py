"""The environment document as every request needs it: found, checked, and read again when it has changed. As sdk/src/environment/load.ts."""

import json
import os
from pathlib import Path

from sealab_environment.document import SCHEMA_VERSION, places

from .errors import SealabError
from .schema import problems

FETCH_AGAIN = (
    "Restart the notebook to fetch the document again; if that does not help, ask your administrator to deploy the environment again."
)
SCHEMA = Path(__file__).with_name("environment.schema.json")

_read = {}


def current():
    """The document of this moment. Raises SealabError `EnvironmentNotFound`, `EnvironmentInvalid` or `EnvironmentVersionUnknown`."""
    for path in places():
        try:
            state = os.stat(path)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            raise _invalid(path, "", f"cannot be read ({error.strerror})") from error
        key = (str(path), state.st_ino, state.st_mtime_ns, state.st_size)
        if key not in _read:
            document = read(path)
            _read.clear()
            _read[key] = document
        return _read[key]
    looked = [str(path) for path in places()]
    raise SealabError(
        "EnvironmentNotFound",
        f"No environment document at {' or '.join(looked)}.",
        "Ask your administrator whether the notebook’s lifecycle configuration ran, or set SEALAB_ENVIRONMENT to the document’s path.",
        {"places": looked},
    )


def read(path):
    """Reads and checks one document."""
    try:
        document = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise _invalid(path, "", f"cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise _invalid(path, "", f"is not JSON ({error})") from error
    if not isinstance(document, dict):
        raise _invalid(path, "", "is not a JSON object")
    if "schemaVersion" not in document:
        raise _invalid(path, "schemaVersion", "is missing")
    if document["schemaVersion"] != SCHEMA_VERSION:
        raise SealabError(
            "EnvironmentVersionUnknown",
            f"{path} has schemaVersion {json.dumps(document['schemaVersion'])}; this release reads {SCHEMA_VERSION}.",
            "Restart the notebook, so that its lifecycle script installs the release that belongs to the document.",
            {"path": str(path), "found": document["schemaVersion"], "known": [SCHEMA_VERSION]},
        )
    for field, problem in problems(document, json.loads(SCHEMA.read_text(encoding="utf-8"))):
        raise _invalid(path, field, problem)
    return document


def _invalid(path, field, problem):
    where = f": {field}" if field else ""
    details = {"path": str(path), "field": field, "problem": problem}
    return SealabError("EnvironmentInvalid", f"{path}{where} {problem}.", FETCH_AGAIN, details)
