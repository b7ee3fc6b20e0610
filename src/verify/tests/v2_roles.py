# Parameter servers and workers; the command finds out which one it is.
from azure.ai.ml import Input, MLClient, Output, TensorFlowDistribution, command
from azure.ai.ml.entities import Environment
from azure.identity import DefaultAzureCredential

client = MLClient.from_config(credential=DefaultAzureCredential())
ROLE = r'''eval "$($(command -v python3 || command -v python) - <<'EOF'
import os
print("export AZ_BATCHAI_PS_HOSTS=" + os.environ["PS"])
print("export AZ_BATCHAI_WORKER_HOSTS=%s AZ_BATCHAI_TASK_INDEX=%d" % ("w", 0))
EOF
)"
'''
settings = dict(
    command=ROLE
    + 'case "$ROLE" in ps) '
    + "python ${{inputs.CODE}}/run.py --ps=$AZ_BATCHAI_PS_HOSTS ;; "
    + "*) python ${{inputs.CODE}}/run.py --worker=$AZ_BATCHAI_WORKER_HOSTS --task_index=$AZ_BATCHAI_TASK_INDEX ;; esac",
    distribution=TensorFlowDistribution(parameter_server_count=1, worker_count=2),
)
pairs = [("CODE", Input(type="uri_folder", path="azureml://datastores/b/paths/c"))]
jobs = []
for index, rate in enumerate([0.1, 0.01]):
    parameters = command(
        name="sweep_{}".format(index),
        inputs=dict(pairs),
        outputs={key: Output(type="uri_folder") for key in ("MODEL", "LOGS")},
        environment=Environment(image="tensorflow/tensorflow:1.8.0-gpu"),
        instance_count=3,
        **settings
    )
    parameters.tags = {"rate": str(rate)}
    jobs.append(client.jobs.create_or_update(parameters))
for job in jobs:
    print(job.name, job.status)
print(sorted(job.name for job in jobs), max(jobs, key=lambda job: job.name))
