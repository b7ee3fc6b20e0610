# needs: import re; from datetime import datetime, timedelta, timezone
def list_output_files(client, job_name, output_id, directory="", expiry_minutes=60):
    """The files and directories in an output of a job, or its logs for "stdouterr"."""
    if output_id.lower() == "stdouterr":
        return list_log_files(client, job_name)
    path = client.jobs.get(job_name).outputs[output_id].path.replace("${{name}}", job_name)
    name, prefix = re.search(r"datastores/([^/]+)/(?:paths/)?(.*)", path).groups()
    datastore = client.datastores.get(name, include_secrets=True)
    prefix = "/".join(part.strip("/") for part in (prefix, directory) if part not in ("", "."))
    expiry = datetime.now(timezone.utc) + timedelta(minutes=expiry_minutes)
    if hasattr(datastore, "container_name"):
        return list_blob_files(datastore, prefix, expiry)
    return list_share_files(datastore, prefix, expiry)
