"""Prints, for the services named on the command line, the operations that moto implements, as JSON."""

from __future__ import annotations

import importlib
import inspect
import json
import sys

import boto3
from botocore import xform_name
from moto.backends import get_backend
from moto.core.responses import BaseResponse


def implemented(service: str) -> list[str]:
    backend = get_backend(service).backend
    responses = importlib.import_module(f"{inspect.getmodule(backend).__name__.split('.models')[0]}.responses")
    classes = [kind for _, kind in inspect.getmembers(responses, inspect.isclass) if issubclass(kind, BaseResponse)]
    own = {name for kind in classes for name in dir(kind)} - set(dir(BaseResponse))
    client = boto3.client(service, region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    return sorted(name for name in client.meta.service_model.operation_names if xform_name(name) in own)


if __name__ == "__main__":
    print(json.dumps({service: implemented(service) for service in sys.argv[1:]}))
