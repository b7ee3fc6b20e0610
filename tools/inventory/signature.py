"""Writes a Python signature in the small notation that the inventories share with `src/sdk/signature.rs`.

`a, b: Model, c=, *, d=, **` reads: `a` and `b` are required, `b` is a Model, `c` may be left out, what follows `*`
goes by keyword alone, and `**` says that the callable swallows any other keyword without an error.
"""

import inspect


def signature(function, skip_first, types, extra, swallows=True):
    """The notation for a callable; `extra` are keywords that its `**kwargs` is known to take.

    A callable whose `**kwargs` only reach somebody who objects to unknown keywords does not `swallow` them.
    """
    parameters = list(inspect.signature(function).parameters.values())
    text = notation(parameters[1:] if skip_first else parameters, types, extra)
    return text if swallows else text.removesuffix("**").removesuffix(", ")


def notation(parameters, types, extra):
    """The notation for parameters of `inspect`; nothing of the order is changed."""
    words, star, is_open, names = [], False, False, set()
    for p in parameters:
        if p.kind is p.VAR_KEYWORD:
            is_open = True
            continue
        if p.kind is p.VAR_POSITIONAL:
            words.append("*" + p.name)
            star = True
            continue
        if p.kind is p.KEYWORD_ONLY and not star:
            words.append("*")
            star = True
        names.add(p.name)
        typed = ": " + types[p.name] if p.name in types else ""
        words.append(p.name + typed + ("" if p.default is p.empty else "="))
    extra = [name for name in extra if name not in names]
    if extra:
        words += ([] if star else ["*"]) + [name + "=" for name in extra]
    return ", ".join(words + (["**"] if is_open else []))
