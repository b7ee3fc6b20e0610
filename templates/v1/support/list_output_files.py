# needs: from datetime import datetime, timedelta, timezone; from pathlib import Path; from tempfile import mkdtemp; from types import SimpleNamespace; from azureml.core import Datastore
def list_output_files(run, output_id, directory="", expiry_minutes=60):
    """The files and directories in an output of a run, or its logs for "stdouterr"."""
    if output_id.lower() == "stdouterr":
        return list_log_files(run)
    outputs = run.get_details()["runDefinition"].get("outputData", {})
    if output_id not in outputs:
        # The run wrote to ./outputs, which Azure ML keeps with the run.
        folder = mkdtemp()
        run.download_files(prefix=f"outputs/{output_id}", output_directory=folder)
        return [
            SimpleNamespace(
                name=path.name,
                download_url=path.as_uri(),
                last_modified=None,
                content_length=path.stat().st_size,
                is_directory=False,
                file_type="file",
            )
            for path in sorted(Path(folder).rglob("*"))
            if path.is_file()
        ]
    place = outputs[output_id]["outputLocation"]["dataPath"]
    datastore = Datastore.get(run.experiment.workspace, place["datastoreName"])
    path = place["relativePath"].replace("{run-id}", run.id)
    prefix = "/".join(part.strip("/") for part in (path, directory) if part not in ("", "."))
    expiry = datetime.now(timezone.utc) + timedelta(minutes=expiry_minutes)
    if datastore.datastore_type == "AzureBlob":
        return list_blob_files(datastore, prefix, expiry)
    return list_share_files(datastore, prefix, expiry)
