"""Credit-default classifier: SageMaker script mode for training, and the hosting functions of the same model.

One copy serves the notebook, the panel's template and `npm start -- --check`. It needs no network and nothing that the
scikit-learn image does not bring. Every ten boosting rounds it prints the held-out metrics, so that a metric definition
such as `validation:auc=([0-9.]+)` draws a curve.
"""

import argparse
import csv
import io
import json
import os
import pathlib

import joblib
import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.model_selection import train_test_split

TARGET = "default payment next month"
IDENTIFIER = "ID"
ROUNDS_BETWEEN_REPORTS = 10


def read_channel(folder):
    """All CSV files (plain or gzip) of a channel as one frame."""
    files = sorted(path for path in pathlib.Path(folder).rglob("*") if path.name.endswith((".csv", ".csv.gz")))
    if not files:
        raise SystemExit(f"the train channel holds no .csv or .csv.gz file: {folder}")
    frame = pd.concat([pd.read_csv(path) for path in files], ignore_index=True)
    if TARGET not in frame.columns:
        raise SystemExit(f"the data has no column '{TARGET}'; it has {', '.join(map(str, frame.columns))}")
    return frame


def train(arguments):
    frame = read_channel(arguments.train)
    labels = frame.pop(TARGET).to_numpy()
    features = frame.drop(columns=[IDENTIFIER], errors="ignore")
    print(f"rows={len(features)} features={features.shape[1]} positives={int(labels.sum())}", flush=True)

    fit_x, held_x, fit_y, held_y = train_test_split(
        features.to_numpy(dtype=float),
        labels,
        test_size=arguments.validation_fraction,
        random_state=arguments.seed,
        stratify=labels,
    )
    model = HistGradientBoostingClassifier(
        learning_rate=arguments.learning_rate,
        max_leaf_nodes=arguments.max_leaf_nodes,
        l2_regularization=arguments.l2_regularization,
        max_iter=ROUNDS_BETWEEN_REPORTS,
        early_stopping=False,
        warm_start=True,
        random_state=arguments.seed,
    )
    for rounds in range(ROUNDS_BETWEEN_REPORTS, arguments.max_iter + ROUNDS_BETWEEN_REPORTS, ROUNDS_BETWEEN_REPORTS):
        model.set_params(max_iter=min(rounds, arguments.max_iter)).fit(fit_x, fit_y)
        held = model.predict_proba(held_x)[:, 1]
        print(
            f"round={model.n_iter_} validation:auc={roc_auc_score(held_y, held):.6f} "
            f"validation:logloss={log_loss(held_y, held):.6f}",
            flush=True,
        )

    joblib.dump({"model": model, "features": list(features.columns)}, os.path.join(arguments.model_dir, "model.joblib"))
    print(f"saved a model of {model.n_iter_} rounds", flush=True)


def model_fn(model_dir):
    return joblib.load(os.path.join(model_dir, "model.joblib"))


def input_fn(body, content_type):
    """Rows of numbers, without the label: CSV (a header is allowed) or JSON (a list of lists)."""
    if isinstance(body, (bytes, bytearray)):
        body = body.decode("utf-8")
    kind = content_type.split(";")[0].strip().lower()
    if kind == "application/json":
        rows = json.loads(body)
        rows = rows.get("instances", []) if isinstance(rows, dict) else rows
    elif kind == "text/csv":
        rows = [row for row in csv.reader(io.StringIO(body)) if row]
        if rows and not is_number(rows[0][0]):
            rows = rows[1:]
    else:
        raise ValueError(f"content type {content_type} is not supported: send text/csv or application/json")
    return np.atleast_2d(np.array(rows, dtype=float))


def predict_fn(rows, bundle):
    """Probability of default for each row; a leading ID column is left out."""
    expected = len(bundle["features"])
    if rows.shape[1] == expected + 1:
        rows = rows[:, 1:]
    if rows.shape[1] != expected:
        raise ValueError(f"each row needs {expected} numbers ({', '.join(bundle['features'])}), not {rows.shape[1]}")
    return bundle["model"].predict_proba(rows)[:, 1]


def output_fn(predictions, accept):
    kind = (accept or "application/json").split(";")[0].strip().lower()
    if kind == "text/csv":
        return "".join(f"{value:.6f}\n" for value in predictions), "text/csv"
    return json.dumps([round(float(value), 6) for value in predictions]), "application/json"


def is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--max-iter", type=int, default=80)
    parser.add_argument("--learning-rate", type=float, default=0.06)
    parser.add_argument("--max-leaf-nodes", type=int, default=15)
    parser.add_argument("--l2-regularization", type=float, default=1.0)
    parser.add_argument("--validation-fraction", type=float, default=0.2)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--model-dir", default=os.environ.get("SM_MODEL_DIR", "/opt/ml/model"))
    parser.add_argument("--train", default=os.environ.get("SM_CHANNEL_TRAIN") or os.environ.get("SM_CHANNEL_TRAINING", "/opt/ml/input/data/training"))
    return parser.parse_args()


if __name__ == "__main__":
    train(parse_arguments())
