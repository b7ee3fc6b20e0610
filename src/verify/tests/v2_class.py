"""The same in a class, with what users do around it."""
import logging
from concurrent.futures import ThreadPoolExecutor

import requests
from azure.ai.ml import MLClient, command
from azure.ai.ml.constants import AssetTypes
from azure.ai.ml.entities import AmlCompute, Environment, Job
from azure.identity import DefaultAzureCredential

log = logging.getLogger(__name__)


class Runner(object):
    clients = {}

    def __init__(self, config, client=None):
        self.config = config
        self.client = client or MLClient(DefaultAzureCredential(), config["s"], config["g"], config["w"])
        self.jobs = []
        self.last = None
        Runner.clients[config["w"]] = self.client

    @property
    def cluster(self):
        return self.client.compute.get(self.config["cluster"])

    @staticmethod
    def environment(image):
        return Environment(image=image)

    def submit(self, line, nodes=1, **more):
        job = command(
            command=line,
            instance_count=nodes,
            compute=self.config["cluster"],
            environment=self.environment("ubuntu"),
            **more
        )
        for attribute, value in self.config.get("job", {}).items():
            setattr(job, attribute, value)
        self.last = self.client.jobs.create_or_update(job)
        self.jobs.append(self.last)
        return self.last

    def wait(self, job: Job) -> str:
        self.client.jobs.stream(job.name)
        return self.client.jobs.get(job.name).status

    def ensure(self, sizes):
        have = {c.name for c in self.client.compute.list()}
        wanted = [AmlCompute(name=n, size=s, min_instances=0, max_instances=2) for n, s in sizes.items() if n not in have]
        pollers = [self.client.compute.begin_create_or_update(compute) for compute in wanted]
        return [poller.result().name for poller in pollers]


def main(config):
    runner = Runner(config)
    log.info("%s", runner.ensure({"a": "STANDARD_D2_V3"}))
    with ThreadPoolExecutor() as pool:
        found = list(pool.map(runner.wait, [runner.submit("echo %d" % i) for i in range(3)]))
    print(found, AssetTypes.URI_FOLDER, runner.last.name, runner.cluster.size)
    response = requests.get("https://example.org", timeout=3)
    job = response.json()
    print(job["x"], response.anything)
    job = runner.client.jobs.get("j")
    return job.services["Studio"].endpoint if job.services else None


if __name__ == "__main__":
    main({"s": "s", "g": "g", "w": "w", "cluster": "c"})
