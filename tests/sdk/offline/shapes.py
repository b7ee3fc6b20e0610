"""What a service's published shape says against a body: keys that it does not have, required ones that are missing, values of
another type or not among the known ones, fields that only the service writes.

Nothing here knows an SDK: `msrest_shapes`, `v2_shapes` and `v1_shapes` read the shapes from the models that each brings along.
Words that a service knows are compared without regard to case, as the services do: azureml-core sends `dedicated` where
its own models say `Dedicated`.
"""

import re


class Anything:
    """A value of which nothing is published."""

    def wrong(self, _value, _place):
        return []


class Plain:
    """A value of one of Python's types, and what it may be."""

    def __init__(self, types, called, values=(), limits=None):
        self._types = types
        self._called = called
        self._values = tuple(str(value) for value in values)
        self._limits = limits or {}

    def wrong(self, value, place):
        if not isinstance(value, self._types) or isinstance(value, bool) and bool not in self._types:
            return ["`{}` is {}, and should be {}".format(place, _shown(value), self._called)]
        known = {known.lower() for known in self._values}
        if known and str(value).lower() not in known:
            return ["`{}` is {}, and the service knows {}".format(place, _shown(value), ", ".join(self._values))]
        return ["`{}` is {}, and {} is {}".format(place, _shown(value), limit, bound)
                for limit, bound in self._limits.items() if not LIMITS[limit](value, bound)]


class Several:
    """A list, or a dictionary whose keys are the user's."""

    def __init__(self, kind, of):
        self._kind = kind
        self._of = of

    def wrong(self, value, place):
        if not isinstance(value, self._kind):
            return ["`{}` is {}, and should be a {}".format(place, _shown(value), self._kind.__name__)]
        items = value.items() if self._kind is dict else enumerate(value)
        return [said for key, item in items if item is not None for said in self._of.wrong(item, "{}[{}]".format(place, key))]


class Field:
    """A field of an object: `of` is its shape."""

    def __init__(self, of, required=False, readonly=False):
        self.of = of
        self.required = required
        self.readonly = readonly


class Thing:
    """An object. `kinds` are the shapes that it has by the value of its field `by`."""

    def __init__(self, name, fields, by=None, kinds=None, is_open=False):
        self.name = name
        self.fields = fields
        self._by = by
        self._kinds = kinds or {}
        self._is_open = is_open

    def wrong(self, value, place):
        if not isinstance(value, dict):
            return ["`{}` is {}, and should be a `{}`".format(place, _shown(value), self.name)]
        if self._kinds:
            return self._of_its_kind(value, place)
        found = []
        for key, item in value.items():
            field, inner = self.fields.get(key), _join(place, key)
            if field is None and not self._is_open:
                found.append("`{}` has no `{}`".format(place or self.name, key))
            elif field is not None and item is not None:
                found += ["`{}` is only written by the service".format(inner)] if field.readonly else field.of.wrong(item, inner)
        missing = [key for key, field in self.fields.items()
                   if field.required and not field.readonly and value.get(key) is None]
        return found + ["`{}` is required".format(_join(place, key)) for key in missing]

    def _of_its_kind(self, value, place):
        kind = value.get(self._by)
        shape = next((shape for name, shape in self._kinds.items() if name.lower() == str(kind).lower()), None)
        if shape is None:
            return ["`{}` is {}, and the service knows {}".format(_join(place, self._by), _shown(kind), ", ".join(self._kinds))]
        return shape().wrong(value, place)


LIMITS = {
    "maximum": lambda value, bound: value <= bound,
    "minimum": lambda value, bound: value >= bound,
    "max_length": lambda value, bound: len(value) <= bound,
    "min_length": lambda value, bound: len(value) >= bound,
    "pattern": lambda value, bound: re.search(bound, value) is not None,
}

TEXT = Plain((str,), "a text")
TRUTH = Plain((bool,), "true or false")
WHOLE = Plain((int,), "a whole number")
NUMBER = Plain((int, float), "a number")


def limited(shape_of, limits):
    """A plain shape, within limits; others as they are."""
    if not limits or not isinstance(shape_of, Plain):
        return shape_of
    return Plain(shape_of._types, shape_of._called, shape_of._values, limits)


def _join(place, key):
    return "{}.{}".format(place, key) if place else key


def _shown(value):
    """The value, shortened; secrets stand in no place that is compared with known words."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
