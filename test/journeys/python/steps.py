"""The steps of a journey with a Python client, one after another: prints what came of each as JSON."""

import json
import logging
import os
import sys
import tempfile
import traceback
import uuid
import warnings

logging.disable(logging.WARNING)
warnings.simplefilter("ignore")

IMAGE = os.environ["JOURNEY_IMAGE"]
BUCKET = os.environ["JOURNEY_BUCKET"]
HOSTING_ROLE = os.environ["JOURNEY_HOSTING_ROLE"]
INSTANCE = "ml.m5.large"
FOLDER = tempfile.mkdtemp(dir=os.environ["JOURNEY_FOLDER"])
NAME = f"{os.environ['JOURNEY_NAME']}-{uuid.uuid4().hex[:6]}"

TRAIN = '''
import argparse, csv, io, json, os, pathlib
import joblib, numpy as np
from sklearn.linear_model import LogisticRegression

def model_fn(folder):
    return joblib.load(os.path.join(folder, "model.joblib"))

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--c", type=float, default=1.0)
    c = parser.parse_known_args()[0].c
    rows = [list(map(float, row)) for path in pathlib.Path(os.environ["SM_CHANNEL_TRAIN"]).glob("*.csv") for row in csv.reader(open(path))]
    data = np.array(rows)
    model = LogisticRegression(C=c).fit(data[:, 1:], data[:, 0])
    print(f"mine={os.environ.get('MINE', '')} rows={len(rows)}")
    print(f"accuracy={model.score(data[:, 1:], data[:, 0]):.3f}", flush=True)
    joblib.dump(model, os.path.join(os.environ["SM_MODEL_DIR"], "model.joblib"))
'''
PROCESS = '''
import pathlib
rows = sum(len(path.read_text().splitlines()) for path in pathlib.Path("/opt/ml/processing/input/data").glob("*.csv"))
pathlib.Path("/opt/ml/processing/output/rows.txt").write_text(str(rows))
'''
ROWS = [(int(x > 0), x, x * x) for x in (step / 10 - 2 for step in range(41))]
METRICS = [{"Name": "accuracy", "Regex": "accuracy=([0-9.]+)"}]


def local(name, content):
    path = os.path.join(FOLDER, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(content)
    return path


local("source/train.py", TRAIN)
SOURCE = os.path.join(FOLDER, "source")
DATA_FILE = local("data/data.csv", "".join(",".join(map(str, row)) + "\n" for row in ROWS))
FEATURES_FILE = local("features/features.csv", "".join(",".join(map(str, row[1:])) + "\n" for row in ROWS))


def run(steps):
    """Each step gets what the steps before it answered; a step that fails ends the journey."""
    outcome = {}
    standard_output, sys.stdout = sys.stdout, sys.stderr
    for name, step in steps.items():
        try:
            outcome[name] = step(outcome)
        except Exception:  # noqa: BLE001  Whatever comes of a step is its outcome.
            outcome[name] = {"failed": traceback.format_exc()[-3000:]}
            break
    json.dump(outcome, standard_output, default=str)
