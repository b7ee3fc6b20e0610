"""Describes the packages of one target as JSON on standard output; runs inside the target's virtual environment.

Starts at the public names of the modules in `packages.py` and follows base classes and whatever members return, so
that a chain such as `client.compute.get(name).size` can be checked to its end.
"""

import enum
import importlib
import importlib.metadata
import inspect
import json
import logging
import sys
import warnings

import keywords
import members
import packages
import returned
from signature import signature

# Bases that add no members worth asking for.
SAYS_NOTHING = {"object", "ABC", "Generic", "Protocol"}


class Survey:
    """The symbols found so far, and the classes still to be described."""

    def __init__(self, target):
        self.modules = packages.TARGETS[target]["modules"]
        self.roots = {"azure", "azureml"}
        self.names, self.symbols, self.aliases, self.queue = {}, {}, {}, []
        public = self.public_names()
        for dotted, value in public.items():
            self.announce(dotted, value)
        self.resolver = returned.Resolver(self.roots, public)
        for name, value in list(self.symbols.items()):
            self.symbols[name] = self.describe(name, value)
        while self.queue:
            cls = self.queue.pop()
            self.symbols[self.names[cls]] = self.describe(self.names[cls], cls)

    def public_names(self):
        """`{dotted name: value}`: what `__all__` lists, in modules without one what is defined there; then what such
        modules show of other modules' public names, so that a class is named after the module that offers it."""
        modules = {name: importlib.import_module(name) for name in self.modules}
        own, shown = {}, {}
        for module, value in modules.items():
            listed = getattr(value, "__all__", None)
            for name, found in sorted(vars(value).items() if listed is None else
                                      [(name, getattr(value, name)) for name in listed if hasattr(value, name)]):
                if listed is not None or getattr(found, "__module__", "") == module and callable(found):
                    own["%s.%s" % (module, name)] = found
                else:
                    shown["%s.%s" % (module, name)] = found
        somewhere = {id(value) for value in own.values()}
        own.update({name: value for name, value in shown.items() if callable(value) and id(value) in somewhere})
        return {name: value for name, value in own.items() if not name.rsplit(".", 1)[-1].startswith("_")}

    def announce(self, dotted, value):
        """Gives a public value its name: the first place where it is found."""
        if inspect.ismodule(value):
            return
        if (inspect.isclass(value) or inspect.isfunction(value)) and value in self.names:
            self.aliases[dotted] = self.names[value]
            return
        self.symbols[dotted] = value
        if inspect.isclass(value) or inspect.isfunction(value):
            self.names[value] = dotted

    def name(self, cls):
        """The name of a class; one without a public name gets the one of its own module, and is described later."""
        if cls not in self.names:
            self.names[cls] = "%s.%s" % (cls.__module__, cls.__qualname__)
            self.queue.append(cls)
        return self.names[cls]

    def write(self, found):
        """The notation of `(how, class)`."""
        if not found:
            return ""
        how, cls = found
        return " -> " + " ".join(word for word in (how, self.name(cls) if cls else "") if word)

    def describe(self, name, value):
        """One symbol."""
        if inspect.isclass(value):
            return self.describe_class(name, value)
        if callable(value) and hasattr(value, "__code__"):
            text = self.call(name, keywords.Callee(value), skip_first=False)
            result = returned.of_function(inspect.unwrap(value), self.resolver)
            return {"kind": "function", "call": text + self.write(result)}
        return {"kind": "value"}

    def call(self, name, callee, skip_first):
        """The parameters of a function or constructor, in brackets."""
        extra = keywords.accepted(callee) | set(packages.EXTRA_KEYWORDS.get(name, []))
        return "(%s)" % signature(callee.function, skip_first, {}, sorted(extra), keywords.swallows(callee))

    def describe_class(self, name, cls):
        """A class: how it is constructed, its bases in the order of method resolution, its own members."""
        entry = {"kind": "class"}
        constructor = keywords.constructor(cls)
        if constructor and inspect.isfunction(constructor.function):
            entry["call"] = self.call(name, constructor, skip_first=True)
        elif constructor and cls.__module__ != "builtins" and not issubclass(cls, enum.Enum):
            # No `__init__` of its own: what `__new__` takes, if anything (named tuples).
            entry["call"] = "(%s)" % signature(cls, False, {}, [])
        entry["bases"] = [self.name(base) for base in cls.__mro__[1:] if base.__name__ not in SAYS_NOTHING]
        entry["members"] = members.describe(cls, self.resolver, self.write)
        entry["members"].update(packages.EXTRA_MEMBERS.get(name, {}))
        return {key: value for key, value in entry.items() if value}


def inventory(target):
    """The whole inventory of one target."""
    survey = Survey(target)
    pinned = [r.split("=")[0].split("<")[0] for r in packages.TARGETS[target]["requirements"]]
    return {
        "package": packages.TARGETS[target]["package"],
        "versions": {name: importlib.metadata.version(name) for name in pinned if name.startswith("azure")},
        "modules": survey.modules,
        "aliases": dict(sorted(survey.aliases.items())),
        "symbols": dict(sorted(survey.symbols.items())),
    }


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    result = inventory(sys.argv[1])
    json.dump(result, sys.stdout)
