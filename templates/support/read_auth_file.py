# needs: import json; import os
def read_auth_file(path=None):
    """The JSON that `az ad sp create-for-rbac --sdk-auth` wrote."""
    with open(path or os.environ["AZURE_AUTH_LOCATION"], encoding="utf-8-sig") as file:
        return json.load(file)
