"""/ping and /invocations over sagemaker-inference's Transformer, as SageMaker's scikit-learn image answers them."""

import sys
import traceback
from types import SimpleNamespace

import numpy as np
from sagemaker_inference import content_types, decoder, encoder, environment
from sagemaker_inference.default_inference_handler import DefaultInferenceHandler
from sagemaker_inference.errors import BaseInferenceToolkitError, UnsupportedFormatError
from sagemaker_inference.transformer import Transformer
from werkzeug.wrappers import Request, Response


class ScikitLearnHandler(DefaultInferenceHandler):
    """What the image does where the user's script has no function of its own."""

    def default_input_fn(self, input_data, content_type, context=None):
        try:
            array = decoder.decode(input_data, content_type)
        except UnsupportedFormatError as error:
            raise BaseInferenceToolkitError(415, str(error), "Unsupported Media Type") from error
        return array.astype(np.float32) if content_type in content_types.UTF8_TYPES else array

    def default_predict_fn(self, data, model, context=None):
        return model.predict(data)

    def default_output_fn(self, prediction, accept, context=None):
        try:
            return encoder.encode(prediction, accept), accept
        except UnsupportedFormatError as error:
            raise BaseInferenceToolkitError(406, str(error), "Not Acceptable") from error


class RequestContext:
    """The part of a model server's context that the Transformer uses."""

    def __init__(self, headers=None):
        self.system_properties = {"model_dir": environment.model_dir}
        self.request_processor = [SimpleNamespace(get_request_properties=lambda: headers or {})]
        self.status, self.content_type = 200, None

    def set_response_status(self, code=200, phrase="", idx=0):
        self.status = code

    def set_response_content_type(self, idx, value):
        self.content_type = value


sys.path.insert(0, environment.code_dir)
transformer = Transformer(default_inference_handler=ScikitLearnHandler())
try:
    # A model that cannot be loaded must not answer the health check.
    transformer.validate_and_initialize(context=RequestContext())
except BaseException:
    traceback.print_exc()
    sys.exit(3)


@Request.application
def application(request):
    if request.path == "/ping":
        return Response(status=200)
    if request.path != "/invocations" or request.method != "POST":
        return Response(status=404)
    context = RequestContext({name: value for name, value in request.headers.items() if value})
    body = transformer.transform([{"body": request.get_data()}], context)[0]
    if context.status != 200:
        print(body, file=sys.stderr, flush=True)
        return Response(body, status=context.status, content_type="text/plain")
    return Response(body, status=200, content_type=context.content_type)
