/**
 * Permutation importance as scikit-learn computes it (`sklearn.inspection.permutation_importance`): how much worse the model gets
 * when one column is shuffled. The model is asked as its endpoint would ask it, by the functions of its own script.
 */
export const EXPLAIN_PROGRAM = {
  name: 'explain.py',
  text: String.raw`"""Which columns a model looks at: permutation importance."""

import importlib
import json
import os
import pathlib
import sys
import tarfile

import joblib
import numpy as np
import pandas as pd
from sklearn.inspection import permutation_importance
from sklearn.metrics import accuracy_score, r2_score, roc_auc_score

ROOT = pathlib.Path(os.environ.get("SEALAB_MONITOR_ROOT", "/opt/ml"))
INPUT = ROOT / "processing" / "input"


def tell(text):
    print(text, flush=True)
    (ROOT / "output").mkdir(parents=True, exist_ok=True)
    (ROOT / "output" / "message").write_text(text[:1000], encoding="utf-8")


def stop(reason):
    tell(reason)
    sys.exit(1)


def unpacked(name):
    """Files of an input, out of their archive where they are in one."""
    folder = INPUT / name
    target = ROOT / "processing" / "unpacked" / name
    target.mkdir(parents=True, exist_ok=True)
    for path in sorted(folder.rglob("*")):
        if path.name.endswith((".tar.gz", ".tgz")):
            with tarfile.open(path) as archive:
                archive.extractall(target, filter="data")
        elif path.is_file():
            (target / path.name).write_bytes(path.read_bytes())
    return target


def load(options):
    """The model, and the script that serves it or nothing."""
    folder = unpacked("model")
    script = None
    if options.get("program"):
        source = unpacked("source")
        program = source / options["program"]
        if not program.is_file():
            stop(f"there is no {options['program']} in the model's source")
        sys.path[:0] = [str(program.parent), str(source)]
        script = importlib.import_module(program.stem)
    if hasattr(script, "model_fn"):
        return script.model_fn(str(folder)), script
    found = sorted(path for path in folder.rglob("*") if path.suffix in (".joblib", ".pkl", ".pickle"))
    if len(found) != 1:
        stop(f"the script has no model_fn, and the archive holds {len(found)} .joblib or .pkl files instead of one")
    return joblib.load(found[0]), script


def numbers(predicted):
    """One number a row: the probability of the positive class, or the value."""
    values = np.asarray(predicted)
    if values.ndim == 2:
        values = values[:, -1] if values.shape[1] <= 2 else values.argmax(axis=1)
    return values.ravel()


class Served:
    """The model as the endpoint asks it."""

    def __init__(self, model, script):
        self.model, self.script = model, script
        if isinstance(model, dict) and not hasattr(script, "predict_fn"):
            self.model = model.get("model", model)

    def fit(self, *_):
        return self

    def predict(self, features):
        if hasattr(self.script, "predict_fn"):
            body = features.to_csv(index=False, header=False)
            rows = self.script.input_fn(body, "text/csv") if hasattr(self.script, "input_fn") else features.to_numpy()
            return numbers(self.script.predict_fn(rows, self.model))
        rows = features if hasattr(self.model, "feature_names_in_") else features.to_numpy()
        return numbers(self.model.predict_proba(rows) if hasattr(self.model, "predict_proba") else self.model.predict(rows))


def measure(name, target, predicted):
    """The metric: by name, or the one that fits target and predictions."""
    labels = pd.unique(target)
    if name == "auto":
        whole = np.isin(predicted, labels).all()
        name = "accuracy" if whole and len(labels) <= 20 else "roc_auc" if len(labels) == 2 else "r2"
    if name == "roc_auc" and len(labels) != 2:
        stop(f"roc_auc needs a target with two values; this one has {len(labels)}")
    score = {
        "accuracy": lambda y, p: accuracy_score(y, p if np.isin(p, labels).all() else p >= 0.5),
        "roc_auc": lambda y, p: roc_auc_score(y == labels.max(), p),
        "r2": r2_score,
    }[name]
    return name, lambda model, features, y: score(y, model.predict(features))


def main(options):
    paths = sorted(path for path in (INPUT / "data").rglob("*") if path.name.endswith((".csv", ".csv.gz")))
    if not paths:
        stop("there is no .csv or .csv.gz file in the input data")
    frame = pd.concat([pd.read_csv(path) for path in paths], ignore_index=True)
    for name in [options["target"], *options.get("ignore", [])]:
        if name not in frame.columns:
            stop(f"the data has no column '{name}'; it has {', '.join(map(str, frame.columns))}")
    frame = frame.dropna(subset=[options["target"]])
    if len(frame) > options["rows"]:
        frame = frame.sample(options["rows"], random_state=0)
    target = frame.pop(options["target"])
    features = frame.drop(columns=options.get("ignore", []))
    served = Served(*load(options))
    metric, scorer = measure(options["metric"], target, served.predict(features))
    score = float(scorer(served, features, target))
    result = permutation_importance(served, features, target, scoring=scorer, n_repeats=options["repeats"], random_state=0)
    order = np.argsort(-result.importances_mean)
    report = {
        "version": 1,
        "metric": metric,
        "score": score,
        "rows": int(len(features)),
        "repeats": options["repeats"],
        "features": [
            {"name": str(features.columns[i]), "importance": float(result.importances_mean[i]), "deviation": float(result.importances_std[i])} for i in order
        ],
    }
    folder = ROOT / "processing" / "output" / "report"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "importance.json").write_text(json.dumps(report, allow_nan=False), encoding="utf-8")
    tell(f"{metric} {score:.4f}; most important: " + ", ".join(feature["name"] for feature in report["features"][:3]))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
`,
} as const;
