"""Azure Storage through the SDKs of Batch AI's time."""

from azure.storage.blob import BlockBlobService, ContentSettings
from azure.storage.file import FileService

blobs = BlockBlobService("account", "a2V5")
assert not blobs.exists("box")
blobs.create_container("box", fail_on_exist=False)
blobs.create_blob_from_path("box", "code/storage.py", __file__)
blobs.create_blob_from_text("box", "note.txt", "hello", content_settings=ContentSettings(content_type="text/plain"))
assert [blob.name for blob in blobs.list_blobs("box")] == ["code/storage.py", "note.txt"]
assert [blob.name for blob in blobs.list_blobs("box", prefix="code/")] == ["code/storage.py"]
assert blobs.get_blob_to_text("box", "note.txt").content == "hello"
assert blobs.exists("box", "note.txt")
blobs.delete_blob("box", "note.txt")
blobs.delete_container("box")

files = FileService("account", "a2V5")
files.create_share("share")
files.create_directory("share", "scripts")
files.create_file_from_text("share", "scripts", "train.py", "print('hi')\n")
files.create_file_from_path("share", None, "storage.py", __file__)
assert [item.name for item in files.list_directories_and_files("share")] == ["storage.py", "scripts"]
assert files.get_file_to_text("share", "scripts", "train.py").content == "print('hi')\n"
assert files.exists("share", "scripts", "train.py") and not files.exists("share", "scripts", "test.py")
files.delete_file("share", "scripts", "train.py")
files.delete_directory("share", "scripts")
files.delete_share("share")
