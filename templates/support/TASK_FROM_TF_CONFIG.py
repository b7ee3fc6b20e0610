# Azure ML gives every task its role in TF_CONFIG; this sets the variables that Batch AI set.
TASK_FROM_TF_CONFIG = r'''eval "$($(command -v python3 || command -v python) - <<'EOF'
import json, os
config = json.loads(os.environ["TF_CONFIG"])
cluster, task = config["cluster"], config["task"]
masters = cluster.get("chief", cluster.get("master", []))
workers = masters + cluster.get("worker", [])
index = int(task["index"]) + (len(masters) if task["type"] == "worker" else 0)
role = "ps" if task["type"] == "ps" else "worker" if index else "master"
print("export AZ_BATCHAI_PS_HOSTS=" + ",".join(cluster.get("ps", [])))
print("export AZ_BATCHAI_WORKER_HOSTS=" + ",".join(workers))
print("export AZ_BATCHAI_TASK_INDEX=%d BAI_TASK_TYPE=%s" % (index, role))
EOF
)"
'''
