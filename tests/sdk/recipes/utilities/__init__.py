"""A stand-in for the `utilities` of Microsoft's recipes: the helpers that originals call, written for these tests.

Same names and arguments, same calls of Batch AI; nothing of how the recipes print or wait.
"""

from utilities import cluster, config, dataset, experiment, job, job_factory
from utilities.cluster import print_cluster_status
from utilities.config import Configuration, create_batchai_client, create_resource_group
from utilities.job import print_job_status, wait_for_job_completion

__all__ = ["Configuration", "cluster", "config", "create_batchai_client", "create_resource_group", "dataset", "experiment",
           "job", "job_factory", "print_cluster_status", "print_job_status", "wait_for_job_completion"]
