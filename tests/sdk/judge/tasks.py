"""What the processes of a job are, and what each of them starts: the same form for a job of Batch AI and of Azure ML."""

from judge.node import Node

# A process of its own, or one of several that are alike but for their number.
MASTER, WORKER, SERVER = "master", "worker", "parameter server"
PORT = 2222


class Task:
    """One process: its role, where it runs, its command and the variables that the service sets for it."""

    def __init__(self, role, node, command, variables):
        self.role = role
        self.node = node
        self.command = command
        self.variables = variables


def starts(tasks, folders):
    """{role: [{"place", "words", "environment"}, …]}: what the first process of each role starts, and "processes": each
    process as "role on node", so that a process too many is seen."""
    found, nodes = {}, {}
    for task in tasks:
        nodes.setdefault(task.node, []).append(task)
    for number, on_node in sorted(nodes.items()):
        with Node(folders) as node:
            for task in on_node:
                programs = node.run(task.command, task.variables)
                found.setdefault(task.role, programs)
    return found


def hosts(kind, count):
    return ["{}-{}:{}".format(kind, number, PORT) for number in range(count)]
