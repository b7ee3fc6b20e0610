"""What the inventories cover: the packages with their versions, the modules, and the few facts that no code tells.

This is the only file to edit for a new release of a package or a further module.
"""

BATCHAI_VERSIONS = ["0.1.0", "0.2.0", "1.0.0", "1.0.1", "2.0.0", "7.0.0"]
# 7.0.0 does not name msrest, 0.1.0 not msrestazure, but neither can be imported without them.
BATCHAI_REQUIREMENTS = ["msrest", "msrestazure", "azure-common"]

TARGETS = {
    "v2": {
        "package": "azure-ai-ml",
        "requirements": ["azure-ai-ml==1.35.2", "azure-identity", "azure-keyvault-secrets", "azure-storage-blob",
                         "azure-storage-file-share"],
        # Where a class is in several modules, the first of them gives it its name; the others are aliases.
        "modules": [
            "azure.ai.ml", "azure.ai.ml.entities", "azure.ai.ml.constants", "azure.ai.ml.exceptions",
            "azure.ai.ml.operations", "azure.ai.ml.sweep", "azure.identity", "azure.core.exceptions",
            "azure.core.credentials", "azure.core.polling", "azure.core.paging", "azure.storage.blob",
            "azure.storage.fileshare", "azure.keyvault.secrets",
        ],
    },
    "v1": {
        "package": "azureml-core",
        "requirements": ["azureml-core==1.61.*", "azureml-train-core==1.62.*", "azureml-widgets==1.62.*", "ipython<9",
                         "setuptools<81"],
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
        ],
    },
}

# Keywords that a callable takes through `**kwargs` although neither its code nor its documentation names them where
# `keywords.py` looks. Each line says where it was seen.
EXTRA_KEYWORDS = {
}

# What an attribute holds where the package says it nowhere in a form that `returned.py` reads.
EXTRA_RETURNS = {
}
