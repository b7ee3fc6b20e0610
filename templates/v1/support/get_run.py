# needs: from azureml.core import Experiment
def get_run(workspace, experiment_name, job_name):
    """The run of a job, by the tag with the job's name or by the run's own id."""
    runs = Experiment(workspace, experiment_name).get_runs(tags={"batchai_job_name": job_name})
    return next(iter(runs), None) or workspace.get_run(job_name)
