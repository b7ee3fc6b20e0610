# needs: from types import SimpleNamespace
def job_errors(job):
    """Where to read why a job failed: the job itself does not hold the error."""
    if job.status not in ("Failed", "Canceled"):
        return []
    message = f"see {job.studio_url}"
    return [SimpleNamespace(code=job.status, message=message, details=[])]
