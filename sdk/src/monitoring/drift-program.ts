/**
 * The program of a monitoring job. It runs in the scikit-learn image with what that brings (NumPy, pandas, SciPy), needs no
 * network, and is part of the SDK so that notebooks carry nothing along.
 *
 * PSI, the population stability index, sums (share now − share then) · ln(share now ÷ share then) over ten bins of the baseline's deciles;
 * the Kolmogorov–Smirnov statistic is the largest distance of the two distribution functions.
 */
export const DRIFT_PROGRAM = {
  name: 'monitor.py',
  text: String.raw`"""Statistics of tabular data, and how far other data is from them."""

import base64
import csv
import io
import json
import math
import os
import pathlib
import sys

import numpy as np
import pandas as pd
from scipy.stats import kstwobign

ROOT = pathlib.Path(os.environ.get("SEALAB_MONITOR_ROOT", "/opt/ml"))
MOST_CATEGORIES = 200
FEW_VALUES = 20
GRID = 257
LEAST_SHARE = 1e-4


def files(folder):
    found = sorted(path for path in folder.rglob("*") if path.is_file() and path.name.endswith((".csv", ".csv.gz", ".jsonl", ".json")))
    if not found:
        stop(f"there is no .csv, .csv.gz, .jsonl or .json file in the input {folder.name}")
    return found


def stop(reason):
    tell(reason)
    sys.exit(1)


def tell(text):
    """The message that SageMaker shows of the job."""
    print(text, flush=True)
    (ROOT / "output").mkdir(parents=True, exist_ok=True)
    (ROOT / "output" / "message").write_text(text[:1000], encoding="utf-8")


def payload(part):
    data = part.get("data", "")
    return base64.b64decode(data).decode("utf-8") if part.get("encoding") == "BASE64" else data


def rows_of(part):
    """Rows of a captured request or answer: lists of cells, or records."""
    text = payload(part)
    if "json" in (part.get("observedContentType") or "").lower() or part.get("encoding") == "JSON":
        value = json.loads(text)
        if isinstance(value, dict):
            value = next((value[key] for key in ("instances", "predictions", "data") if key in value), [value])
        value = value if isinstance(value, list) else [value]
        nested = value and isinstance(value[0], (list, dict))
        return value if nested else [[item] for item in value]
    return [row for row in csv.reader(io.StringIO(text)) if row]


def number(value):
    try:
        return float(value)
    except (TypeError, ValueError):
        return math.nan


def prediction(row):
    """One number of an answer: the last of several, which for probabilities is the one of the positive class."""
    if isinstance(row, dict):
        row = list(row.values())
    return number(row[-1]) if row else math.nan


def captured(paths, columns):
    rows, predictions, unreadable = [], [], 0
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            if not line.strip():
                continue
            try:
                capture = json.loads(line)["captureData"]
                inputs = rows_of(capture["endpointInput"]) if "endpointInput" in capture else []
                outputs = rows_of(capture["endpointOutput"]) if "endpointOutput" in capture else []
            except (KeyError, ValueError, TypeError):
                unreadable += 1
                continue
            if inputs and columns and list(map(str, inputs[0])) == columns:
                inputs = inputs[1:]
            predictions.extend(prediction(row) for row in outputs)
            for row in inputs:
                if isinstance(row, dict):
                    rows.append(row)
                elif columns is None or len(row) == len(columns):
                    rows.append(dict(zip(columns or [f"feature{i}" for i in range(len(row))], row)))
                else:
                    unreadable += 1
    return pd.DataFrame(rows), pd.Series(predictions, dtype=float), unreadable


def read(folder, columns=None, predicted=None):
    """Features, predictions and how many captures could not be read."""
    paths = files(folder)
    lines = [path for path in paths if path.name.endswith((".jsonl", ".json"))]
    tables = [path for path in paths if path not in lines]
    if lines and tables:
        stop(f"the input {folder.name} mixes captures and tables")
    if lines:
        frame, predictions, unreadable = captured(lines, columns)
    else:
        frame = pd.concat([pd.read_csv(path) for path in tables], ignore_index=True)
        predictions, unreadable = pd.Series(dtype=float), 0
    frame.columns = [str(name) for name in frame.columns]
    for name in frame.columns:
        if not pd.api.types.is_numeric_dtype(frame[name]):
            numeric = pd.to_numeric(frame[name].replace("", None), errors="coerce")
            if numeric.notna().sum() == frame[name].replace("", None).notna().sum() and numeric.notna().any():
                frame[name] = numeric
    if predicted is not None:
        if predicted not in frame.columns:
            stop(f"the data has no column '{predicted}'; it has {', '.join(frame.columns)}")
        predictions = pd.to_numeric(frame.pop(predicted), errors="coerce")
    if len(frame) == 0:
        stop(f"there are no rows in the input {folder.name}")
    return frame, predictions, unreadable


def categories(values):
    return values.astype(str).value_counts(normalize=True)


def profile(name, series):
    missing = series.isna() | (series.astype(str) == "")
    values = series[~missing]
    about = {"name": name, "rows": int(len(series)), "missing": float(missing.mean()) if len(series) else 0.0}
    if len(values) and pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        values = values.astype(float)
        values = values[np.isfinite(values)]
        about |= {"kind": "numeric", "mean": float(values.mean()), "deviation": float(values.std(ddof=0)), "least": float(values.min()), "most": float(values.max())}
        shares = values.value_counts(normalize=True).sort_index()
        if len(shares) <= FEW_VALUES:
            return about | {"values": [float(value) for value in shares.index], "shares": [float(share) for share in shares]}
        edges = np.unique(np.quantile(values, np.linspace(0, 1, 11)))
        return about | {
            "edges": [float(edge) for edge in edges[1:-1]],
            "shares": [float(share) for share in binned(values, edges[1:-1])],
            "quantiles": [float(value) for value in np.quantile(values, np.linspace(0, 1, GRID))],
        }
    shares = categories(values)
    return about | {"kind": "categorical", "distinct": int(len(shares)), "categories": {str(key): float(share) for key, share in shares.head(MOST_CATEGORIES).items()}}


def binned(values, edges):
    counts = np.bincount(np.searchsorted(edges, values, side="right"), minlength=len(edges) + 1)
    return counts / max(len(values), 1)


def psi(then, now):
    then, now = (np.maximum(np.asarray(shares, dtype=float), LEAST_SHARE) for shares in (then, now))
    return float(np.sum((now - then) * np.log(now / then)))


def distance(about, values):
    """Kolmogorov-Smirnov statistic and its asymptotic p value."""
    if "values" in about:
        known, cumulated = np.asarray(about["values"]), np.cumsum(about["shares"])
    else:
        known, cumulated = np.asarray(about["quantiles"]), np.linspace(0, 1, GRID)
    now = np.sort(np.asarray(values, dtype=float))

    def then_at(points, side):
        position = np.searchsorted(known, points, side=side)
        if "values" in about:
            return np.concatenate([[0.0], cumulated])[position]
        # Between two quantiles the share grows evenly; where several are one value it jumps.
        inside = np.interp(points, known, cumulated)
        equal = np.isin(points, known)
        steps = np.where(side == "right", position - 1, position) / (GRID - 1)
        return np.where(equal, np.clip(steps, 0, 1), inside)

    points = np.unique(now) if "values" not in about else np.unique(np.concatenate([now, known]))
    upper = np.abs(then_at(points, "right") - np.searchsorted(now, points, side="right") / len(now))
    lower = np.abs(then_at(points, "left") - np.searchsorted(now, points, side="left") / len(now))
    statistic = float(max(upper.max(), lower.max()))
    count = about["rows"] * (1 - about["missing"])
    effective = math.sqrt(count * len(now) / (count + len(now)))
    return statistic, float(kstwobign.sf(effective * statistic))


def compare(about, series, threshold):
    missing = series.isna() | (series.astype(str) == "")
    values = series[~missing]
    found = {"name": about["name"], "kind": about["kind"], "rows": int(len(series)), "missing": float(missing.mean()) if len(series) else 0.0,
             "baselineMissing": about["missing"], "psi": None, "ks": None, "pValue": None, "newCategories": [], "newShare": 0.0}
    reasons = []
    if about["kind"] == "numeric":
        numbers = pd.to_numeric(values, errors="coerce")
        unreadable = float(numbers.isna().mean()) if len(values) else 0.0
        numbers = numbers.dropna().to_numpy(dtype=float)
        if unreadable > threshold["newCategories"]:
            reasons.append(f"{unreadable:.1%} of the values are no numbers")
        if len(numbers) and about["shares"]:
            if "values" in about:
                known = np.asarray(about["values"])
                now = [float(np.mean(numbers == value)) for value in known]
                found["psi"] = psi([*about["shares"], 0.0], [*now, max(0.0, 1 - sum(now))])
            else:
                found["psi"] = psi(about["shares"], binned(numbers, np.asarray(about["edges"])))
            found["ks"], found["pValue"] = distance(about, numbers)
            found["mean"], found["baselineMean"] = float(numbers.mean()), about["mean"]
    elif len(values):
        now = categories(values)
        known = about["categories"]
        rest = max(0.0, 1 - sum(known.values()))
        new = now[~now.index.isin(known)]
        found["psi"] = psi([*known.values(), rest], [*(float(now.get(key, 0.0)) for key in known), float(new.sum())])
        # With more categories than the baseline keeps, one that it does not name may be an old rare one.
        if about["distinct"] <= MOST_CATEGORIES:
            found["newCategories"], found["newShare"] = [str(key) for key in new.index[:20]], float(new.sum())
    if found["psi"] is not None and found["psi"] >= threshold["psi"]:
        reasons.append(f"PSI {found['psi']:.3f}")
    if found["ks"] is not None and found["ks"] >= threshold["ks"] and found["pValue"] < 0.01:
        reasons.append(f"KS {found['ks']:.3f}")
    if found["missing"] - found["baselineMissing"] >= threshold["missing"]:
        reasons.append(f"missing {found['missing']:.1%}, was {found['baselineMissing']:.1%}")
    if found["newShare"] >= threshold["newCategories"]:
        reasons.append(f"new categories: {', '.join(found['newCategories'][:3])}")
    return found | {"drifted": bool(reasons), "reasons": reasons}


def write(name, value):
    folder = ROOT / "processing" / "output" / "report"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(json.dumps(value, allow_nan=False), encoding="utf-8")


def without(frame, names):
    for name in names:
        if name not in frame.columns:
            stop(f"the data has no column '{name}'; it has {', '.join(frame.columns)}")
    return frame.drop(columns=list(names))


def baseline(options):
    frame, predictions, unreadable = read(ROOT / "processing" / "input" / "data", options.get("columns"), options.get("prediction"))
    target = options.get("target")
    features = without(frame, [*options.get("ignore", []), *([target] if target is not None else [])])
    # An endpoint is sent what is left without the target, ignored columns among it.
    columns = [name for name in frame.columns if name != target]
    about = {
        "version": 1,
        "rows": int(len(frame)),
        "columns": columns,
        "features": [profile(name, features[name]) for name in features.columns],
        "target": profile(target, frame[target]) if target is not None else None,
        "prediction": profile("prediction", predictions) if len(predictions) else None,
    }
    write("baseline.json", about)
    tell(f"{len(about['features'])} features of {len(frame)} rows" + (f", {unreadable} captures were not readable" if unreadable else ""))


def drift(options):
    path = next((ROOT / "processing" / "input" / "baseline").rglob("*.json"), None)
    about = json.loads(path.read_text(encoding="utf-8")) if path is not None else stop("there is no baseline.json in the input baseline")
    threshold = options["threshold"]
    frame, predictions, unreadable = read(ROOT / "processing" / "input" / "data", about["columns"], options.get("prediction"))
    absent = [feature["name"] for feature in about["features"] if feature["name"] not in frame.columns]
    found = [compare(feature, frame[feature["name"]], threshold) for feature in about["features"] if feature["name"] not in absent]
    predicted = compare(about["prediction"], predictions, threshold) if about["prediction"] and len(predictions) else None
    drifted = [feature["name"] for feature in [*found, *([predicted] if predicted else [])] if feature["drifted"]]
    report = {"version": 1, "rows": int(len(frame)), "unreadable": unreadable, "threshold": threshold, "features": found, "absent": absent,
              "prediction": predicted, "drifted": bool(drifted or absent)}
    write("drift.json", report)
    absence = f"; missing columns: {', '.join(absent)}" if absent else ""
    tell((f"{len(drifted)} of {len(found)} features drifted: {', '.join(drifted)}" if drifted else f"no drift in {len(found)} features of {len(frame)} rows") + absence)


if __name__ == "__main__":
    {"baseline": baseline, "drift": drift}[sys.argv[1]](json.loads(sys.argv[2]))
`,
} as const;
