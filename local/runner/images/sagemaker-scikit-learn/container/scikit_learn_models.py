"""Several models in one container: SageMaker's contract for multi-model containers.

POST /models loads {"model_name", "url"}, DELETE /models/<name> unloads, GET /models lists, POST /models/<name>/invoke asks.
507 says that there is no memory left: the platform unloads another model and tries again.
https://docs.aws.amazon.com/sagemaker/latest/dg/mms-container-apis.html
"""

import gc
import importlib.util
import json
import os
import sys
import threading
import traceback

from sagemaker_inference.transformer import Transformer
from scikit_learn_handler import RequestContext, ScikitLearnHandler, answer
from werkzeug.wrappers import Request, Response


class ModelTransformer(Transformer):
    """A Transformer whose user module is the model's own: `code/<SAGEMAKER_PROGRAM>` in its archive."""

    def __init__(self, name, model_dir):
        super().__init__(default_inference_handler=ScikitLearnHandler())
        self._module = f"model_{name.replace('-', '_')}"
        self._code = os.path.join(model_dir, "code")

    def _validate_user_module_and_set_functions(self):
        script = os.path.join(self._code, f"{self._environment.module_name}.py")
        if os.path.exists(script):
            self._import(script)
            self._environment._module_name = self._module
        super()._validate_user_module_and_set_functions()

    def _import(self, script):
        """Under a name of its own: the models' scripts are all called alike, and so may be what they import beside them."""
        specification = importlib.util.spec_from_file_location(self._module, script)
        module = importlib.util.module_from_spec(specification)
        before = set(sys.modules)
        sys.modules[self._module] = module
        sys.path.insert(0, self._code)
        try:
            specification.loader.exec_module(module)
        except BaseException:
            del sys.modules[self._module]
            raise
        finally:
            sys.path.remove(self._code)
            for added in set(sys.modules) - before - {self._module}:
                file = getattr(sys.modules[added], "__file__", None) or ""
                if file.startswith(self._code + os.sep):
                    del sys.modules[added]

    def forget(self):
        sys.modules.pop(self._module, None)


class Model:
    def __init__(self, name, url):
        self.name, self.url = name, url
        self.context = RequestContext(url)
        self.transformer = ModelTransformer(name, url)
        self.transformer.validate_and_initialize(model_dir=url, context=self.context)

    def describe(self):
        return {"modelName": self.name, "modelUrl": self.url}


models = {}
# Loading changes the interpreter's import path: one at a time.
loading = threading.Lock()


def as_json(value, status=200):
    return Response(json.dumps(value), status=status, content_type="application/json")


def failed(status, message):
    return as_json({"code": status, "message": message}, status)


def load(request):
    wanted = json.loads(request.get_data())
    name, url = wanted["model_name"], wanted["url"]
    with loading:
        if name in models:
            return failed(409, f"Model {name} is loaded already.")
        try:
            models[name] = Model(name, url)
        except MemoryError as error:
            gc.collect()
            return failed(507, f"There is no memory left for the model: {error}")
        except BaseException as error:
            trace = traceback.format_exc()
            print(trace, file=sys.stderr, flush=True)
            return failed(500, f"The model could not be loaded: {type(error).__name__}: {error}")
    return as_json({"status": f"Model {name} is loaded."})


def unload(model):
    with loading:
        models.pop(model.name, None)
        model.transformer.forget()
    return as_json({"status": f"Model {model.name} is unloaded."})


@Request.application
def application(request):
    parts = request.path.strip("/").split("/")
    if parts == ["ping"]:
        return Response(status=200)
    if parts == ["models"]:
        if request.method == "POST":
            return load(request)
        return as_json({"models": [model.describe() for model in list(models.values())]})
    if parts[0] != "models" or len(parts) > 3:
        return Response(status=404)
    model = models.get(parts[1])
    if model is None:
        return failed(404, f"Model {parts[1]} is not loaded.")
    if parts[2:] == ["invoke"] and request.method == "POST":
        return answer(model.transformer, model.context, request)
    if parts[2:] == [] and request.method == "DELETE":
        return unload(model)
    if parts[2:] == [] and request.method == "GET":
        return as_json(model.describe())
    return Response(status=404)
