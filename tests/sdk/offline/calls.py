"""Notes calls of an SDK's public methods that the script makes: what an SDK calls by itself is not the script's."""

import functools
import inspect
import sys

SDK_MODULES = ("azure.", "azureml.", "msrest.")


def watch_all(watched, note):
    """`watched`: {class: {method: "operation"}} or {…: ("operation", "what it is about")}.

    `note(operation, subject)` is told about each call; the subject is a dotted path that starts at a parameter.
    """
    for owner, methods in watched.items():
        for method, noted_as in methods.items():
            operation, about = noted_as if isinstance(noted_as, tuple) else (noted_as, "name")
            _watch(owner, method, functools.partial(_note_call, note, operation, about))


def _watch(owner, method, note):
    """Replaces `owner.method`, whether it is a function, a static one or a property."""
    original = owner.__dict__[method]
    if isinstance(original, staticmethod):
        setattr(owner, method, staticmethod(_watched(original.__func__, note)))
    elif isinstance(original, property):
        setattr(owner, method, property(_watched(original.fget, note)))
    else:
        setattr(owner, method, _watched(original, note))


def _watched(original, note):
    signature = inspect.signature(original)

    @functools.wraps(original)
    def watched(*arguments, **keywords):
        if not is_of_sdk(sys._getframe(1)):
            note(signature, arguments, keywords)
        return original(*arguments, **keywords)

    return watched


def is_of_sdk(frame):
    """Whether code of an SDK runs in a frame."""
    return frame.f_globals.get("__name__", "").startswith(SDK_MODULES)


def _note_call(note, operation, about, signature, arguments, keywords):
    """A call that its signature refuses is not noted: it fails by itself right after."""
    try:
        bound = signature.bind(*arguments, **keywords).arguments
    except TypeError:
        return
    parameter, *attributes = about.split(".")
    subject = bound.get(parameter, "")
    for attribute in attributes:
        subject = getattr(subject, attribute, "")
    note(operation, subject)


def checked_only(constructor, instead=lambda _self: None):
    """A constructor that refuses what the real one's signature refuses, and else only does something else."""
    signature = inspect.signature(constructor)

    @functools.wraps(constructor)
    def checked(self, *arguments, **keywords):
        signature.bind(self, *arguments, **keywords)
        instead(self)

    return checked
