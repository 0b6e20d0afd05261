"""boto3 and the SageMaker Python SDK (2 and 3) send what the project's contract wants, with no code in the notebook.

`startup`, which Python runs when it starts, waits for botocore; `hook` then fills the security fields of every SageMaker request and
the encryption of every S3 object, and refuses what conflicts with them by a `SealabError` before anything is sent. The rules
are in `controls.json`, exported from the TypeScript SDK; the values in the environment document.
"""


def __getattr__(name):
    # Nothing is loaded before it is asked for: this package is imported by every Python that starts.
    if name == "SealabError":
        from .errors import SealabError

        return SealabError
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
