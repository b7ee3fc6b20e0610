# needs: from types import SimpleNamespace
def list_usages(client, location):
    """How many cores of each family of virtual machines are in use, and how many may be."""
    return [
        SimpleNamespace(
            unit=usage.unit,
            # azure-ai-ml 1.35 fills `currentValue` and leaves `current_value` empty.
            current_value=getattr(usage, "currentValue", usage.current_value),
            limit=usage.limit,
            name=SimpleNamespace(
                value=usage.name["value"],
                localized_value=usage.name["localizedValue"],
            ),
        )
        for usage in client.compute.list_usage(location=location)
    ]
