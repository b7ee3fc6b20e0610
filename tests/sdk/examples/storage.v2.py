"""Azure Storage through today's SDKs: made if missing, filled, listed, read and emptied."""

from azure.core.exceptions import ResourceExistsError, ResourceNotFoundError
from azure.storage.blob import BlobServiceClient
from azure.storage.fileshare import ShareServiceClient

blobs = BlobServiceClient("https://account.blob.core.windows.net", credential="a2V5")
box = blobs.get_container_client("box")
assert not box.exists()
box.create_container()
try:
    box.create_container()
except ResourceExistsError:
    pass
with open(__file__, "rb") as content:
    box.upload_blob("code/storage.py", content, overwrite=True)
box.upload_blob("note.txt", "hello")
assert [blob.name for blob in box.list_blobs()] == ["code/storage.py", "note.txt"]
assert [entry.name for entry in box.walk_blobs()] == ["code/", "note.txt"]
assert box.download_blob("note.txt").readall() == b"hello"
try:
    box.upload_blob("note.txt", "again")
except ResourceExistsError:
    pass
box.delete_blob("note.txt")
box.delete_container()

files = ShareServiceClient("https://account.file.core.windows.net", credential="a2V5")
share = files.get_share_client("share")
try:
    share.get_share_properties()
except ResourceNotFoundError:
    share.create_share()
folder = share.get_directory_client("scripts")
if not folder.exists():
    folder.create_directory()
folder.upload_file("train.py", b"print('hi')\n")
assert [(item.name, item.is_directory) for item in share.list_directories_and_files("scripts")] == [("train.py", False)]
assert folder.get_file_client("train.py").download_file().readall() == b"print('hi')\n"
try:
    share.get_directory_client("nowhere").upload_file("train.py", b"")
except ResourceNotFoundError:
    pass
folder.delete_file("train.py")
folder.delete_directory()
share.delete_share()
