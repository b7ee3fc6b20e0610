"""What a callable gives or an attribute holds, in the notation of the inventories.

`-> C` is a C, `-> poller C` an LROPoller that ends in a C, `-> many C` something to iterate over, `-> mapping C`
something to subscript by name. Sources, in this order: annotations, then `:rtype:`, `:vartype:` and `:type:` of the
documentation. Nothing is said where more than one class is possible, or where it is a plain value such as a `str`.
"""

import ast
import collections.abc
import re
import sys
import types
import typing

MANY = {"Iterable", "Iterator", "ItemPaged", "List", "list", "Sequence", "Generator", "Set", "set", "Collection",
        "builtin.list", "Tuple", "tuple", "generator"}
MAPPING = {"Dict", "dict", "Mapping", "MutableMapping", "OrderedDict", "builtin.dict"}
POLLER = {"LROPoller"}
INTERNAL = {"_generated", "_restclient", "_vendor"}
# Words of documentation that add nothing: `:rtype: typing.List[~azure.x.Y]`, `list of :class:`Y``.
NOISE = re.compile(r"~|`|:class:|:py:class:|\btyping\.|\bcollections\.abc\.|\bazure\.core\.(?:polling|paging)\.")


class Resolver:
    """Finds classes by the names that annotations and documentation use for them."""

    def __init__(self, roots, public):
        self.roots = roots
        # Dotted public name -> class.
        self.public = {name: value for name, value in public.items() if issubclass(type(value), type)}

    def known(self, value):
        """Whether a value is a class of the packages that an inventory is about, their generated clients excepted.

        Asks `type(value)` and not `isinstance`, which would wake azure-ai-ml's lazy modules.
        """
        if not issubclass(type(value), type):
            return False
        parts = value.__module__.split(".")
        return parts[0] in self.roots and not INTERNAL.intersection(parts)

    def find(self, dotted, scope):
        """The class behind a name: by the names of the scope, as a public name, or as `module.name`.

        Prose of azureml often names a module that does not hold the class (`azureml.core.run.X`); there the last part
        decides, if only one public class has it.
        """
        parts = dotted.split(".")
        value = scope.get(parts[0])
        for part in parts[1:]:
            value = vars(value).get(part) if issubclass(type(value), (types.ModuleType, type)) else None
        if self.known(value):
            return value
        if dotted in self.public:
            return self.public[dotted]
        if parts[0] in self.roots and len(parts) > 1:
            value = vars(sys.modules.get(".".join(parts[:-1]), types)).get(parts[-1])
            if self.known(value):
                return value
        if INTERNAL.intersection(parts) or parts[0] == "azure" or (len(parts) > 1 and parts[0] not in self.roots):
            return None
        named = {value for name, value in self.public.items() if name.rsplit(".", 1)[-1] == parts[-1]}
        return named.pop() if len(named) == 1 else None


def of_annotation(annotation, scope, resolver):
    """`(how, class)` of an annotation, or None."""
    if isinstance(annotation, typing.ForwardRef):
        annotation = annotation.__forward_arg__
    if isinstance(annotation, str):
        return of_text(annotation, scope, resolver)
    if resolver.known(annotation):
        return ("", annotation) if annotation.__name__ not in POLLER else None
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Union or origin is types.UnionType:
        args = [a for a in args if a is not type(None)]
        return of_annotation(args[0], scope, resolver) if len(args) == 1 else None
    return generic(getattr(origin, "__name__", ""), [lambda a=a: of_annotation(a, scope, resolver) for a in args])


def generic(head, arguments):
    """`(how, class)` of `head[arguments]`; the arguments are only looked at where they matter."""
    head = head.rsplit(".", 1)[-1] if head not in MANY | MAPPING else head
    if head == "Optional" and len(arguments) == 1:
        return arguments[0]()
    if head == "Type" or head == "type":
        return arguments[0]() if arguments else None
    if head in POLLER:
        inner = arguments[0]() if arguments else None
        return ("poller", inner[1] if inner and not inner[0] else None)
    if head in MANY or head in MAPPING:
        inner = arguments[-1 if head in MAPPING else 0]() if arguments else None
        return ("mapping" if head in MAPPING else "many", inner[1]) if inner and not inner[0] else None
    return None


def of_text(text, scope, resolver):
    """`(how, class)` of an annotation that is a string, or of a type in prose."""
    text = NOISE.sub("", re.sub(r"\s+", " ", text)).strip().strip(".")
    text = re.sub(r"^(?:a |an )?(list|dict)\((.*)\)$", r"\1[\2]", text)
    text = re.sub(r"^(?:a )?list of ([\w.]+)$", r"list[\1]", text)
    text = re.sub(r"^Optional: |, optional$", "", text)
    try:
        return of_tree(ast.parse(text, mode="eval").body, scope, resolver)
    except SyntaxError:
        return None


def of_tree(node, scope, resolver):
    """`(how, class)` of an annotation's syntax tree."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return of_text(node.value, scope, resolver)
    if isinstance(node, (ast.Name, ast.Attribute)):
        found = resolver.find(ast.unparse(node), scope)
        return ("", found) if found and found.__name__ not in POLLER else None
    if isinstance(node, ast.Subscript):
        inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if ast.unparse(node.value).endswith("Union"):
            inner = [n for n in inner if not (isinstance(n, ast.Constant) and n.value is None)]
            return of_tree(inner[0], scope, resolver) if len(inner) == 1 else None
        return generic(ast.unparse(node.value), [lambda n=n: of_tree(n, scope, resolver) for n in inner])
    return None


def of_function(function, resolver):
    """`(how, class)` of what a function returns."""
    scope = getattr(function, "__globals__", {})
    annotation = getattr(function, "__annotations__", {}).get("return")
    found = of_annotation(annotation, scope, resolver) if annotation is not None else None
    if found:
        return found
    vague = annotation in (None, typing.Any) or is_generic_name(annotation)
    text = tag(function.__doc__, "rtype", "") if vague else None
    return of_text(text, scope, resolver) if text else None


def is_generic_name(annotation):
    """Whether the annotation is a container without arguments, so that the documentation may say more."""
    return annotation in (dict, list, collections.abc.Iterable, typing.Iterable, typing.List, typing.Dict)


def tag(doc, kind, name):
    """The text of one `:kind name:` entry of a docstring, or None."""
    head = r":%s%s:" % (kind, " " + re.escape(name) if name else "")
    found = re.search(head + r"\s*(.*?)(?=\n\s*:\w+[^:\n]*:|\n\s*\n|\n\s*\.\.|\Z)", doc or "", re.S)
    return found.group(1).strip() if found else None
