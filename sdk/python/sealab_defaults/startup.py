"""Waits for `botocore.handlers`, at the price of a comparison for each import; everything else is loaded then."""

import sys

AWAITED = "botocore.handlers"


class Finder:
    """Finds nothing itself: it hands on what the other finders found, so that botocore is completed once it is loaded."""

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name != AWAITED:
            return None
        for finder in sys.meta_path:
            found = None if finder is cls else finder.find_spec(name, path, target)
            if found is not None:
                return _completed(found)
        return None


def _completed(spec):
    execute = spec.loader.exec_module

    def exec_module(module):
        execute(module)
        _register(module)

    spec.loader.exec_module = exec_module
    return spec


def _register(handlers):
    from .hook import register

    register(handlers)


if Finder not in sys.meta_path:
    sys.meta_path.insert(0, Finder)
    if AWAITED in sys.modules:
        _register(sys.modules[AWAITED])
