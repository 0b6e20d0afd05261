"""Has every botocore session fill and check what it sends: boto3, both generations of the SageMaker Python SDK and the AWS CLI use one.

The handlers run for each call after all others that change its parameters, and before validation and signing.
"""


def register(handlers):
    """Adds the handlers to those that botocore gives to each new session. `handlers` is the module `botocore.handlers`."""
    handlers.BUILTIN_HANDLERS.extend(
        [
            ("before-parameter-build.sagemaker", _sagemaker, handlers.REGISTER_LAST),
            ("before-parameter-build.s3", _s3, handlers.REGISTER_LAST),
        ]
    )


def _sagemaker(params, model, **_):
    from . import controls, environment
    from .fill import fill, rules_of

    contract = controls.load()
    if not rules_of(model.name, contract) and model.name not in contract["taggedOperations"]:
        # Looking on works without a document.
        return
    document = environment.current()

    def complete(operation, request):
        from . import connected, isolated

        return isolated.hand_over_code(operation, connected.add_variables(operation, request, document))

    if model.name in contract["pipelines"]["definedBy"]:
        from .pipelines import secure

        _replace(params, secure(model.name, params, document, contract, complete))
    else:
        _replace(params, complete(model.name, fill(model.name, params, document, contract)))


def _s3(params, model, **_):
    from . import controls, environment
    from .s3 import guard, reads

    contract = controls.load()
    if not reads(model.name, contract):
        _replace(params, guard(model.name, params, environment.current(), contract))


def _replace(params, filled):
    # botocore goes on with the very object that it handed out; what it contains is still the caller's own and stays as it was.
    if filled is not params:
        params.clear()
        params.update(filled)
