# needs: from azureml.core.container_registry import ContainerRegistry
def container_registry(username=None, password=None, address=None):
    """A private Docker registry with its credentials."""
    registry = ContainerRegistry()
    registry.username, registry.password, registry.address = username, password, address
    return registry
