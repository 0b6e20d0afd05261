"""Chooses hyperparameters for the next training jobs of a tuning job, and says which running ones have no prospects.

One run answers one question from the whole history, so that nothing is kept between runs. Reads JSON on standard input:
{"seed", "maximize", "strategy": "Bayesian" | "Random" | "Grid" | "Hyperband", "minResource", "maxResource", "parameters": [{"name", "type":
"float" | "int" | "categorical", "low", "high", "scale": "linear" | "log" | "reverse-log", "values"}], "trials": [{"parameters": {name: text},
"state": "complete" | "running" | "failed", "value", "points": [[time, value], ...]}], "count"}.
Writes {"proposals": [{name: text}], "hopeless": [index of a running trial]}.
"""

import json
import sys
import warnings

import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import TrialState, create_trial

optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)

#: As many values of a range are tried before the model of the objective is trusted.
RANDOM_FIRST = 4
#: Of Hyperband's brackets: every third trial of a rung goes on.
REDUCTION = 3


def distribution(parameter):
    if parameter["type"] == "categorical":
        return CategoricalDistribution(parameter["values"])
    low, high, scale = parameter["low"], parameter["high"], parameter["scale"]
    if parameter["type"] == "int":
        return IntDistribution(int(low), int(high), log=scale == "log")
    if scale == "reverse-log":
        # Fine near 1: what is searched is the distance to it.
        return FloatDistribution(1 - high, 1 - low, log=True)
    return FloatDistribution(low, high, log=scale == "log")


def to_internal(parameter, text):
    if parameter["type"] == "categorical":
        return text
    if parameter["type"] == "int":
        return int(text)
    inside = distribution(parameter)
    value = 1 - float(text) if parameter["scale"] == "reverse-log" else float(text)
    return min(max(value, inside.low), inside.high)


def to_text(parameter, value):
    if parameter["type"] == "categorical":
        return value
    if parameter["type"] == "int":
        return str(int(value))
    # 1 - y may leave the range by a rounding error.
    value = 1 - value if parameter["scale"] == "reverse-log" else value
    return repr(float(min(max(value, parameter["low"]), parameter["high"])))


def sampler(question, done):
    seed = question["seed"] + done
    if question["strategy"] == "Random":
        return optuna.samplers.RandomSampler(seed=seed)
    if question["strategy"] == "Grid":
        return optuna.samplers.BruteForceSampler(seed=seed)
    return optuna.samplers.TPESampler(seed=seed, n_startup_trials=RANDOM_FIRST, multivariate=True, constant_liar=True)


def study_of(question, **options):
    return optuna.create_study(direction="maximize" if question["maximize"] else "minimize", study_name="tuning", **options)


def propose(question):
    distributions = {parameter["name"]: distribution(parameter) for parameter in question["parameters"]}
    study = study_of(question, sampler=sampler(question, len(question["trials"])))
    for trial in question["trials"]:
        inside = {p["name"]: to_internal(p, trial["parameters"][p["name"]]) for p in question["parameters"]}
        complete = trial["state"] == "complete" and trial.get("value") is not None
        state = TrialState.COMPLETE if complete else TrialState.RUNNING if trial["state"] == "running" else TrialState.FAIL
        # A grid does not try again what failed.
        if question["strategy"] == "Grid" and state is TrialState.FAIL:
            state = TrialState.PRUNED
        value = trial["value"] if state is TrialState.COMPLETE else None
        study.add_trial(create_trial(state=state, params=inside, distributions=distributions, value=value))
    proposals = []
    for _ in range(question["count"]):
        chosen = study.ask(distributions).params
        proposals.append({p["name"]: to_text(p, chosen[p["name"]]) for p in question["parameters"]})
    return proposals


def hopeless(question):
    """Replays every point in the order of its time: rungs of successive halving depend on who reached them first."""
    if question["strategy"] != "Hyperband" or not question["trials"]:
        return []
    pruner = optuna.pruners.HyperbandPruner(question["minResource"], question["maxResource"], REDUCTION)
    study = study_of(question, pruner=pruner)
    trials = [study.ask() for _ in question["trials"]]
    points = sorted(
        (time, index, step, value)
        for index, trial in enumerate(question["trials"])
        for step, (time, value) in enumerate(trial["points"], start=1)
    )
    found = set()
    for _, index, step, value in points:
        if index in found:
            continue
        trials[index].report(value, step)
        if step < question["maxResource"] and trials[index].should_prune():
            found.add(index)
    return sorted(index for index in found if question["trials"][index]["state"] == "running")


question = json.load(sys.stdin)
json.dump({"proposals": propose(question), "hopeless": hopeless(question)}, sys.stdout)
