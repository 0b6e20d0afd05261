"""Points pip, uv and npm at the project's package mirror: `python3 -m sealab_environment.mirror --home /home/ec2-user`.

The index URLs and the token come from AWS CodeArtifact through the AWS CLI, the way `aws codeartifact login` gets them.
The token lives 12 hours at most: run this again to renew it. Each file is replaced as a whole and is its owner's only.
"""

import argparse
import os
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

from .document import load

TOKEN_SECONDS = 43_200


def ask(operation, query, *arguments):
    command = ["aws", "codeartifact", operation, "--query", query, "--output", "text", *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL).stdout.strip()


def endpoints_and_token(document):
    mirror = document["mirror"]
    where = ["--region", document["region"], "--domain", mirror["domain"], "--domain-owner", mirror["domainOwner"]]
    endpoint = ["get-repository-endpoint", "repositoryEndpoint", *where, "--repository", mirror["repository"], "--format"]
    token = ["get-authorization-token", "authorizationToken", *where, "--duration-seconds", str(TOKEN_SECONDS)]
    with ThreadPoolExecutor() as pool:
        asked = [pool.submit(ask, *arguments) for arguments in ([*endpoint, "pypi"], [*endpoint, "npm"], token)]
        return [answer.result() for answer in asked]


def files(pypi, npm, token):
    """Content of each configuration file, by its path below the home folder."""
    address = urlsplit(pypi)
    index = f"{address.scheme}://aws:{token}@{address.netloc}{address.path.rstrip('/')}/simple/"
    npm_place = npm.split(":", 1)[1].rstrip("/") + "/"
    return {
        ".config/pip/pip.conf": f"[global]\nindex-url = {index}\n",
        ".config/uv/uv.toml": f'[[index]]\nurl = "{index}"\ndefault = true\n',
        # CodeArtifact has no audit endpoint; approval is where packages are checked.
        ".npmrc": f"registry={npm.rstrip('/')}/\n{npm_place}:_authToken={token}\naudit=false\n",
    }


def write(home, relative, content):
    """Replaces a file atomically; it and its new folders belong to the owner of the home folder."""
    owner = os.stat(home)
    path = Path(home, relative)
    for folder in reversed([parent for parent in path.parents if not parent.exists()]):
        folder.mkdir(mode=0o755)
        os.chown(folder, owner.st_uid, owner.st_gid)
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(content)
    os.chown(temporary, owner.st_uid, owner.st_gid)
    os.replace(temporary, path)


def main():
    parser = argparse.ArgumentParser(description="Points pip, uv and npm at the project's package mirror.")
    parser.add_argument("--home", default=os.path.expanduser("~"))
    home = parser.parse_args().home
    for relative, content in files(*endpoints_and_token(load())).items():
        write(home, relative, content)
        print(f"mirror configured: {os.path.join(home, relative)}")


if __name__ == "__main__":
    main()
