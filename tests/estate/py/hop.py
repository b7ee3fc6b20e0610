from azureml.core import Workspace
from azureml.fsspec import AzureMachineLearningFileSystem
