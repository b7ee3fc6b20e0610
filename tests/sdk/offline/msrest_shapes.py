"""The shapes of models that AutoRest made (azure-mgmt-batchai, and what azureml-core has of the service)."""

import enum
import functools
import re

from offline.shapes import NUMBER, TEXT, TRUTH, WHOLE, Anything, Field, Plain, Several, Thing, limited

BASIC = {"str": TEXT, "iso-8601": TEXT, "rfc-1123": TEXT, "duration": TEXT, "date": TEXT, "int": WHOLE, "long": WHOLE,
         "float": NUMBER, "bool": TRUTH, "object": Anything()}
LIMITS = ("maximum", "minimum", "max_length", "min_length", "pattern")
LEVEL = re.compile(r"(?<!\\)\.")


class Models:
    """The models of one module, by name."""

    def __init__(self, module):
        self._module = module
        self.of = functools.cache(self._of)

    def _of(self, written):
        """The shape of a type as AutoRest writes it: `str`, `[Model]`, `{str}`."""
        if written in BASIC:
            return BASIC[written]
        if written[0] in "[{":
            return Several(list if written[0] == "[" else dict, self.of(written[1:-1]))
        model = getattr(self._module, written)
        if isinstance(model, type) and issubclass(model, enum.Enum):
            return Plain((str,), "a `{}`".format(written), [value.value for value in model])
        return self._thing(model)

    def _thing(self, model):
        by, kinds = next(iter(vars(model).get("_subtype_map", {}).items()), (None, {}))
        if kinds:
            key = model._attribute_map[by]["key"]
            return Thing(model.__name__, {}, key, {value: functools.partial(self.of, name) for value, name in kinds.items()})
        top = Thing(model.__name__, {})
        for attribute, known in model._attribute_map.items():
            if known["key"]:
                self._place(top, LEVEL.split(known["key"]), known["type"], model._validation.get(attribute, {}))
        return top

    def _place(self, thing, levels, written, rules):
        """A field below levels that Python does not have: `properties.vmSize`. What is required asks for those as well."""
        required, readonly = rules.get("required", False), rules.get("readonly", False)
        for level in levels[:-1]:
            field = thing.fields.setdefault(level, Field(Thing("{}.{}".format(thing.name, level), {})))
            field.required = field.required or required and not readonly
            thing = field.of
        limits = {name: rules[name] for name in LIMITS if name in rules}
        thing.fields[levels[-1]] = Field(_Later(self, written, limits), required, readonly)


class _Later:
    """A shape that is read when it is needed: models name each other."""

    def __init__(self, models, written, limits):
        self._shape = lambda: limited(models.of(written), limits)

    def wrong(self, value, place):
        return self._shape().wrong(value, place)
