"""Read by every Python that starts with this folder in its path: installs the secure defaults, then whatever else is configured.

Python takes the first `sitecustomize` that it finds; the one that this hides is run as if it had been found.
"""

import sys

import sealab_defaults.startup  # noqa: F401


def _run_hidden():
    from importlib.machinery import PathFinder
    from os.path import dirname, realpath

    own = dirname(realpath(__file__))
    spec = PathFinder.find_spec(__name__, [path for path in sys.path if realpath(path or ".") != own])
    if spec is not None and spec.loader is not None:
        spec.loader.exec_module(sys.modules[__name__])


_run_hidden()
