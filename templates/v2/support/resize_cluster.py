def resize_cluster(client, name, min_instances=None, max_instances=None, tags=None):
    """Change how many nodes a cluster has, or its tags."""
    cluster = client.compute.get(name)
    if min_instances is not None:
        cluster.min_instances = min_instances
    cluster.max_instances = max_instances or cluster.max_instances
    if tags is not None:
        cluster.tags = tags
    # azure-ai-ml 1.35 fails on a cluster without a subnet.
    if cluster.network_settings and not cluster.network_settings.subnet:
        cluster.network_settings = None
    return client.compute.begin_create_or_update(cluster).result()
