"""The public members that a class itself defines: methods, properties, class attributes and what `__init__` sets."""

import ast
import functools
import inspect
import re
import typing

import keywords
import returned
from signature import signature


def describe(cls, resolver, write):
    """`{name: text}` of the own members; `write` turns `(how, class)` into notation and remembers the class."""
    members = {}
    for name, found in instance_attributes(cls, resolver).items():
        members[name] = write(found)
    for name, annotation in vars(cls).get("__annotations__", {}).items():
        scope = vars(inspect.getmodule(cls) or object)
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
    bound = not isinstance(value, staticmethod)
    try:
        extra = sorted(keywords.accepted(function, cls))
        text = signature(function, skip_first=bound, types={}, extra=extra)
    except (ValueError, TypeError):
        text = "..."
    return "(%s)%s" % (text, write(returned.of_function(inspect.unwrap(function), resolver)))


def instance_attributes(cls, resolver):
    """`{name: (how, class) or None}` of the attributes that `__init__` sets or the documentation lists."""
    found = {}
    for name in re.findall(r":(?:ivar|vartype|var)\s+(?:[^:\n]*\s)?(\w+):", cls.__doc__ or ""):
        text = returned.tag(cls.__doc__, "vartype", name)
        found[name] = returned.of_text(text, vars(inspect.getmodule(cls)), resolver) if text else None
    init = vars(cls).get("__init__")
    tree = keywords.tree_of(init) if inspect.isfunction(init) else None
    if tree is None:
        return found
    function = inspect.unwrap(init)
    for node in ast.walk(tree):
        for place in places(node):
            known = value_of(node, function, resolver)
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
