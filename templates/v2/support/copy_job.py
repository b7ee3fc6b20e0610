# needs: from azure.ai.ml import Input, Output, command
def copy_job(job, fill=str, inputs=None, environment_variables=None):
    """A job like this one, not yet submitted, with fill(text) in place of its texts."""
    name = job.name or "${{name}}"
    job_inputs = {
        key: Input(type=value.type, path=fill(value.path), mode=value.mode)
        for key, value in (job.inputs or {}).items()
    }
    job_outputs = {
        key: Output(type=value.type, path=fill(value.path).replace(name, "${{name}}"), mode=value.mode)
        for key, value in (job.outputs or {}).items()
        if value.path
    }
    return command(
        experiment_name=job.experiment_name,
        compute=job.compute,
        instance_count=job.resources.instance_count if job.resources else 1,
        inputs={**job_inputs, **(inputs or {})},
        outputs=job_outputs,
        environment=job.environment,
        environment_variables={**(job.environment_variables or {}), **(environment_variables or {})},
        command=fill(job.command),
        distribution=job.distribution,
        timeout=job.limits.timeout if job.limits else None,
        tags=job.tags,
    )
