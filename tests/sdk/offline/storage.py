"""Azure Blob and Azure Files in memory, for SDKs old (`azure-storage-* 2`) and new (`12`).

Containers and shares that the script did not create are taken to exist for reading and writing, but not for who asks
whether they exist: so "create it if it is missing" is carried out, and a script may go on where another one ended.
"""

from xml.sax.saxutils import escape

from offline.network import Answer
from offline.surroundings import MADE_UP

MOMENT = "Sun, 31 Mar 2019 12:00:00 GMT"
PROPERTIES = {"ETag": '"0x1"', "Last-Modified": MOMENT, "Date": MOMENT, "x-ms-version": "2019-02-02",
              "x-ms-request-id": "0", "x-ms-request-server-encrypted": "true"}
FILE_PROPERTIES = {"x-ms-file-attributes": "None", "x-ms-file-permission-key": "0", "x-ms-file-id": "1",
                   "x-ms-file-parent-id": "0", "x-ms-file-creation-time": "2019-03-31T12:00:00.0000000Z",
                   "x-ms-file-last-write-time": "2019-03-31T12:00:00.0000000Z",
                   "x-ms-file-change-time": "2019-03-31T12:00:00.0000000Z"}


class Storage:
    """What both services share: roots (containers or shares), each with the paths in it, and the record.

    `own_accounts` belong to the Azure ML workspace: what an SDK puts there by itself is not recorded.
    """

    kind = {}          # the words of one service, see the subclasses

    def __init__(self, record, given, own_accounts=()):
        self.roots = {}
        self._outputs = {}
        self._created = set()
        self._record = record
        self._own_accounts = own_accounts
        for entry in given.get("stored", ()):
            service, account, root, path = entry.split("/", 3)
            if service == self.kind["service"]:
                self.add(account, root, path, MADE_UP)

    def __call__(self, request):
        account = request.host.split(".")[0]
        root, _, path = request.path.strip("/").partition("/")
        if not root:
            return self._answer_account(request, account)
        if request.query.get("restype") == self.kind["root"] or (not path and "restype" not in request.query):
            return self._answer_root(request, account, root)
        return self._answer_path(request, account, root, path)

    def add(self, account, root, path, content):
        """A file that was there before the script ran."""
        self.roots.setdefault((account, root), {})[path] = content

    def leave(self, account, root, path, job_name):
        """A file that a job leaves in one of its outputs: who lists that folder looks at the files of the job."""
        self.add(account, root, path, b"offline result\n")
        self._outputs[account, root, path.rpartition("/")[0].strip("/")] = job_name

    def _look(self, account, root, folder):
        job_name = self._outputs.get((account, root, folder.strip("/")))
        if job_name:
            self._record.operate("jobs.list_files", job_name)

    def create(self, account, root):
        """Creates a container or share on behalf of another service, unless it is there."""
        if (account, root) not in self.roots:
            self._create_root(account, root, exists=False)

    def _note(self, account, verb, *path):
        if account not in self._own_accounts:
            self._record.store(verb, *path)

    def _answer_account(self, request, account):
        names = [root for owner, root in self.roots if owner == account]
        return _xml(self.kind["list"], "".join(
            "<{0}><Name>{1}</Name>{2}</{0}>".format(self.kind["element"], escape(name), _listed_properties(0, self.kind.get("listed", "")))
            for name in names))

    def _answer_root(self, request, account, root):
        exists = (account, root) in self.roots
        if request.query.get("comp") == "list":
            return self._list(request, account, root, "")
        if request.method == "PUT" and "comp" not in request.query:
            return self._create_root(account, root, exists)
        if not exists:
            return _error(404, self.kind["missing"])
        if request.method == "DELETE":
            del self.roots[account, root]
            self._note(account, "delete_" + self.kind["root"], root)
            return _done(202)
        return _done(200, {"x-ms-share-quota": "5120", "x-ms-lease-status": "unlocked",
                           "x-ms-lease-state": "available", "x-ms-has-immutability-policy": "false",
                           "x-ms-has-legal-hold": "false"})

    def _create_root(self, account, root, exists):
        if exists:
            return _error(409, self.kind["present"])
        self.roots[account, root] = {}
        self._created.add((account, root))
        self._note(account, "create_" + self.kind["root"], root)
        return _done(201)

    def _content(self, account, root, path):
        return self.roots.get((account, root), {}).get(path)

    def _missing(self, request, account, root, path, code):
        """What a script cannot read it may presume, see `driver`."""
        if request.method == "GET":
            self._record.missing.append(("stored", "/".join((self.kind["service"], account, root, path))))
        return _error(404, code)

    def _read(self, request, content, more_headers):
        """GET and HEAD, with the byte ranges that the clients ask for."""
        headers = dict(PROPERTIES, **more_headers)
        headers["Accept-Ranges"] = "bytes"
        wanted = request.headers.get("x-ms-range") or request.headers.get("range")
        if request.method == "HEAD" or not wanted:
            headers["Content-Length"] = str(len(content))
            return Answer(200, content, headers)
        first, _, last = wanted.partition("=")[2].partition("-")
        start, end = int(first), min(int(last) if last else len(content) - 1, len(content) - 1)
        if start >= len(content):
            return _error(416, "InvalidRange")
        headers["Content-Range"] = "bytes {}-{}/{}".format(start, end, len(content))
        headers["Content-Length"] = str(end + 1 - start)
        return Answer(206, content[start:end + 1], headers)


