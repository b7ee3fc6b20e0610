# needs: import re; from azure.storage.blob import ContainerClient; from azure.storage.fileshare import ShareDirectoryClient
def file_parameter(
    parameter_name, storage_account_name, storage_account_key, storage_type, mount_path,
    container=None, fileshare=None, directory=None, filter_str=None,
):
    """The files of a container or share as a choice of a sweep, by their addresses on a datastore."""
    if storage_type == "BLOB":
        url = f"https://{storage_account_name}.blob.core.windows.net"
        client = ContainerClient(url, container, credential=storage_account_key)
        paths = [blob.name for blob in client.list_blobs()]
    else:
        url = f"https://{storage_account_name}.file.core.windows.net"
        paths, folders = [], [directory or ""]
        while folders:
            folder = folders.pop()
            client = ShareDirectoryClient(url, fileshare, folder, credential=storage_account_key)
            for item in client.list_directories_and_files():
                path = f"{folder}/{item.name}".lstrip("/")
                (folders if item.is_directory else paths).append(path)
    paths = [path for path in paths if re.match(filter_str or "", path)]
    return discrete_parameter(
        parameter_name, [f"azureml://datastores/{mount_path}/paths/{path}" for path in paths])
