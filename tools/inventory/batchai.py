"""Describes one installed version of azure-mgmt-batchai as JSON on standard output.

Runs inside the version's own virtual environment. Facts come from the running package (signatures, attribute maps)
and from the syntax trees of its operations (what a response is read as); prose is read for one thing only: which enum
stands behind a field that the attribute map calls a `str`. Merging the versions is not done here but in `merge.py`.
"""

import ast
import enum
import importlib
import importlib.util
import inspect
import json
import pkgutil
import re
import sys
import textwrap

import msrest.exceptions
from msrest.paging import Paged
from msrest.serialization import Model

from signature import signature

ROOT = "azure.mgmt.batchai"
# How msrest's wire types read in Python.
PLAIN = {"iso-8601": "datetime", "rfc-1123": "datetime", "duration": "timedelta", "long": "int"}
# What the runtime of 0.1.0 to 2.0.0 raises, by the names that programs import.
MSREST_EXCEPTIONS = ["AuthenticationError", "ClientException", "ClientRequestError", "DeserializationError",
                     "HttpOperationError", "SerializationError", "TokenExpiredError", "ValidationError"]
MODULE = importlib.import_module(ROOT)
MODELS = importlib.import_module(ROOT + ".models")
OPERATIONS = importlib.import_module(ROOT + ".operations")
# Only 7.0.0 has an asynchronous client.
AIO = importlib.import_module(ROOT + ".aio") if importlib.util.find_spec(ROOT + ".aio") else None
AIO_OPERATIONS = AIO and importlib.import_module(ROOT + ".aio.operations")


def classes(module, base):
    """The public classes of a module that derive from `base`, by name."""
    found = {}
    for name in dir(module):
        value = getattr(module, name)
        if inspect.isclass(value) and issubclass(value, base) and value is not base and not name.startswith("_"):
            found[name] = value
    return found


ENUMS = classes(MODELS, enum.Enum)


def python_type(wire):
    """`[BatchAIError]`, `{str}`, `ScaleSettings` and so on, from the type of an attribute map."""
    if wire[0] in "[{":
        return wire[0] + python_type(wire[1:-1]) + wire[-1]
    return PLAIN.get(wire, wire)


def documented(cls, field):
    """What the class's documentation says of a field's type, white space squeezed; empty where it says nothing."""
    for owner in cls.__mro__:
        doc = re.sub(r"\s+", " ", owner.__doc__ or "")
        found = re.search(r":(?:type|vartype) %s: (.*?)(?= :(?:ivar|vartype|param|type) |$)" % re.escape(field), doc)
        if found:
            return found.group(1).strip()
    return ""


def field_type(cls, field):
    """The type of a field by the attribute map; by the documentation where the map has no entry or hides an enum."""
    wire = cls._attribute_map.get(field, {}).get("type")
    if wire and wire != "str":
        return python_type(wire)
    text = documented(cls, field)
    names = [name for name in re.findall(r"models\.(\w+)", text) if name in ENUMS]
    return names[0] if names else wire or text


def read_keywords(function):
    """The names that a constructor reads as `kwargs.get('x', ...)` (1.0.0 is written so), in order."""
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(function)))):
        if (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get"
                and getattr(node.func.value, "id", "") == "kwargs"):
            yield node.args[0].value


def constructor(cls):
    """`{name: required}` of all that the constructor takes, base classes reached by `**kwargs` included."""
    taken, required = {}, {k for k, v in cls._validation.items() if v.get("required") and not v.get("constant")}
    for owner in cls.__mro__[:cls.__mro__.index(Model)]:
        if "__init__" not in vars(owner):
            continue
        parameters = list(inspect.signature(owner.__init__).parameters.values())[1:]
        for p in parameters:
            if p.kind is not p.VAR_KEYWORD:
                taken.setdefault(p.name, p.default is p.empty)
        if not any(p.kind is p.VAR_KEYWORD for p in parameters):
            break
        for name in read_keywords(owner.__init__):
            taken.setdefault(name, name in required)
    return taken


