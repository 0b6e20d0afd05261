"""The project environment as constants: `from sealab_environment import NETWORK_SUBNETS, KEYS_VOLUME, BUCKETS_DATA`.

The names follow from the environment document (`network.securityGroupIds` is `NETWORK_SECURITY_GROUP_IDS`); the
`SAGEMAKER_…` names of earlier systems are there as well, and `DOCUMENT` is the whole of it. The document is read when the
first name is asked for; without a usable one that fails with `EnvironmentDocumentError`.
"""

from .constants import constants as _constants
from .document import EnvironmentDocumentError as EnvironmentDocumentError
from .document import load as _load


def _values():
    # Kept in the module itself, so that later look-ups cost nothing and completion lists the names.
    if "DOCUMENT" not in globals():
        document = _load()
        globals().update(_constants(document), DOCUMENT=document)
    return {name: value for name, value in globals().items() if name.isupper() and not name.startswith("_")}


def __getattr__(name):
    if name == "__all__":
        return sorted(_values())
    if name.isupper() and not name.startswith("_"):
        values = _values()
        if name in values:
            return values[name]
        raise AttributeError(f"the environment document gives no {name}; it gives {', '.join(sorted(values))}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return sorted(_values())
