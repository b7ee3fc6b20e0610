# needs: from pathlib import Path
def upload_folder(blob_service, container_name, directory, folder):
    """Upload the files of a folder to a directory of a Blob container."""
    if not Path(folder).is_dir():
        raise FileNotFoundError(f"put the data set into the folder {folder} first")
    for path in Path(folder).rglob("*"):
        if path.is_file():
            name = f"{directory}/{path.relative_to(folder).as_posix()}"
            with open(path, "rb") as data:
                blob_service.get_blob_client(container_name, name).upload_blob(data, overwrite=True)
