# needs: from copy import deepcopy; from azureml.core import ScriptRunConfig; from azureml.core.runconfig import DataReferenceConfiguration
def copy_job(job, fill=lambda text, places=None: text, files=None, environment_variables=None):
    """A configuration like this one, with fill(text) in place of its texts and more files and variables."""
    run_config = deepcopy(job.run_config)
    places = {key: f"$AZUREML_DATAREFERENCE_{key}" for key in files or {}}

    def filled(value):
        if isinstance(value, (list, tuple)):
            return [filled(item) for item in value]
        return fill(value, places) if isinstance(value, str) else value

    # An estimator has what it starts in its run configuration.
    start = job if isinstance(job, ScriptRunConfig) else run_config
    run_config.script, run_config.command = start.script, filled(start.command or "")
    run_config.arguments = filled(deepcopy(start.arguments) or [])
    for reference in run_config.data_references.values():
        reference.path_on_data_store = filled(reference.path_on_data_store)
    for key, path in (files or {}).items():
        datastore, path = path.replace("azureml://datastores/", "", 1).split("/paths/", 1)
        run_config.data_references[key] = DataReferenceConfiguration(datastore, path_on_datastore=path)
    variables = dict(environment_variables or {})
    if isinstance(run_config.command, str) and run_config.command:
        # A shell knows a file by its place on the node; a script finds its address.
        exports = "".join(f'export {key}="{place}"; ' for key, place in places.items())
        run_config.command = exports + run_config.command
        variables = {key: value for key, value in variables.items() if key not in places}
    run_config.environment_variables = {**(run_config.environment_variables or {}), **variables}
    return ScriptRunConfig(job.source_directory, run_config=run_config)
