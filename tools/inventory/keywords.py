"""Which keywords an open callable (one with `**kwargs`) takes, read off its own code and documentation.

A keyword counts when the code takes it out of `kwargs`, when the documentation has a `:keyword x:` entry, or when `kwargs`
go on whole to a constructor of the same package that takes it (the options of an HTTP pipeline count only where they are
documented). A keyword that the code itself sets in `kwargs`, or hands on beside them, does
not count: giving it twice is an error, or is overwritten without one.
"""

import ast
import inspect
import re
import textwrap


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


def accepted(function, owner, seen=()):
    """The extra keywords of a function or constructor; `owner` is the class that defines it, if one does."""
    swallow, tree = open_name(function), tree_of(function)
    if swallow is None or tree is None or function in seen:
        return set()
    scope = getattr(inspect.unwrap(function), "__globals__", {})
    taken, set_here = set(), set()
    for node in ast.walk(tree):
        taken |= taken_by(node, swallow, scope)
        set_here |= set_by(node, swallow, scope)
        if isinstance(node, ast.Call) and any(k.arg is None and name_of(k.value) == swallow for k in node.keywords):
            taken |= handed_on(node, scope, owner, (*seen, function))
    documented = set(re.findall(r":keyword\s+(?:[^:\n]*\s)?(\w+):", function.__doc__ or ""))
    if owner is not None and function.__name__ == "__init__":
        documented |= set(re.findall(r":(?:keyword|param)\s+(?:[^:\n]*\s)?(\w+):", owner.__doc__ or ""))
    return {k for k in (taken | documented) - set_here - {swallow} if not k.startswith("_")}


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


def handed_on(call, scope, owner, seen):
    """What the constructor that the call hands `**kwargs` to takes, less what the call names itself."""
    target, holder = callee(call, scope, owner)
    if target is None or package_of(target.__module__) != package_of(seen[-1].__module__):
        return set()
    named = {k.arg for k in call.keywords if k.arg}
    parameters = [p for p in inspect.signature(target).parameters.values() if p.name != "self"]
    positions = [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD][:len(call.args)]
    names = {p.name for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)}
    return (names | accepted(target, holder, seen)) - named - set(positions)


def package_of(module):
    """`azure.ai.ml` and `azure.core` of modules below them, generated clients set apart."""
    parts = module.split(".")
    internal = {"_generated", "_restclient", "_vendor"}.intersection(parts)
    return (*parts[:3 if parts[:2] == ["azure", "ai"] else 2], *internal)


def callee(call, scope, owner):
    """`(function, its class)` of `super().__init__(...)`, `Class(...)` or `function(...)`."""
    function = call.func
    if isinstance(function, ast.Attribute) and function.attr == "__init__" and isinstance(function.value, ast.Call):
        return following(owner, owner)
    value = scope.get(name_of(function))
    if inspect.isclass(value):
        return constructor(value)
    return (value, None) if inspect.isfunction(value) else (None, None)


def constructor(cls):
    """The constructor that Python code defines for a class, with the class that defines it."""
    return first_init(cls.__mro__)


def following(cls, start):
    """The constructor that `super()` means in the class `start`."""
    return first_init(cls.__mro__[cls.__mro__.index(start) + 1:]) if cls else (None, None)


def first_init(classes):
    """The first `__init__` among the classes that is a Python function."""
    for cls in classes:
        if inspect.isfunction(vars(cls).get("__init__")):
            return vars(cls)["__init__"], cls
    return None, None
