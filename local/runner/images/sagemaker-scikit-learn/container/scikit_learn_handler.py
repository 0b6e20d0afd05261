"""How SageMaker's scikit-learn image answers a request: the user's functions over sagemaker-inference's Transformer, its own where there are none."""

import sys
import threading
from types import SimpleNamespace

import numpy as np
from sagemaker_inference import content_types, decoder, encoder, environment
from sagemaker_inference.default_inference_handler import DefaultInferenceHandler
from sagemaker_inference.errors import BaseInferenceToolkitError, UnsupportedFormatError
from werkzeug.wrappers import Response


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


class RequestContext(threading.local):
    """The part of a model server's context that the Transformer and users' functions use.

    The Transformer hands users the context that it was initialized with, for every request: so one object stands for all of
    them, and what it holds is each thread's own.
    """

    def __init__(self, model_dir=environment.model_dir):
        self.system_properties = {"model_dir": model_dir}
        self.begin({})

    def begin(self, headers):
        self.headers = headers
        self.status, self.content_type, self.response_headers = 200, None, {}
        self.request_processor = [SimpleNamespace(get_request_properties=lambda: headers)]

    def get_request_header(self, idx, key):
        return next((value for name, value in self.headers.items() if name.lower() == key.lower()), None)

    def get_all_request_header(self, idx):
        return dict(self.headers)

    def set_response_status(self, code=200, phrase="", idx=0):
        self.status = code

    def set_response_content_type(self, idx, value):
        self.content_type = value

    def set_response_header(self, idx, key, value):
        self.response_headers[key] = value


def answer(transformer, context, request):
    """One request through a Transformer. What output_fn yields piece by piece is sent piece by piece."""
    context.begin({name: value for name, value in request.headers.items() if value})
    body = transformer.transform([{"body": request.get_data()}], context)[0]
    if context.status != 200:
        print(body, file=sys.stderr, flush=True)
        return Response(body, status=context.status, content_type="text/plain")
    return Response(body, status=200, content_type=context.content_type, headers=context.response_headers)
