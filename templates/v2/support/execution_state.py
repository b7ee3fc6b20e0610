def execution_state(job):
    """The state of a job: queued, running, terminating, succeeded or failed."""
    states = {
        "Running": "running",
        "Finalizing": "running",
        "NotResponding": "running",
        "CancelRequested": "terminating",
        "Completed": "succeeded",
        "Failed": "failed",
        "Canceled": "failed",
    }
    return states.get(getattr(job.status, "value", job.status), "queued")