class Blobs(Storage):
    """The Blob service."""

    kind = {"service": "blob", "root": "container", "list": "Containers", "element": "Container",
            "missing": "ContainerNotFound", "present": "ContainerAlreadyExists"}

    def __init__(self, record, given, own_accounts=()):
        super().__init__(record, given, own_accounts)
        self._blocks = {}

    def _answer_path(self, request, account, root, path):
        comp = request.query.get("comp")
        if request.method == "PUT":
            return self._write(request, account, root, path, comp)
        content = self._content(account, root, path)
        if content is None:
            return self._missing(request, account, root, path, "BlobNotFound")
        if request.method == "DELETE":
            del self.roots[account, root][path]
            self._note(account, "delete_blob", root, path)
            return _done(202)
        return self._read(request, content, {"x-ms-blob-type": "BlockBlob", "x-ms-lease-status": "unlocked",
                                             "x-ms-lease-state": "available", "x-ms-creation-time": MOMENT})

    def _write(self, request, account, root, path, comp):
        place = (account, root, path)
        if comp == "block":
            self._blocks[place] = self._blocks.get(place, b"") + request.body
            return _done(201)
        if comp in ("metadata", "properties", "tags", "tier"):
            return _done(200)
        if request.headers.get("if-none-match") == "*" and self._content(*place) is not None:
            return _error(409, "BlobAlreadyExists")
        copied = request.headers.get("x-ms-copy-source")
        content = self._blocks.pop(place, b"") if comp == "blocklist" else request.body
        self.add(account, root, path, content)
        self._note(account, "copy_blob" if copied else "upload_blob", root, path, copied or len(content))
        return _done(202 if copied else 201, {"x-ms-copy-id": "0", "x-ms-copy-status": "success"} if copied else {})

    def _list(self, request, account, root, _directory):
        prefix, delimiter = request.query.get("prefix", ""), request.query.get("delimiter")
        self._look(account, root, prefix)
        entries, folders = [], set()
        for name, content in sorted(self.roots.get((account, root), {}).items()):
            rest = name[len(prefix):] if name.startswith(prefix) else None
            if rest is None:
                continue
            if delimiter and delimiter in rest:
                folders.add(prefix + rest.split(delimiter)[0] + delimiter)
            else:
                entries.append("<Blob><Name>{}</Name>{}</Blob>".format(
                    escape(name), _listed_properties(len(content), "<BlobType>BlockBlob</BlobType>")))
        entries += ["<BlobPrefix><Name>{}</Name></BlobPrefix>".format(escape(name)) for name in sorted(folders)]
        return _xml("Blobs", "".join(entries), "<Prefix>{}</Prefix>".format(escape(prefix)))


