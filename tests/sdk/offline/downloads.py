"""Public places from which programs download scripts and samples: whatever is asked for is there, and is made up."""

import io
import re
import tarfile
import zipfile

from offline.network import Answer
from offline.surroundings import MADE_UP

HOSTS = r"raw\.githubusercontent\.com|download\.tensorflow\.org|batchaisamples\.blob\.core\.windows\.net"
INSIDE = "made-up.txt"      # the one file of an archive; what a program misses in it is presumed, see `driver`


def serve(network):
    """Answers for them; before other services, since one is an account of Azure Storage."""
    network.serve(HOSTS, _download)


def _download(request):
    if request.path.endswith(".zip"):
        return Answer(200, _zip())
    if re.search(r"\.(tar\.gz|tgz)$", request.path):
        return Answer(200, _tar())
    return Answer(200, MADE_UP)


def _zip():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(INSIDE, MADE_UP)
    return file.getvalue()


def _tar():
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        entry = tarfile.TarInfo(INSIDE)
        entry.size = len(MADE_UP)
        archive.addfile(entry, io.BytesIO(MADE_UP.encode()))
    return file.getvalue()
