"""Notes calls of an SDK's public methods that the script makes: what an SDK calls by itself is not the script's."""

import functools
import sys

SDK_MODULES = ("azure.", "azureml.", "msrest.")


def watch(owner, method, note):
    """Replaces `owner.method`; `note(self, arguments, keywords)` is told about each call from outside the SDKs."""
    original = getattr(owner, method)

    @functools.wraps(original)
    def watched(self, *arguments, **keywords):
        if not sys._getframe(1).f_globals.get("__name__", "").startswith(SDK_MODULES):
            note(self, arguments, keywords)
        return original(self, *arguments, **keywords)

    setattr(owner, method, watched)


def subject(arguments, keywords):
    """The name of what a call is about: its first argument or the usual keywords, as text or as an entity."""
    value = arguments[0] if arguments else keywords.get("name", next(iter(keywords.values()), ""))
    return getattr(value, "name", value)