class Files(Storage):
    """The Files service. Directories are paths that end in a slash."""

    kind = {"service": "file", "root": "share", "list": "Shares", "element": "Share",
            "missing": "ShareNotFound", "present": "ShareAlreadyExists", "listed": "<Quota>5120</Quota>"}

    def _answer_root(self, request, account, root):
        if request.query.get("restype") == "directory":
            return self._answer_directory(request, account, root, "")
        return super()._answer_root(request, account, root)

    def _answer_path(self, request, account, root, path):
        if request.query.get("restype") == "directory":
            return self._answer_directory(request, account, root, path)
        content = self._content(account, root, path)
        if request.method == "PUT":
            return self._write(request, account, root, path, content)
        if content is None:
            return self._missing(request, account, root, path, "ResourceNotFound")
        if request.method == "DELETE":
            del self.roots[account, root][path]
            self._note(account, "delete_file", root, path)
            return _done(202)
        return self._read(request, content, dict(FILE_PROPERTIES, **{"x-ms-type": "File"}))

    def _write(self, request, account, root, path, content):
        if request.query.get("comp") == "range":
            start = int(request.headers["x-ms-range"].partition("=")[2].split("-")[0])
            changed = bytearray(content)
            changed[start:start + len(request.body)] = request.body
            self.roots[account, root][path] = bytes(changed)
            return _done(201, FILE_PROPERTIES)
        if "comp" in request.query:
            return _done(200, FILE_PROPERTIES)
        if self._orphan(account, root, path):
            return _error(404, "ParentNotFound")
        size = int(request.headers.get("x-ms-content-length") or len(request.body))
        self.add(account, root, path, request.body.ljust(size, b"\0"))
        self._note(account, "upload_file", root, path, size)
        return _done(201, FILE_PROPERTIES)

    def _orphan(self, account, root, path):
        """True if the directory that should hold the path is missing, in a share that the script made itself."""
        parent = path.rstrip("/").rpartition("/")[0]
        return (account, root) in self._created and parent != "" and self._content(account, root, parent + "/") is None

    def _answer_directory(self, request, account, root, path):
        if request.query.get("comp") == "list":
            return self._list(request, account, root, path)
        exists = path == "" or self._content(account, root, path + "/") is not None
        if request.method == "PUT" and "comp" not in request.query:
            return self._create_directory(account, root, path, exists)
        if not exists:
            return _error(404, "ResourceNotFound")
        if request.method == "DELETE":
            del self.roots[account, root][path + "/"]
            self._note(account, "delete_directory", root, path)
            return _done(202)
        return _done(200, FILE_PROPERTIES)

    def _create_directory(self, account, root, path, exists):
        if exists:
            return _error(409, "ResourceAlreadyExists")
        if self._orphan(account, root, path):
            return _error(404, "ParentNotFound")
        self.add(account, root, path + "/", b"")
        self._note(account, "create_directory", root, path)
        return _done(201, FILE_PROPERTIES)

    def _list(self, _request, account, root, path):
        prefix = path.strip("/") + "/" if path.strip("/") else ""
        self._look(account, root, prefix)
        entries = {}
        for name, content in sorted(self.roots.get((account, root), {}).items()):
            if name.startswith(prefix) and name != prefix:
                head, slash, _ = name[len(prefix):].partition("/")
                entries.setdefault(head, _directory_entry(head) if slash else _file_entry(head, len(content)))
        return _xml("Entries", "".join(entries.values()))


def _file_entry(name, size):
    return "<File><Name>{}</Name>{}</File>".format(
        escape(name), "<Properties><Content-Length>{}</Content-Length></Properties>".format(size))


def _directory_entry(name):
    return "<Directory><Name>{}</Name><Properties /></Directory>".format(escape(name))


def _listed_properties(size, more=""):
    return ("<Properties><Last-Modified>{0}</Last-Modified><Etag>0x1</Etag><Content-Length>{1}</Content-Length>"
            "<LeaseStatus>unlocked</LeaseStatus><LeaseState>available</LeaseState>{2}</Properties>"
            ).format(MOMENT, size, more)


def _xml(element, entries, before=""):
    text = ('<?xml version="1.0" encoding="utf-8"?><EnumerationResults ServiceEndpoint="https://account/">'
            "{0}<{1}>{2}</{1}><NextMarker /></EnumerationResults>").format(before, element, entries)
    return Answer(200, text.encode("utf-8"), dict(PROPERTIES, **{"Content-Type": "application/xml"}))


def _done(status, headers=None):
    return Answer(status, None, dict(PROPERTIES, **(headers or {})))


def _error(status, code):
    text = '<?xml version="1.0" encoding="utf-8"?><Error><Code>{0}</Code><Message>{0}</Message></Error>'.format(code)
    return Answer(status, text.encode("utf-8"),
                  {"x-ms-error-code": code, "Content-Type": "application/xml", "x-ms-version": "2019-02-02"})
