"""How callables are called: reads a JSON list of dotted names, prints the parameters of those that this Python has."""

import importlib
import inspect
import json
import re
import sys


def find(dotted):
    """The object with a dotted name, or None."""
    parts = dotted.split(".")
    for length in range(len(parts) - 1, 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:length]))
        except ImportError:
            continue
        for part in parts[length:]:
            found = getattr(found, part, None)
        return found
    return None


def parameters(dotted):
    """The parameters of a class or function, `name?` where one may be left out; None for anything else."""
    found = find(dotted)
    if not (inspect.isroutine(found) or inspect.isclass(found)):
        return None
    try:
        signature = inspect.signature(found)
    except (ValueError, TypeError):
        return None
    every = list(signature.parameters.values())
    given = [p for p in every if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    # Functions of a class that is not made are looked at: their first parameter is the object.
    named = [p.name + ("" if p.default is p.empty else "?") for p in given if p.name != "self"]
    is_open = any(p.kind is p.VAR_KEYWORD for p in every)
    return named + (["**", *(name + "?" for name in keywords(found) if name + "?" not in named)] if is_open else [])


def keywords(found):
    """What a callable takes out of its `**kwargs`, in alphabetical order."""
    classes = [c for c in found.__mro__ if c is not object] if inspect.isclass(found) else [found]
    taken = set()
    for each in classes:
        try:
            source = inspect.getsource(each)
        except (OSError, TypeError):
            continue
        taken.update(re.findall(r"kwargs\.(?:get|pop)\(\s*['\"](\w+)['\"]", source))
        taken.update(re.findall(r"kwargs\[['\"](\w+)['\"]\]", source))
        taken.update(re.findall(r":(?:keyword|param) (?:[\w.]+ )?(\w+):", inspect.getdoc(each) or ""))
    return sorted(taken)


called = {name: parameters(name) for name in json.load(sys.stdin)}
json.dump({name: params for name, params in called.items() if params is not None}, sys.stdout)
