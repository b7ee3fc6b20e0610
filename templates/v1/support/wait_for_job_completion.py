def wait_for_job_completion(run):
    """Print the log of a run until it ends. A run that fails raises no error here."""
    run.wait_for_completion(show_output=True, raise_on_error=False)
    print_job_status(run)
