# needs: from datetime import datetime, timezone; from pathlib import Path; from tempfile import mkdtemp; from types import SimpleNamespace
def list_log_files(client, job_name):
    """Download the logs of a job that has ended, and list them."""
    folder = Path(mkdtemp())
    client.jobs.download(job_name, download_path=folder)
    return [
        SimpleNamespace(
            name=path.name,
            download_url=path.as_uri(),
            last_modified=datetime.fromtimestamp(path.stat().st_mtime, timezone.utc),
            content_length=path.stat().st_size,
            is_directory=False,
            file_type="file",
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]
