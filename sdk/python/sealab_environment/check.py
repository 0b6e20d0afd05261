"""`python3 -m sealab_environment.check FILE` ends with 0 when the file is a document that this release reads."""

import sys

from .document import EnvironmentDocumentError, read

if __name__ == "__main__":
    try:
        document = read(sys.argv[1])
    except EnvironmentDocumentError as error:
        sys.exit(f"environment document refused: {error}")
    print(f"environment document: project {document.get('project')}, {document.get('environmentType')}")