def model(cls):
    """Fields in the constructor's order, then the ones that only a server sets (marked `-`)."""
    taken = constructor(cls)
    marks = {name: "!" if required else "" for name, required in taken.items()}
    marks.update({name: "-" for name in cls._attribute_map if name not in taken})
    fields = ["%s%s: %s" % (name, mark, field_type(cls, name)) for name, mark in marks.items()]
    parameters = list(inspect.signature(cls.__init__).parameters.values())[1:]
    return {"positional": any(p.kind is p.POSITIONAL_OR_KEYWORD for p in parameters), "fields": fields}


def page_element(name):
    """What the pages of a pager class, or of a list result, hold."""
    for entry in getattr(MODELS, name)._attribute_map.values():
        if entry["type"].startswith("["):
            return python_type(entry["type"][1:-1])
    raise ValueError("%s has no list of elements" % name)


def called_names(tree):
    """Every name that the tree calls: `x(...)` and `a.b.x(...)` are both `x`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def outcome(function):
    """The kind of an operation and the type that it gives in the end, read off its own code."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    read = [n.args[0].value for n in ast.walk(tree) if isinstance(n, ast.Call) and n.args
            and isinstance(n.func, ast.Attribute) and n.func.attr == "_deserialize"
            and isinstance(n.args[0], ast.Constant)]
    calls = set(called_names(tree))
    pagers = [name for name in sorted(calls) if name.endswith("Paged") and not name.endswith("ItemPaged")]
    if pagers:
        return "pager", page_element(pagers[0])
    if calls & {"ItemPaged", "AsyncItemPaged"}:
        return "pager", page_element(next(name for name in read if name != "ErrorResponse"))
    kind = "poller" if calls & {"AzureOperationPoller", "LROPoller", "AsyncLROPoller"} else "plain"
    return kind, python_type(read[0]) if read else None


def documented_keywords(function):
    """The names of `:keyword x:` entries: what `**kwargs` of 7.0.0 takes."""
    names = re.findall(r":keyword (?:[\w~.]+ )?(\w+):", function.__doc__ or "")
    return sorted(set(names))


def parameter_type(function):
    """Types of parameters that are models, by name, from the function's documentation."""
    doc = re.sub(r"\s+", " ", function.__doc__ or "")
    found = re.findall(r":type (\w+): (.*?)(?= :(?:param|type|return|rtype|keyword|paramtype)|$)", doc)
    types = {}
    for name, text in found:
        models = [m for m in re.findall(r"models\.(\w+)", text) if hasattr(MODELS, m)]
        if models:
            types[name] = models[0]
    return types


def operation(function):
    """One operation: its signature, its kind and what it gives."""
    kind, returns = outcome(function)
    text = signature(function, skip_first=True, types=parameter_type(function), extra=documented_keywords(function))
    return {"kind": kind, "returns": returns, "params": text}


def public_methods(cls):
    """The functions that a class itself or its bases define under a public name."""
    return {name: value for name, value in inspect.getmembers(cls, inspect.isfunction) if not name.startswith("_")}


