"""Prints what the Blob service holds as JSON, and takes it all away. Runs on azure-storage-blob 12."""

import hashlib
import json
import os

from azure.storage.blob import BlobServiceClient


def blob_state(container, blob):
    """What tells one blob from another: its bytes and what was said of them."""
    content = container.download_blob(blob.name).readall()
    return {"bytes": len(content), "md5": hashlib.md5(content).hexdigest(), "metadata": blob.metadata or {},
            "type": blob.content_settings.content_type, "snapshots": blob.snapshot is not None}


def main():
    service = BlobServiceClient.from_connection_string(os.environ["AZURE_STORAGE_CONNECTION_STRING"])
    state = {}
    for entry in service.list_containers(include_metadata=True):
        container = service.get_container_client(entry.name)
        blobs = container.list_blobs(include=["metadata", "snapshots"])
        state[entry.name] = {
            "metadata": entry.metadata or {}, "public": entry.public_access,
            "blobs": sorted(([b.name, blob_state(container, b)] for b in blobs), key=str)}
        container.delete_container()
    print(json.dumps(state, sort_keys=True))


main()
