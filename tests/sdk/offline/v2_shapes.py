"""The shapes of azure-ai-ml's own models of the service."""

import enum
import functools
import typing

from azure.ai.ml._restclient.arm_ml_service import models

from offline.shapes import NUMBER, TEXT, TRUTH, WHOLE, Anything, Field, Plain, Several, Thing

BASIC = {str: TEXT, int: WHOLE, float: NUMBER, bool: TRUTH}
SOURCE = models._models


@functools.cache
def of(name):
    """The shape of a model."""
    return _thing(getattr(models, name))


def _thing(model):
    kinds = {value: kind for value, kind in vars(model).get("__mapping__", {}).items() if kind is not model}
    if kinds:
        by = next(field._rest_name_input or name for name, field in _fields(model).items() if field._is_discriminator)
        return Thing(model.__name__, {}, by, {str(getattr(value, "value", value)): functools.partial(of, kind.__name__)
                                              for value, kind in kinds.items()})
    hints = typing.get_type_hints(model, vars(SOURCE), {"_models": models})
    return Thing(model.__name__, {field._rest_name_input or name: _field(field, hints[name])
                                  for name, field in _fields(model).items()})


def _fields(model):
    """{attribute: field}, the model's own before those that it takes over."""
    found = {}
    for owner in model.__mro__:
        for name, field in vars(owner).items():
            if hasattr(field, "_rest_name_input"):
                found.setdefault(name, field)
    return found


def _field(field, hint):
    can_be_nothing = type(None) in typing.get_args(hint)
    return Field(_Later(hint), required=not can_be_nothing, readonly=field._visibility == ["read"])


class _Later:
    """A shape that is read when it is needed: models name each other."""

    def __init__(self, hint):
        self._hint = hint

    def wrong(self, value, place):
        return _of_hint(self._hint).wrong(value, place)


def _of_hint(hint):
    origin, inner = typing.get_origin(hint), [kind for kind in typing.get_args(hint) if kind is not type(None)]
    if origin is typing.Literal:
        return Plain((str,), "a word", [getattr(value, "value", value) for value in inner])
    if origin in (list, dict):
        return Several(origin, _of_hint(inner[-1]))
    if origin is typing.Union:
        words = [kind for kind in inner if isinstance(kind, type) and issubclass(kind, enum.Enum)]
        return _of_hint(words[0] if words else inner[0])
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return Plain((str,), "a `{}`".format(hint.__name__), [value.value for value in hint])
    if hint in BASIC:
        return BASIC[hint]
    # Times and lengths of time go as texts.
    return of(hint.__name__) if hasattr(models, getattr(hint, "__name__", "")) else Anything()
