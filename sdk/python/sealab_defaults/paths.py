"""Paths into requests and into the environment document: names joined by dots, `[]` for every element of a list. As sdk/src/contract/path.ts."""

from collections import namedtuple
from functools import lru_cache

# `location` has indices, for messages: `ProductionVariants[0].InstanceType`. `value` is None where the field is missing.
Place = namedtuple("Place", "location parent name value")
# An object that a rule looks into, and the rest of the rule's path in it.
Scope = namedtuple("Scope", "location object rest")


def is_list(value):
    return isinstance(value, (list, tuple))


def is_expression(value):
    """Whether something stands for a value that is known when the pipeline runs: `{"Get": …}`."""
    return isinstance(value, dict) and len(value) == 1 and all(name == "Get" or name.startswith("Std:") for name in value)


@lru_cache(maxsize=None)
def _steps(path):
    return tuple((part[:-2], True) if part.endswith("[]") else (part, False) for part in path.split("."))


def places_at(root, path):
    """The places that `path` names in `root`; none where an enclosing object is missing."""
    steps = _steps(path)
    parents = [("", root)]
    for index, (name, each) in enumerate(steps):
        last = index == len(steps) - 1
        found, following = [], []
        for location, parent in parents:
            if not isinstance(parent, dict):
                continue
            here = f"{location}.{name}" if location else name
            value = parent.get(name)
            if not each:
                if last:
                    found.append(Place(here, parent, name, value))
                else:
                    following.append((here, value))
            elif is_list(value):
                for position, item in enumerate(value):
                    if last:
                        found.append(Place(f"{here}[{position}]", value, position, item))
                    else:
                        following.append((f"{here}[{position}]", item))
        if last:
            return found
        parents = following
    return []


def values_at(root, path):
    """All values at `path`, lists flattened, absent ones left out."""
    values = []
    for place in places_at(root, path):
        if is_list(place.value):
            values.extend(place.value)
        elif place.value is not None:
            values.append(place.value)
    return values


def scopes_at(root, path, within=None):
    """The objects in which a rule about `path` holds, each by itself: the elements of the last list on the way, else the
    object at `within`, else the root. None where the caller gave no such object: then there is nothing to secure."""
    cut = path.rfind("[].")
    scope = path[: cut + 2] if cut >= 0 else within if within and path.startswith(f"{within}.") else None
    if scope is None:
        return [Scope("", root, path)]
    rest = path[len(scope) + 1 :]
    return [Scope(place.location, place.value, rest) for place in places_at(root, scope) if isinstance(place.value, dict)]


def set_at(root, path, value):
    """Sets a plain path, making the objects on the way."""
    *names, last = path.split(".")
    for name in names:
        child = root.get(name)
        root[name] = child if isinstance(child, dict) else {}
        root = root[name]
    root[last] = value


def copy_of(value):
    """A deep copy of objects and lists; streams, bytes and the like are kept as they are."""
    if isinstance(value, dict):
        return {key: copy_of(item) for key, item in value.items()}
    return [copy_of(item) for item in value] if is_list(value) else value
