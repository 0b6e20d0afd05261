"""/ping and /invocations over sagemaker-inference's Transformer, as SageMaker's scikit-learn image answers them."""

import sys
import traceback

from sagemaker_inference import environment
from sagemaker_inference.transformer import Transformer
from scikit_learn_handler import RequestContext, ScikitLearnHandler, answer
from werkzeug.wrappers import Request, Response

sys.path.insert(0, environment.code_dir)
transformer = Transformer(default_inference_handler=ScikitLearnHandler())
context = RequestContext()
try:
    # A model that cannot be loaded must not answer the health check.
    transformer.validate_and_initialize(context=context)
except BaseException:
    traceback.print_exc()
    sys.exit(3)


@Request.application
def application(request):
    if request.path == "/ping":
        return Response(status=200)
    if request.path != "/invocations" or request.method != "POST":
        return Response(status=404)
    return answer(transformer, context, request)
