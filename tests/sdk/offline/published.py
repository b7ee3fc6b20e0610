"""Refuses a body that the service's published shape forbids: with the status and the words of Azure, and for good.

What was refused stays in the recording, so that a program that goes on after an error fails all the same.
"""

import re

from offline.arm import error
from offline.network import Answer


class Published:
    """The shapes of one service: `rules` are (method, end of the path, shape), of which the first that fits counts."""

    def __init__(self, record, rules):
        self._record = record
        self._rules = [(method, re.compile(".*" + path, re.I), shape) for method, path, shape in rules]

    def refusal(self, request):
        """The answer to a request whose body is forbidden; None for any other."""
        shape = next((shape for method, path, shape in self._rules
                      if method == request.method and path.fullmatch(request.path.rstrip("/"))), None)
        if shape is None:
            return self._refuse(request, ["no shape is published for it"])
        return self._refuse(request, shape.wrong(request.json(), ""))

    def _refuse(self, request, wrong):
        if not wrong:
            return None
        text = "{} …/{}: {}".format(request.method, "/".join(request.path.split("/")[-2:]), "; ".join(wrong))
        self._record.refused.append(text)
        return Answer(400, error("InvalidRequestContent", text))
