"""Constants from the document: each value under the upper-case form of its path, and the names of the first generation."""

import re


def upper(name):
    """`vpcId` → `VPC_ID`."""
    return re.sub(r"[^A-Za-z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)).upper()


def flatten(value, path=()):
    """Leaves of nested objects by path. Lists stay whole; lists of `{id: …}` give their ids."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from flatten(inner, (*path, key))
        return
    if isinstance(value, list) and value and all(isinstance(item, dict) and "id" in item for item in value):
        value = [item["id"] for item in value]
    yield "_".join(map(upper, path)), value


# What notebooks of the first generation imported, by the name that the value has now.
FIRST_GENERATION = {
    "SAGEMAKER_VPC": "NETWORK_VPC_ID",
    "SAGEMAKER_SUBNETS": "NETWORK_SUBNETS",
    "SAGEMAKER_SECURITY_GROUPS": "NETWORK_SECURITY_GROUP_IDS",
    "SAGEMAKER_KMS_KEY_ID": "KEYS_STORAGE",
    "SAGEMAKER_DATA_BUCKET": "BUCKETS_DATA",
    "SAGEMAKER_MODEL_BUCKET": "BUCKETS_MODEL",
    "SAGEMAKER_ROLE": "ROLES_JOB_EXECUTION",
}


def constants(document):
    values = dict(flatten(document))
    return {**values, **{old: values[new] for old, new in FIRST_GENERATION.items() if new in values}}
