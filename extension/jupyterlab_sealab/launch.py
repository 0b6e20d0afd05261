"""The command that runs the service: Deno with the narrowest permissions that work, which follow from the environment
document and from where AWS is answered on this host."""

import json
import os
import secrets
import sys
from pathlib import Path
from urllib.parse import urlsplit

# What can be read of the process's environment: configuration and credentials of AWS, and Sealab's own.
ENVIRONMENT_VARIABLES = ["AWS_*", "SEALAB_*", "HOME", "NODE_EXTRA_CA_CERTS"]
# Where the home folder is (of the document and of the shared AWS configuration), and what the AWS SDK puts into its user agent.
SYSTEM_FACTS = ["homedir", "osRelease"]
# Partition → DNS suffix of its endpoints (`Partition outputs` in AWS's endpoint rules).
SUFFIXES = {"aws": "amazonaws.com", "aws-us-gov": "amazonaws.com", "aws-cn": "amazonaws.com.cn"}
SERVICES = ["api.sagemaker", "runtime.sagemaker", "s3", "sts", "kms", "ec2", "logs", "iam", "codeartifact"]


def document_places():
    """Where the environment document is looked for: ENVIRONMENT_VARIABLE and ENVIRONMENT_PATHS of the contract."""
    named = os.environ.get("SEALAB_ENVIRONMENT")
    return [Path(named)] if named else [Path("/etc/sealab/environment.json"), Path.home() / ".config/sealab/environment.json"]


def read_document():
    """The document, or nothing: the service itself checks it and says what is wrong with it."""
    for place in document_places():
        try:
            return json.loads(place.read_text())
        except (OSError, ValueError):
            continue
    return {}


def address(url):
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or (443 if parts.scheme == 'https' else 80)}"


def network(document):
    """Addresses that the service may use: the environment's endpoints and the host's credentials."""
    allowed = set()
    credentials = os.environ.get("AWS_CONTAINER_CREDENTIALS_FULL_URI")
    if credentials:
        allowed.add(address(credentials))
    elif os.environ.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"):
        allowed.add("169.254.170.2:80")
    else:
        allowed.add("169.254.169.254:80")
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    if endpoint:
        allowed.add(address(endpoint))
    elif document:
        suffix = SUFFIXES.get(document.get("partition"), "amazonaws.com")
        region = document.get("region")
        allowed |= {f"{service}.{region}.{suffix}:443" for service in SERVICES}
        allowed |= {f"{bucket}.s3.{region}.{suffix}:443" for bucket in document.get("buckets", {}).values()}
    allowed |= {address(url) for url in document.get("endpoints", {}).values()}
    return sorted(allowed)


def service_process(root_dir):
    """Arguments of jupyter-server-proxy's `ServerProcess`."""
    folder = os.path.realpath(os.path.expanduser(root_dir))
    secret = secrets.token_urlsafe(32)
    certificates = [os.environ[name] for name in ("AWS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "DENO_CERT") if os.environ.get(name)]

    def command(unix_socket):
        read = [folder, *map(str, document_places()), *certificates, str(Path.home() / ".aws"), unix_socket]
        return [
            os.path.join(sys.prefix, "bin", "deno"),
            "run",
            "--no-prompt",
            "--no-config",
            "--no-remote",
            "--no-npm",
            "--quiet",
            f"--allow-net={','.join(network(read_document()))}",
            f"--allow-read={','.join(dict.fromkeys(read))}",
            f"--allow-write={unix_socket}",
            f"--allow-env={','.join(ENVIRONMENT_VARIABLES)}",
            # Any other variable is as if it were not set; without this, asking for one is an error.
            "--ignore-env",
            f"--allow-sys={','.join(SYSTEM_FACTS)}",
            os.path.join(os.path.dirname(__file__), "service", "service.js"),
        ]

    def environment(unix_socket):
        return {"SEALAB_SOCKET": unix_socket, "SEALAB_PROXY_SECRET": secret, "SEALAB_NOTEBOOK_FOLDER": folder, "DENO_NO_UPDATE_CHECK": "1"}

    return {
        "command": command,
        "environment": environment,
        "unix_socket": True,
        "timeout": 20.0,
        # The service takes only requests that carry it: what came through Jupyter's login.
        "request_headers_override": {"X-Sealab-Proxy": secret},
        # The panel looks at running jobs by itself: that is no reason to keep an idle notebook alive.
        "update_last_activity": False,
        "launcher_entry": {"enabled": False},
    }
