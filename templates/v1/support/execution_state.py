def execution_state(run):
    """The state of a run: queued, running, terminating, succeeded or failed."""
    states = {
        "Running": "running",
        "Finalizing": "running",
        "NotResponding": "running",
        "CancelRequested": "terminating",
        "Completed": "succeeded",
        "Failed": "failed",
        "Canceled": "failed",
    }
    return states.get(run.get_status(), "queued")
