# needs: from types import SimpleNamespace
def cluster_errors(cluster):
    """The error of a cluster, in a list; Azure ML tells its code alone."""
    code = cluster.provisioning_errors
    return [SimpleNamespace(code=code, message=code, details=[])] if code else []
