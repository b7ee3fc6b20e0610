# needs: from datetime import datetime, timedelta, timezone; from azureml.core import Datastore
def list_output_files(run, output_id, directory="", expiry_minutes=60):
    """The files and directories in an output of a run, or its logs for "stdouterr"."""
    if output_id == "stdouterr":
        return list_log_files(run)
    outputs = run.get_details()["runDefinition"]["outputData"]
    place = outputs[output_id]["outputLocation"]["dataPath"]
    datastore = Datastore.get(run.experiment.workspace, place["datastoreName"])
    path = place["relativePath"].replace("{run-id}", run.id)
    prefix = "/".join(part.strip("/") for part in (path, directory) if part not in ("", "."))
    expiry = datetime.now(timezone.utc) + timedelta(minutes=expiry_minutes)
    if datastore.datastore_type == "AzureBlob":
        return list_blob_files(datastore, prefix, expiry)
    return list_share_files(datastore, prefix, expiry)
