# needs: from types import SimpleNamespace
def as_errors(entries):
    """Errors of azureml-core, which are dictionaries, as objects."""
    return [
        SimpleNamespace(
            code=error.get("code"),
            message=error.get("message"),
            details=[
                SimpleNamespace(name=detail.get("code"), value=detail.get("message"))
                for detail in error.get("details") or []
            ],
        )
        for error in (entry.get("error") or entry for entry in entries or [] if entry)
    ]
