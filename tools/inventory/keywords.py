"""Which keywords an open callable (one with `**kwargs`) takes, read off its own code and documentation.

A keyword counts when the code takes it out of `kwargs`, when the documentation has a `:keyword x:` entry, or when
`kwargs` go on whole to a base class, a constructor or a function of the same package that takes it (the options of an
HTTP pipeline count only where they are documented). A keyword that the code itself sets in `kwargs`, or hands on
beside them, does not count: giving it twice is an error, or is overwritten without one.
"""

import ast
import inspect
import re
import textwrap
import typing


def tree_of(function):
    """The syntax tree of a function's source, or None where there is no source."""
    try:
        return ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(function))))
    except (OSError, TypeError, SyntaxError, IndentationError):
        return None


def open_name(function):
    """The name of a callable's `**kwargs`, or None."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (ValueError, TypeError):
        return None
    return next((p.name for p in parameters if p.kind is p.VAR_KEYWORD), None)


class Callee(typing.NamedTuple):
    """A function, the class that defines it, and the class of the object that it is called on; None outside classes."""

    function: object
    owner: type = None
    instance: type = None


def accepted(callee, seen=()):
    """The extra keywords of a function or constructor."""
    function = callee.function
    swallow, tree = open_name(function), tree_of(function)
    if swallow is None or tree is None or function in seen:
        return set()
    scope = getattr(inspect.unwrap(function), "__globals__", {})
    taken, set_here = set(), set()
    for node in ast.walk(tree):
        taken |= taken_by(node, swallow, scope)
        set_here |= set_by(node, swallow, scope)
        if isinstance(node, ast.Call) and hands_on(node, swallow):
            taken |= handed_on(node, scope, callee, (*seen, function))
    documented = set(re.findall(r":(?:keyword|kwarg)\s+(?:[^:\n]*\s)?(\w+):", function.__doc__ or ""))
    if callee.owner is not None and function.__name__ == "__init__":
        documented |= set(re.findall(r":(?:keyword|kwarg|param)\s+(?:[^:\n]*\s)?(\w+):", callee.owner.__doc__ or ""))
    return {k for k in (taken | documented) - set_here - {swallow} if not k.startswith("_")}


def swallows(callee, seen=()):
    """Whether an unknown keyword is lost in silence: there is a `**kwargs`, and nobody it is handed on to objects."""
    function = callee.function
    swallow, tree = open_name(function), tree_of(function)
    if swallow is None or function is object.__init__:
        return False
    if tree is None or function in seen:
        return True
    scope = getattr(inspect.unwrap(function), "__globals__", {})
    calls = (n for n in ast.walk(tree) if isinstance(n, ast.Call))
    for call in (c for c in calls if hands_on(c, swallow)):
        following = callee_of(call, scope, callee)
        if following and not swallows(following, (*seen, function)):
            return False
    return True


def hands_on(call, swallow):
    """Whether a call passes `**kwargs` on."""
    return any(k.arg is None and name_of(k.value) == swallow for k in call.keywords)


def name_of(node):
    """The name that a node is, or ''."""
    return getattr(node, "id", "")


def constant(node, scope):
    """The string that a node stands for: a literal or a constant of the module."""
    value = node.value if isinstance(node, ast.Constant) else scope.get(name_of(node))
    return {value} if isinstance(value, str) else set()


def taken_by(node, swallow, scope):
    """`kwargs.pop(x)`, `kwargs.get(x)`, `x in kwargs` and `kwargs[x]` where it is read."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
        if node.func.attr in ("pop", "get") and name_of(node.func.value) == swallow:
            return constant(node.args[0], scope)
    if isinstance(node, ast.Compare) and name_of(node.comparators[0]) == swallow and isinstance(node.ops[0], ast.In):
        return constant(node.left, scope)
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load) and name_of(node.value) == swallow:
        return constant(node.slice, scope)
    return set()


def set_by(node, swallow, scope):
    """`kwargs[x] = ...`."""
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and name_of(node.value) == swallow:
        return constant(node.slice, scope)
    return set()


def handed_on(call, scope, callee, seen):
    """What the function that the call hands `**kwargs` to takes, less what the call names itself."""
    target = callee_of(call, scope, callee)
    if target is None or not inspect.isfunction(target.function):
        return set()
    if package_of(target.function.__module__) != package_of(callee.function.__module__):
        return set()
    named = {k.arg for k in call.keywords if k.arg}
    parameters = [p for p in inspect.signature(target.function).parameters.values() if p.name not in ("self", "cls")]
    positions = [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD][:len(call.args)]
    names = {p.name for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)}
    return (names | accepted(target, seen)) - named - set(positions)


def package_of(module):
    """`azure.ai.ml` and `azure.core` of modules below them, generated clients set apart."""
    parts = module.split(".")
    internal = {"_generated", "_restclient", "_vendor"}.intersection(parts)
    return (*parts[:3 if parts[:2] == ["azure", "ai"] else 2], *internal)


def callee_of(call, scope, callee):
    """What `super().x(...)`, `cls(...)`, `Class(...)` or `function(...)` calls, or None."""
    function = call.func
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Call) and callee.owner is not None:
        if name_of(function.value.func) == "super":
            order = callee.instance.__mro__
            return first(callee.instance, order[order.index(callee.owner) + 1:], function.attr)
    value = callee.owner if name_of(function) == "cls" else scope.get(name_of(function))
    if inspect.isclass(value):
        return constructor(value)
    return Callee(value) if inspect.isfunction(value) else None


def constructor(cls):
    """The constructor that Python code defines for a class; `object`'s if there is none; None if it is C code's."""
    return first(cls, cls.__mro__, "__init__")


def first(instance, classes, name):
    """What the first of the classes that has the name has under it; C code counts for `object` only."""
    for cls in classes:
        function = getattr(vars(cls).get(name), "__func__", vars(cls).get(name))
        if inspect.isfunction(function) or cls is object and function:
            return Callee(function, cls, instance)
        if function:
            break
    return None
