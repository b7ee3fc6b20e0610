# needs: from types import SimpleNamespace
def list_log_files(run):
    """The logs of a run, with addresses to download from."""
    return [
        SimpleNamespace(
            name=path.rsplit("/", 1)[-1],
            download_url=url,
            last_modified=None,
            content_length=None,
            is_directory=False,
            file_type="file",
        )
        for path, url in sorted(run.get_details()["logFiles"].items())
    ]
