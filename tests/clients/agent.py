"""A coding agent, as far as `bai2aml mcp` can tell: the client of the package `mcp`, in both ways to begin a conversation.
Run by tests/clients.rs in an empty folder.

    python agent.py PROGRAM
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import anyio
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

CLEAN = """\
import os
from azure.common.credentials import ServicePrincipalCredentials
from azure.mgmt.batchai import BatchAIManagementClient

credentials = ServicePrincipalCredentials(client_id='app', secret=os.environ['SECRET'], tenant='tenant')
client = BatchAIManagementClient(credentials, 'subscription')
client.clusters.delete('group', 'workspace', 'cluster').result()
"""
SECRET = "from azure.mgmt.batchai import models  # outside-secret\n"


def text(result):
    return "".join(block.text for block in result.content)


def snapshot(folder):
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path): path.read_bytes() for path in files}


async def refused(client, tool, arguments, why):
    result = await client.call_tool(tool, arguments)
    assert result.is_error and why in text(result), (tool, arguments, text(result))
    assert "outside-secret" not in json.dumps(result.model_dump(mode="json")), result


async def conversation(program, top, mode, version):
    inside, outside = top / "inside", top / "outside"
    server = stdio_client(StdioServerParameters(command=program, args=["mcp"], cwd=inside))
    async with Client(server, mode=mode) as client:
        assert client.protocol_version == version, client.protocol_version
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert list(tools) == ["check", "convert", "explain", "verify"]
        assert tools["check"].annotations.read_only_hint and not tools["convert"].annotations.read_only_hint

        result = await client.call_tool("explain", {"code": "bai104"})
        assert text(result).startswith("BAI104 cluster-delete: this code deletes a cluster"), text(result)
        assert "BAI101 cluster-create" in text(await client.call_tool("explain", {}))
        await refused(client, "explain", {"code": "BAI105x"}, "did you mean `BAI105`?")

        result = await client.call_tool("check", {"paths": ["train.py"]})
        assert not result.is_error and "BAI104" in text(result), text(result)
        codes = {finding["code"] for finding in result.structured_content["listing"]["findings"]}
        assert "BAI104" in codes and result.structured_content["listing"]["problems"] == []
        few = await client.call_tool("check", {"limit": 1})
        assert len(few.structured_content["listing"]["findings"]) == 1 < few.structured_content["findings_in_all"]
        assert "the first 1 are listed" in text(few)

        result = await client.call_tool("convert", {"paths": ["train.py"]})
        assert result.structured_content["written"] is False
        assert "+client.compute.begin_delete('cluster').result()" in result.structured_content["diff"]
        assert result.structured_content["report"]["totals"]["exact"] > 5
        assert (inside / "train.py").read_text() == CLEAN
        result = await client.call_tool("convert", {"paths": ["train.py"], "target": "v1"})
        assert "azureml.core" in text(result)
        await refused(client, "convert", {"target": "v3"}, "invalid value 'v3'")
        await refused(client, "convert", {"wrte": True}, "there is no argument `wrte`")
        await refused(client, "convert", {"write": "yes"}, "`write` is true or false")

        # The agent converts, breaks what it converted, and is told so.
        result = await client.call_tool("convert", {"paths": ["train.py"], "write": True})
        assert result.structured_content["written"] and "`bai2aml undo` puts it back" in text(result), text(result)
        new = (inside / "train.py").read_text()
        assert "begin_delete" in new
        result = await client.call_tool("verify", {"base": "HEAD"})
        assert result.structured_content["ok"] and text(result).startswith("ok: "), text(result)
        (inside / "train.py").write_text(new.replace("begin_delete('cluster')", "begin_delete('other')"))
        for arguments in [{"base": "HEAD"}, {"base": "HEAD", "paths": ["train.py"]}, {"before": "old.py", "after": "train.py"}]:
            result = await client.call_tool("verify", arguments)
            assert not result.is_error and result.structured_content["ok"] is False, (arguments, text(result))
            assert "differs" in text(result) or "missing" in text(result), text(result)
        # What moves into a new file is still there.
        head, tail = new.split("client.compute")
        (inside / "train.py").write_text(head)
        (inside / "new.py").write_text("from train import client\nclient.compute" + tail)
        result = await client.call_tool("verify", {"base": "HEAD"})
        assert result.structured_content["ok"], text(result)
        (inside / "new.py").unlink()
        assert not (await client.call_tool("verify", {"base": "HEAD"})).structured_content["ok"]
        result = await client.call_tool("verify", {"base": "HEAD", "paths": ["folder"]})
        assert result.structured_content["ok"] and "nothing is asked" in text(result), text(result)
        result = await client.call_tool("verify", {"git": "HEAD..HEAD"})
        assert result.structured_content["ok"], text(result)
        await refused(client, "verify", {"base": "--output=x"}, "is no revision")
        await refused(client, "verify", {"before": "old.py"}, "give `base`, or `before` and `after`, or `git`")
        (inside / "train.py").write_text(new)
        undone = subprocess.run([program, "undo"], cwd=inside, capture_output=True, text=True)
        assert undone.returncode == 0 and (inside / "train.py").read_text() == CLEAN, undone

        # Nothing outside is read or written, by whatever way.
        before = snapshot(outside)
        lies = "lies outside of the folder"
        for path in ["../outside/a.py", str(outside / "a.py"), "folder/../../outside", "/", "..", "/no/such/file", "link.py", "linked", "linked/a.py", "linked/gone.py"]:
            await refused(client, "check", {"paths": [path]}, lies)
            await refused(client, "convert", {"paths": ["train.py", path], "write": True}, lies)
            await refused(client, "verify", {"before": path, "after": "train.py"}, lies)
            await refused(client, "verify", {"before": "train.py", "after": path}, lies)
            await refused(client, "verify", {"base": "HEAD", "paths": [path]}, lies)
        await refused(client, "check", {"paths": ["-"]}, "`-` is no path")
        await refused(client, "check", {"paths": ["gone.py"]}, "no such file")
        assert str(outside / "a.py").startswith("/") and str(inside / "train.py").startswith("/")
        result = await client.call_tool("check", {"paths": [str(inside / "train.py"), "folder"]})
        assert not result.is_error, text(result)
        # Links that a folder holds are problems, and what they lead to is not read.
        result = await client.call_tool("check", {})
        assert "link.py" in json.dumps(result.structured_content["listing"]["problems"]), result
        assert "leads out of the folder" in text(result) and "outside-secret" not in json.dumps(result.structured_content)
        assert all(finding["path"] != "link.py" for finding in result.structured_content["listing"]["findings"])
        result = await client.call_tool("convert", {"write": True})
        assert "leads out of the folder" in text(result)
        assert snapshot(outside) == before
        assert subprocess.run([program, "undo"], cwd=inside, capture_output=True).returncode == 0
        os.symlink(outside, inside / ".bai2aml")
        await refused(client, "convert", {"paths": ["train.py"], "write": True}, "`.bai2aml` leads out of the folder")
        (inside / ".bai2aml").unlink()
        assert (snapshot(outside), (inside / "train.py").read_text()) == (before, CLEAN)


def main(program):
    top = Path.cwd()
    (top / "inside/folder").mkdir(parents=True)
    (top / "outside").mkdir()
    (top / "inside/train.py").write_text(CLEAN)
    (top / "inside/old.py").write_text(CLEAN)
    (top / "inside/folder/plain.py").write_text("print('x')\n")
    (top / "outside/a.py").write_text(SECRET)
    os.symlink(top / "outside/a.py", top / "inside/link.py")
    os.symlink(top / "outside", top / "inside/linked")
    # The repository is the folder above: its top is outside, and so is its journal.
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com"]
    for command in [["init", "-q"], ["add", "-A"], ["commit", "-qm", "x"]]:
        subprocess.run(git + command, cwd=top, check=True)
    for mode, version in [("auto", "2026-07-28"), ("legacy", "2025-11-25")]:
        anyio.run(conversation, program, top, mode, version)
    assert not (top / ".bai2aml").exists()


main(sys.argv[1])
print("well")
