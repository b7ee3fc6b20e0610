"""Azure Resource Manager in memory: any resource can be put, patched, read, listed and deleted.

What a resource type does beyond that (node lists, keys, cancelling) is registered by the SDK's own module.
"""

import copy
import re

from offline.network import Answer

SENDING = ("PUT", "PATCH", "POST")


class Arm:
    """Resources by lower-case id. `on_put` hooks see what was asked for; `actions` answer POSTs and special GETs.

    `published` has the shapes of what may be sent.
    """

    def __init__(self, published, created=201):
        self.resources = {}
        self._published = published
        self._created = created         # the status for a new resource
        self._put_hooks = []
        self._read_hooks = []
        self._miss_hooks = []
        self._actions = []

    def on_put(self, pattern, hook):
        """`hook(id, body, old)` is told about each PUT or PATCH; it may return fields that the service adds."""
        self._put_hooks.append((re.compile(pattern, re.I), hook))

    def on_read(self, pattern, hook):
        """`hook(resource)` may change a resource each time it is read, as time does."""
        self._read_hooks.append((re.compile(pattern, re.I), hook))

    def on_miss(self, pattern, hook):
        """`hook(id)` is told about each use of a resource that is not there."""
        self._miss_hooks.append((re.compile(pattern, re.I), hook))

    def action(self, method, pattern, answer):
        """`answer(request, match) -> Answer` for a path that ends in the pattern."""
        self._actions.append((method, re.compile(".*" + pattern, re.I), answer))

    def add(self, resource_id, **fields):
        """A resource that was there before the script ran."""
        self.resources[resource_id.lower()] = _described(resource_id, fields)

    def __call__(self, request):
        path = request.path.rstrip("/")
        refusal = self._published.refusal(request) if request.body and request.method in SENDING else None
        if refusal:
            return refusal
        for method, pattern, answer in self._actions:
            match = pattern.fullmatch(path)
            if method == request.method and match:
                return answer(request, match)
        return getattr(self, "_" + request.method.lower(), self._unknown)(path, request)

    def _put(self, path, request):
        body, old = request.json(), self.resources.get(path.lower())
        return self._save(path, body, old, _described(path, body))

    def _patch(self, path, request):
        old = self.resources.get(path.lower())
        if old is None:
            return self._missing(path)
        body = request.json()
        return self._save(path, body, old, _merged(old, body))

    def _save(self, path, body, old, resource):
        for pattern, hook in self._put_hooks:
            if pattern.fullmatch(path):
                resource = _merged(resource, hook(path, copy.deepcopy(body), old) or {})
        self.resources[path.lower()] = resource
        return Answer(200 if old else self._created, resource)

    def _get(self, path, _request):
        if is_collection(path):
            return Answer(200, {"value": self._children(path)})
        resource = self.resources.get(path.lower())
        return self._missing(path) if resource is None else Answer(200, self._read(path, resource))

    def _missing(self, path):
        self._tell(self._miss_hooks, path, path)
        return not_found(path)

    def _read(self, path, resource):
        self._tell(self._read_hooks, path, resource)
        return resource

    def _tell(self, hooks, path, subject):
        for pattern, hook in hooks:
            if pattern.fullmatch(path):
                hook(subject)

    def _children(self, path):
        prefix = path.lower() + "/"
        return [self._read(resource["id"], resource) for key, resource in self.resources.items()
                if key.startswith(prefix) and "/" not in key[len(prefix):]]

    def _head(self, path, _request):
        return Answer(204) if path.lower() in self.resources else not_found(path)

    def _delete(self, path, _request):
        found = self.resources.pop(path.lower(), None)
        return Answer(200 if found else 204)

    def _unknown(self, path, request):
        return Answer(405, error("MethodNotAllowed", "no offline answer for {} {}".format(request.method, path)))


def is_collection(path):
    """`…/computes` is a collection, `…/computes/nc6` a resource: types and names take turns after the provider."""
    head, provider, tail = path.rpartition("/providers/")
    segments = [part for part in (tail if provider else path).split("/") if part]
    return len(segments) % 2 == (0 if provider else 1)


def not_found(path):
    return Answer(404, error("ResourceNotFound", "no resource {}".format(path)))


def error(code, message):
    return {"error": {"code": code, "message": message}}


def _described(path, body):
    """The body as the service returns it: with id, name, type and the state of something that is ready."""
    provider, _, tail = path.rpartition("/providers/")[2].partition("/")
    segments = tail.split("/")
    resource = copy.deepcopy(body)
    resource.update(id=path, name=segments[-1], type="/".join([provider] + segments[0::2]))
    resource.setdefault("tags", {})
    resource.setdefault("properties", {})
    resource["properties"].setdefault("provisioningState", "Succeeded")
    return resource


def _merged(old, new):
    """JSON merge: objects are merged, everything else is replaced."""
    if not (isinstance(old, dict) and isinstance(new, dict)):
        return copy.deepcopy(new)
    merged = dict(old)
    merged.update({name: _merged(old.get(name), value) for name, value in new.items()})
    return merged
