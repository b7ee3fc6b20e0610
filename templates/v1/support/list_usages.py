# needs: from types import SimpleNamespace; from azureml.core.compute import AmlCompute
def list_usages(workspace, location):
    """How many cores of each family of virtual machines are in use, and how many may be."""
    return [
        SimpleNamespace(
            unit=usage["unit"],
            current_value=usage["currentValue"],
            limit=usage["limit"],
            name=SimpleNamespace(
                value=usage["name"]["value"],
                localized_value=usage["name"]["localizedValue"],
            ),
        )
        for usage in AmlCompute.list_usages(workspace, location=location)
    ]
