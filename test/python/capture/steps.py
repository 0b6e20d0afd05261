"""Runs the steps of a capture one after another; tells the recorder which one it is, and prints what came of each as JSON."""

import json
import logging
import os
import sys
import tempfile
import urllib.parse
import urllib.request
import warnings

logging.disable(logging.WARNING)
warnings.simplefilter("ignore")

RECORDER = os.environ["AWS_ENDPOINT_URL"]
IMAGE = os.environ["CAPTURE_IMAGE"]
BUCKET = os.environ["CAPTURE_BUCKET"]
# ModelBuilder asks nobody but the caller's own identity for a role, so it has to be given one.
HOSTING_ROLE = os.environ["CAPTURE_HOSTING_ROLE"]
INSTANCE = "ml.m5.large"
FOLDER = tempfile.mkdtemp(dir=os.environ["CAPTURE_FOLDER"])


def local(name, content):
    path = os.path.join(FOLDER, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(content)
    return path


def run(steps):
    outcome = {}
    standard_output, sys.stdout = sys.stdout, sys.stderr
    for name, step in steps.items():
        urllib.request.urlopen(f"{RECORDER}/during/{urllib.parse.quote(name)}").close()
        try:
            step()
            outcome[name] = "sent"
        except Exception as error:  # noqa: BLE001  Whatever comes of a step is its outcome.
            outcome[name] = f"{type(error).__name__}: {error}"
    json.dump(outcome, standard_output)
