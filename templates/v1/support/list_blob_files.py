# needs: from types import SimpleNamespace; from azure.storage.blob import BlobSasPermissions, ContainerClient, generate_blob_sas
def list_blob_files(datastore, prefix, expiry):
    """The blobs and directories below a prefix, with addresses to download from."""
    account, container = datastore.account_name, datastore.container_name
    key = datastore.account_key
    url = f"https://{account}.blob.{datastore.endpoint}"
    files = []
    for blob in ContainerClient(url, container, credential=key).walk_blobs(f"{prefix}/"):
        is_directory = blob.name.endswith("/")
        sas = generate_blob_sas(
            account, container, blob.name,
            account_key=key, permission=BlobSasPermissions(read=True), expiry=expiry,
        )
        files.append(SimpleNamespace(
            name=blob.name[len(prefix) + 1:].rstrip("/"),
            download_url=None if is_directory else f"{url}/{container}/{blob.name}?{sas}",
            last_modified=None if is_directory else blob.last_modified,
            content_length=None if is_directory else blob.size,
            is_directory=is_directory,
            file_type="directory" if is_directory else "file",
        ))
    return files
