# needs: from azureml.core import Experiment
def list_runs(workspace):
    """The runs of all experiments of a workspace."""
    runs = []
    for experiment in Experiment.list(workspace):
        runs.extend(experiment.get_runs())
    return runs