def client(cls):
    """Constructor, operation groups, plain attributes and methods of a client class."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(cls.__init__)))
    groups, attributes = {}, []
    for node in ast.walk(tree):
        place = node.targets[0] if isinstance(node, ast.Assign) else None
        if not (isinstance(place, ast.Attribute) and getattr(place.value, "id", "") == "self"):
            continue
        name = place.attr
        made = getattr(getattr(node.value, "func", None), "id", "")
        if made in dir(OPERATIONS):
            groups[name] = made
        elif not name.startswith("_"):
            attributes.append(name)
    extra = documented_keywords(cls)
    return {"params": signature(cls.__init__, skip_first=True, types={}, extra=extra), "groups": groups,
            "attributes": sorted(attributes), "methods": sorted(public_methods(cls))}


def clients():
    """Every client class; the asynchronous one of 7.0.0 is `aio.BatchAI`, its groups `aio.ClustersOperations` ..."""
    found = {name: client(getattr(MODULE, name)) for name in MODULE.__all__}
    for name in AIO.__all__ if AIO else []:
        described = client(getattr(AIO, name))
        described["groups"] = {key: "aio." + group for key, group in described["groups"].items()}
        found["aio." + name] = described
    return found


def operations():
    """The operations of every group, by name."""
    groups = {name: getattr(OPERATIONS, name) for name in OPERATIONS.__all__}
    if AIO:
        groups.update({"aio." + name: getattr(AIO_OPERATIONS, name) for name in AIO_OPERATIONS.__all__})
    return {name: {key: operation(value) for key, value in public_methods(cls).items()}
            for name, cls in groups.items()}


def public_name(cls):
    """The dotted name by which programs know a class of another package: without the private modules in it."""
    return ".".join(part for part in [*cls.__module__.split("."), cls.__name__] if not part.startswith("_"))


def package_of(module):
    """The modules of the operations: the package itself and the files in it."""
    names = [name for _, name, _ in pkgutil.iter_modules(module.__path__)]
    return [module, *[importlib.import_module(module.__name__ + "." + name) for name in names]]


def in_operations(wanted):
    """The classes of other packages that the operations name and that are `wanted`."""
    roots = [OPERATIONS, *([AIO_OPERATIONS] if AIO else [])]
    values = [value for root in roots for module in package_of(root) for value in vars(module).values()]
    return {value for value in values if inspect.isclass(value) and not value.__module__.startswith(ROOT)
            and wanted(value)}


def set_on_self(cls):
    """The public attributes that a class's methods set on `self`."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(cls)))
    return {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
            and getattr(node.value, "id", "") == "self" and not node.attr.startswith("_")}


def members(cls, described=()):
    """What can be called and read on an object of a class, by public name; not what comes from a `described` base."""
    owners = [owner for owner in cls.__mro__ if owner.__module__.split(".")[0] in ("msrest", "msrestazure", "azure")
              and not any(issubclass(base, owner) for base in described if issubclass(cls, base))]
    found = {name for owner in owners for name in vars(owner) if not name.startswith("_")}
    return sorted(found.union(*[set_on_self(owner) for owner in owners]))


def results():
    """The pollers and pagers that the operations return, with their members."""
    found = in_operations(lambda cls: cls.__name__.endswith(("Poller", "ItemPaged")))
    found |= {Paged} if classes(MODELS, Paged) else set()
    return {public_name(cls): {"members": members(cls)} for cls in found}


def raised():
    """The exceptions that the operations name, and the ones that msrest raises on the way to the service."""
    found = in_operations(lambda cls: issubclass(cls, Exception))
    named = {public_name(cls): cls for cls in found}
    if classes(MODELS, Paged):
        # Later releases of msrest keep some of its exceptions in azure-core; their place is still here.
        named.update({"msrest.exceptions." + name: getattr(msrest.exceptions, name) for name in MSREST_EXCEPTIONS})
    return {name: {"members": members(cls, set(named.values()) - {cls})} for name, cls in named.items()}


def surface():
    """The whole of one version."""
    return {
        "clients": clients(),
        "operations": operations(),
        "models": {name: model(cls) for name, cls in classes(MODELS, Model).items()},
        "enums": {name: {m: cls[m].value for m in cls.__members__} for name, cls in ENUMS.items()},
        "pagers": {name: page_element(name) for name in classes(MODELS, Paged)},
        "results": results(),
        "exceptions": raised(),
        "model_methods": sorted(n for n in dir(Model) if not n.startswith("_")),
    }


if __name__ == "__main__":
    json.dump(surface(), sys.stdout)
