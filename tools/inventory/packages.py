"""What the inventories cover: the packages with their versions, the modules, and the few facts that no code tells.

This is the only file to edit for a new release of a package or a further module.
"""

BATCHAI_VERSIONS = ["0.1.0", "0.2.0", "1.0.0", "1.0.1", "2.0.0", "7.0.0"]
# 7.0.0 cannot be imported without msrest, but does not name it. No pins: each version limits these to what it ran with.
BATCHAI_REQUIREMENTS = ["msrest", "msrestazure", "azure-common"]

# What code around Batch AI is converted to, whatever the target: credentials, secrets, storage.
NEIGHBOURS = ["azure-identity==1.27.0", "azure-keyvault-secrets==4.12.0", "azure-storage-blob==12.31.1",
              "azure-storage-file-share==12.27.1", "azure-core==1.41.0"]
NEIGHBOUR_MODULES = ["azure.identity", "azure.core", "azure.core.exceptions", "azure.core.credentials",
                     "azure.core.polling", "azure.core.paging", "azure.storage.blob", "azure.storage.fileshare", "azure.keyvault.secrets"]

TARGETS = {
    "v2": {
        "package": "azure-ai-ml",
        "requirements": ["azure-ai-ml==1.35.2", *NEIGHBOURS],
        # Where a class is in several modules, the first of them gives it its name; the others are aliases.
        "modules": [
            "azure.ai.ml", "azure.ai.ml.entities", "azure.ai.ml.constants", "azure.ai.ml.exceptions",
            "azure.ai.ml.operations", "azure.ai.ml.sweep", *NEIGHBOUR_MODULES,
        ],
    },
    "v1": {
        "package": "azureml-core",
        "requirements": ["azureml-core==1.61.0.post4", "azureml-train-core==1.62.0", "azureml-widgets==1.62.0",
                         # azureml-widgets cannot be imported with later ones.
                         "ipython<9", *NEIGHBOURS],
        "modules": [
            "azureml.core", "azureml.core.compute", "azureml.core.compute_target", "azureml.core.compute.amlcompute",
            "azureml.core.authentication", "azureml.core.runconfig", "azureml.core.environment",
            "azureml.core.container_registry", "azureml.core.datastore", "azureml.core.dataset",
            "azureml.core.conda_dependencies", "azureml.core.script_run_config", "azureml.core.run",
            "azureml.core.experiment", "azureml.core.workspace", "azureml.core.keyvault", "azureml.data",
            "azureml.data.abstract_datastore", "azureml.data.azure_storage_datastore", "azureml.data.data_reference",
            "azureml.data.datapath", "azureml.data.dataset_consumption_config", "azureml.data.dataset_factory",
            "azureml.data.file_dataset", "azureml.data.output_dataset_config", "azureml.train.dnn",
            "azureml.train.estimator", "azureml.train.hyperdrive", "azureml.exceptions", "azureml.widgets",
            *NEIGHBOUR_MODULES,
        ],
    },
}

# Keywords that a callable takes through `**kwargs` although neither its code nor its documentation names them where
# `keywords.py` looks. Each line says where it was seen.
EXTRA_KEYWORDS = {
}

# Members that are set in a way that `members.py` does not see, in the notation of the inventories.
EXTRA_MEMBERS = {
    # `run_id` is passed on to `submit(script_run_config, …, run_id=None)`: azureml/core/script_run_config.py.
    "azureml.core.Experiment": {"submit": "(config, tags=, run_id=, **) -> azureml.core.Run"},
    # Set by `Input._update_default`, which `__init__` calls: entities/_inputs_outputs/input.py.
    "azure.ai.ml.Input": {"default": ""},
}
