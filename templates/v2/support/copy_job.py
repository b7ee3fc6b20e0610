# needs: from azure.ai.ml import Input, Output, command
def copy_job(job, fill=lambda text, places=None: text, files=None, environment_variables=None):
    """A job like this one, not yet submitted, with fill(text) in place of its texts and more files and variables."""
    name = job.name or "${{name}}"
    places = {key: "${{inputs.%s}}" % key for key in files or {}}
    job_inputs = {
        key: Input(type=value.type, path=fill(value.path), mode=value.mode)
        for key, value in (job.inputs or {}).items()
    }
    file_inputs = {key: Input(type="uri_file", path=path, mode="ro_mount") for key, path in (files or {}).items()}
    # The job knows a file by its place on the node.
    exports = "".join('export %s="%s"; ' % pair for pair in places.items())
    variables = {key: value for key, value in (environment_variables or {}).items() if key not in places}
    job_outputs = {
        key: Output(type=value.type, path=fill(value.path).replace(name, "${{name}}"), mode=value.mode)
        for key, value in (job.outputs or {}).items()
        if value.path
    }
    return command(
        experiment_name=job.experiment_name,
        compute=job.compute,
        instance_count=job.resources.instance_count if job.resources else 1,
        inputs={**job_inputs, **file_inputs},
        outputs=job_outputs,
        environment=job.environment,
        environment_variables={**(job.environment_variables or {}), **variables},
        command=exports + fill(job.command, places),
        distribution=job.distribution,
        timeout=job.limits.timeout if job.limits else None,
        tags=job.tags,
    )
