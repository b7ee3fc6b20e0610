"""What both Azure ML SDKs see of a workspace: the resource itself, its storage and its addresses."""

import re

LOCATION = "eastus"
API_HOST = LOCATION + ".api.azureml.ms"
STORAGE_ACCOUNT = "workspacestorage"
WORKSPACE = r"/subscriptions/(?P<subscription>[^/]+)/resourceGroups/(?P<group>[^/]+)/providers/" \
            r"Microsoft\.MachineLearningServices/workspaces/(?P<workspace>[^/]+)"

NO_NODES = dict.fromkeys(("preparingNodeCount", "runningNodeCount", "idleNodeCount", "leavingNodeCount",
                          "unusableNodeCount", "preemptedNodeCount"), 0)


def add_workspace_when_missing(arm, resource_id):
    """A workspace that a script names exists, unless the script deleted it."""
    if resource_id.lower() not in arm.resources:
        arm.add(resource_id, location=LOCATION, sku={"name": "Basic", "tier": "Basic"},
                identity={"type": "SystemAssigned", "principalId": "0", "tenantId": "0"},
                properties=workspace_properties(resource_id))


def workspace_properties(resource_id):
    """What the service adds to a workspace."""
    group = resource_id.split("/providers/")[0]
    provider = group + "/providers/Microsoft."
    return {
        "friendlyName": resource_id.rpartition("/")[2],
        "workspaceId": "11111111-1111-1111-1111-111111111111",
        "discoveryUrl": "https://{}/discovery".format(API_HOST),
        "mlFlowTrackingUri": "azureml://{}/mlflow/v1.0{}".format(API_HOST, resource_id),
        "storageAccount": provider + "Storage/storageAccounts/" + STORAGE_ACCOUNT,
        "keyVault": provider + "KeyVault/vaults/workspacevault",
        "applicationInsights": provider + "Insights/components/workspaceinsights",
        "publicNetworkAccess": "Enabled",
    }


def workspace_of(resource_id):
    """{"subscription_id", "resource_group", "name"} of anything inside a workspace."""
    found = re.match(WORKSPACE, resource_id, re.I)
    return {"subscription_id": found["subscription"], "resource_group": found["group"], "name": found["workspace"]}


def own_datastore(container):
    """A datastore that every workspace has."""
    return {"datastoreType": "AzureBlob", "accountName": STORAGE_ACCOUNT, "containerName": container,
            "protocol": "https", "endpoint": "core.windows.net", "isDefault": container == "workspaceblobs",
            "credentials": {"credentialsType": "AccountKey"}}
