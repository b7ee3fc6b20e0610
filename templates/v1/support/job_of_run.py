# needs: import json; import shutil; from pathlib import Path; from tempfile import mkdtemp; from azureml.core import RunConfiguration, ScriptRunConfig
def job_of_run(run):
    """What a run was submitted with, its files too, to be submitted again."""
    folder, file = mkdtemp(), Path(mkdtemp()) / "job.runconfig"
    shutil.unpack_archive(run.restore_snapshot(path=mkdtemp()), folder, "zip")
    definition = run.get_details()["runDefinition"]
    file.write_text(json.dumps(definition))
    run_config = RunConfiguration.load(str(file))
    # Loading changes capital letters in names, and options into what cannot be sent again.
    references = zip(definition.get("dataReferences") or {}, run_config.data_references.values())
    run_config.data_references = dict(references)
    outputs = zip(definition.get("outputData") or {}, dict(run_config.output_data).values())
    run_config.output_data = dict(outputs)
    for name in run_config.output_data:
        output = run_config.output_data[name]
        output.additional_options = json.loads(json.dumps(output.additional_options))
    return ScriptRunConfig(folder, run_config=run_config)
