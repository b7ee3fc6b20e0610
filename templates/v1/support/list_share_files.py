# needs: from types import SimpleNamespace; from azure.storage.fileshare import FileSasPermissions, ShareDirectoryClient, generate_file_sas
def list_share_files(datastore, prefix, expiry):
    """The files and directories below a path of a share, with addresses to download from."""
    account, share = datastore.account_name, datastore.container_name
    key = datastore.account_key
    url = f"https://{account}.file.{datastore.endpoint}"
    files = []
    directory = ShareDirectoryClient(url, share, prefix, credential=key)
    for item in directory.list_directories_and_files(include=["timestamps"]):
        path = f"{prefix}/{item.name}"
        sas = generate_file_sas(
            account, share, path.split("/"),
            account_key=key, permission=FileSasPermissions(read=True), expiry=expiry,
        )
        files.append(SimpleNamespace(
            name=item.name,
            download_url=None if item.is_directory else f"{url}/{share}/{path}?{sas}",
            last_modified=item.last_modified,
            content_length=None if item.is_directory else item.size,
            is_directory=item.is_directory,
            file_type="directory" if item.is_directory else "file",
        ))
    return files
