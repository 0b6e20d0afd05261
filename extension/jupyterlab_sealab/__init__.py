"""Registers Sealab's service with Jupyter Server. No logic lives here: see `extension/service`.

The service is served by jupyter-server-proxy's own handler at `<base_url>sealab/`, behind Jupyter's login. The
jupyter-server-proxy *extension* is switched off (etc/jupyterlab_sealab.json), because it would open every port of the
host at `/proxy/<port>`, with XSRF checks off and no setting that closes it. An administrator who needs it switches
it on again with `{"ServerApp": {"jpserver_extensions": {"jupyter_server_proxy": true}}}`.
"""

from jupyter_server_proxy.config import ServerProcess, make_handlers

from .launch import service_process


def _jupyter_server_extension_points():
    return [{"module": "jupyterlab_sealab"}]


def _jupyter_labextension_paths():
    return [{"src": "labextension", "dest": "jupyterlab-sealab"}]


def _load_jupyter_server_extension(server_app):
    process = ServerProcess(name="sealab", **service_process(server_app.root_dir))
    server_app.web_app.add_handlers(".*", make_handlers(server_app.base_url, [process]))
