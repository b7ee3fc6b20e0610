"""The public members that a class itself defines: methods, properties, class attributes and what constructors set."""

import ast
import functools
import inspect
import sys
import typing

import keywords
import returned
from signature import signature

# Where instance attributes are set: azureml's compute targets are made by `__new__`, which calls `_initialize`.
INITIALIZERS = ("__init__", "_initialize")


def describe(cls, resolver, write):
    """`{name: text}` of the own members; `write` turns `(how, class)` into notation and remembers the class."""
    members = {}
    for name, found in instance_attributes(cls, resolver).items():
        members[name] = write(found)
    # Of a metaclass it is what `type` gives its classes.
    annotations = vars(cls).get("__annotations__", {})
    for name, annotation in annotations.items() if isinstance(annotations, dict) else ():
        scope = vars(sys.modules[cls.__module__])
        members[name] = write(returned.of_annotation(annotation, scope, resolver)) or members.get(name, "")
    for name, value in vars(cls).items():
        if isinstance(value, typing.TypeVar):
            continue
        members[name] = member(cls, name, value, resolver, write) or members.get(name, "")
    return {name: members[name] for name in sorted(members) if not name.startswith("_")}


def member(cls, name, value, resolver, write):
    """The notation of one entry of a class's `__dict__`."""
    if name.startswith("_"):
        return ""
    if isinstance(value, (staticmethod, classmethod)) or inspect.isroutine(value):
        return method(cls, value, resolver, write)
    getter = getter_of(value)
    if getter:
        return write(returned.of_function(getter, resolver))
    if resolver.known(value):
        return write(("", value))
    if resolver.known(type(value)) and type(value) is not cls:
        return write(("", type(value)))
    return ""


def getter_of(value):
    """The function behind a property, a cached property or the like."""
    if isinstance(value, property):
        return value.fget
    if isinstance(value, functools.cached_property):
        return value.func
    return None


def method(cls, value, resolver, write):
    """`(parameters) -> result` of a method; a signature that Python cannot tell is `(...)`."""
    function = getattr(value, "__func__", value)
    callee = keywords.Callee(function, cls, cls)
    try:
        text = signature(function, skip_first=not isinstance(value, staticmethod), types={},
                         extra=sorted(keywords.accepted(callee)), swallows=keywords.swallows(callee))
    except (ValueError, TypeError):
        text = "..."
    return "(%s)%s" % (text, write(returned.of_function(inspect.unwrap(function), resolver)))


def instance_attributes(cls, resolver):
    """`{name: (how, class) or None}` of the attributes that a constructor sets, typed by code or documentation."""
    found = {}
    for name in INITIALIZERS:
        tree = keywords.tree_of(vars(cls).get(name))
        for node in ast.walk(tree) if tree else ():
            for place in places(node):
                known = value_of(node, inspect.unwrap(vars(cls)[name]), resolver)
                text = returned.tag(cls.__doc__, "vartype", place.attr)
                if known is None and text:
                    known = returned.of_text(text, vars(sys.modules[cls.__module__]), resolver)
                found[place.attr] = known or found.get(place.attr)
    return found


def places(node):
    """The `self.x` that a statement assigns to."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [t for t in targets if isinstance(t, ast.Attribute) and getattr(t.value, "id", "") == "self"]


def value_of(node, function, resolver):
    """`(how, class)` of `self.x: C = ...`, `self.x = parameter` with an annotation, or `self.x = C(...)`."""
    if isinstance(node, ast.AnnAssign):
        return returned.of_tree(node.annotation, function.__globals__, resolver)
    if isinstance(node.value, ast.Name) and node.value.id in function.__annotations__:
        return returned.of_annotation(function.__annotations__[node.value.id], function.__globals__, resolver)
    if isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Name):
        value = function.__globals__.get(node.value.func.id)
        return ("", value) if resolver.known(value) else None
    return None
