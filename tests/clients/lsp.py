"""An editor, as far as `bai2aml lsp` can tell: pygls, the client of pytest-lsp. Run by tests/clients.rs in an empty folder.

    python lsp.py PROGRAM
"""

import asyncio
import json
import sys
from pathlib import Path

from lsprotocol import types as t
from pygls.lsp.client import LanguageClient

CLUSTER = """\
from azure.mgmt.batchai import BatchAIManagementClient, models

client = BatchAIManagementClient(credentials, 'subscription')  # 𝄞
client.clusters.delete('group', 'workspace', 'gpus').result()
"""
PARTS = """\
import os

if os.environ.get('USE_MODELS'):
    import azure.mgmt.batchai.models as models


def connect(credentials, subscription):
    import azure.mgmt.batchai as batchai
    client = batchai.BatchAIManagementClient(credentials, subscription)
    client.clusters.delete('group', 'workspace', 'gpus').result()
    return client
"""
MAIN = "from helper import client\n\nfor cluster in client.clusters.list_by_workspace('group', 'workspace'):\n    print(cluster.name)\n"
JOB = '{"properties": {"nodeCount": 1, "customToolkitSettings": {"commandLine": "python train.py"}}}\n'


class Editor:
    """A client that keeps what it is told, and makes edits as an editor does."""

    def __init__(self, folder):
        self.folder, self.told, self.texts = folder, asyncio.Queue(), {}
        self.client = LanguageClient("test", "1")

        @self.client.feature(t.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def _(params: t.PublishDiagnosticsParams):
            self.told.put_nowait(params)

    async def start(self, program, encodings, options=None):
        await self.client.start_io(program, "lsp", "--stdio", cwd=str(self.folder))
        capabilities = t.ClientCapabilities(
            general=t.GeneralClientCapabilities(position_encodings=encodings),
            workspace=t.WorkspaceClientCapabilities(
                workspace_edit=t.WorkspaceEditClientCapabilities(
                    document_changes=True,
                    resource_operations=[t.ResourceOperationKind.Create, t.ResourceOperationKind.Delete],
                )
            ),
            text_document=t.TextDocumentClientCapabilities(
                hover=t.HoverClientCapabilities(content_format=[t.MarkupKind.Markdown])
            ),
        )
        folder = t.WorkspaceFolder(uri=self.folder.as_uri(), name="test")
        result = await self.client.initialize_async(
            t.InitializeParams(capabilities=capabilities, workspace_folders=[folder], initialization_options=options)
        )
        self.client.initialized(t.InitializedParams())
        self.encoding = result.capabilities.position_encoding
        return result

    def uri(self, name):
        return (self.folder / name).as_uri()

    def open(self, name, text, language="python"):
        (self.folder / name).write_text(text)
        self.texts[self.uri(name)] = [1, text]
        item = t.TextDocumentItem(uri=self.uri(name), language_id=language, version=1, text=text)
        self.client.text_document_did_open(t.DidOpenTextDocumentParams(text_document=item))

    def change(self, name, find, replace):
        """Types something, as a change of a range."""
        version, text = self.texts[self.uri(name)]
        at = text.index(find)
        change = t.TextDocumentContentChangePartial(
            range=t.Range(start=self.position(text, at), end=self.position(text, at + len(find))), text=replace
        )
        self.texts[self.uri(name)] = [version + 1, text[:at] + replace + text[at + len(find) :]]
        document = t.VersionedTextDocumentIdentifier(uri=self.uri(name), version=version + 1)
        self.client.text_document_did_change(
            t.DidChangeTextDocumentParams(text_document=document, content_changes=[change])
        )

    def width(self, text):
        return len(text.encode("utf-8")) if self.encoding == "utf-8" else len(text.encode("utf-16-le")) // 2

    def position(self, text, at):
        line = text.count("\n", 0, at)
        return t.Position(line=line, character=self.width(text[text.rfind("\n", 0, at) + 1 : at]))

    def offset(self, text, position):
        lines = text.split("\n")
        line, left, at = lines[position.line], position.character, 0
        while left > 0:
            left -= self.width(line[at])
            at += 1
        assert left == 0, "a place inside of a character"
        return sum(len(line) + 1 for line in lines[: position.line]) + at

    def of(self, text, range):
        return text[self.offset(text, range.start) : self.offset(text, range.end)]

    async def diagnostics(self, name, version=None):
        uri = name if ":" in name else self.uri(name)
        while True:
            told = await asyncio.wait_for(self.told.get(), 60)
            if told.uri == uri and version in (None, told.version):
                return told.diagnostics

    async def hover(self, name, find):
        text = self.texts[self.uri(name)][1]
        return await self.client.text_document_hover_async(
            t.HoverParams(
                text_document=t.TextDocumentIdentifier(uri=self.uri(name)),
                position=self.position(text, text.index(find)),
            )
        )

    async def actions(self, uri, range, only=None):
        actions = await self.client.text_document_code_action_async(
            t.CodeActionParams(
                text_document=t.TextDocumentIdentifier(uri=uri),
                range=range,
                context=t.CodeActionContext(diagnostics=[], only=only),
            )
        )
        return {action.title: action for action in actions}

    def applied(self, action):
        """The texts after an action; the edits of a text must not overlap, and must be of its version."""
        after = {uri: text for uri, (_, text) in self.texts.items()}
        for change in action.edit.document_changes:
            if isinstance(change, t.CreateFile):
                assert change.uri not in after
                after[change.uri] = ""
            elif isinstance(change, t.DeleteFile):
                del after[change.uri]
            else:
                uri, version = change.text_document.uri, change.text_document.version
                known = self.texts.get(uri)
                assert version == (known[0] if known else None), (uri, version)
                text = after.get(uri)
                if text is None:
                    text = (self.folder / uri.rsplit("/", 1)[1]).read_text()
                for edit in sorted(change.edits, key=lambda edit: (edit.range.start.line, edit.range.start.character), reverse=True):
                    start, end = self.offset(text, edit.range.start), self.offset(text, edit.range.end)
                    text = text[:start] + edit.new_text + text[end:]
                after[uri] = text
        return after

    async def end(self):
        await self.client.shutdown_async(None)
        self.client.exit(None)
        await asyncio.wait_for(self.client._server.wait(), 60)
        assert self.client._server.returncode == 0, self.client._server.returncode


WHOLE = t.Range(start=t.Position(line=0, character=0), end=t.Position(line=999, character=0))


async def scripts(editor):
    editor.open("cluster.py", CLUSTER)
    found = await editor.diagnostics("cluster.py", 1)
    by_code = {diagnostic.code: diagnostic for diagnostic in found}
    delete = by_code["BAI104"]
    assert delete.severity == t.DiagnosticSeverity.Error and delete.source == "bai2aml"
    assert delete.message == "this code deletes a cluster: `ClustersOperations.delete`", delete.message
    assert editor.of(CLUSTER, delete.range) == "client.clusters.delete('group', 'workspace', 'gpus')", delete.range
    assert delete.data["id"]

    # Edits come as ranges, also behind a character that is two of UTF-16.
    editor.change("cluster.py", "\nclient.clusters", "  # 𝄞𝄞\nif True: client.clusters")
    found = await editor.diagnostics("cluster.py", 2)
    text = editor.texts[editor.uri("cluster.py")][1]
    [delete] = [diagnostic for diagnostic in found if diagnostic.code == "BAI104"]
    assert editor.of(text, delete.range).startswith("client.clusters.delete("), delete.range
    editor.change("cluster.py", "if True: ", "")
    found = await editor.diagnostics("cluster.py", 3)
    text = editor.texts[editor.uri("cluster.py")][1]

    hover = await editor.hover("cluster.py", "clusters.delete")
    assert hover.contents.kind == t.MarkupKind.Markdown
    page = hover.contents.value
    assert page.startswith("**BAI104 cluster-delete**: this code deletes a cluster"), page
    assert "- in azure-ai-ml (v2): **exact**" in page and "```text\nBAI104 cluster-delete" in page, page
    assert await editor.hover("cluster.py", "𝄞") is None

    [delete] = [diagnostic for diagnostic in found if diagnostic.code == "BAI104"]
    actions = await editor.actions(editor.uri("cluster.py"), delete.range)
    site = "Convert BAI104 to azure-ai-ml (something differs)"  # The client that it needs is another one.
    assert list(actions) == [site, "Convert this file to azure-ai-ml"], list(actions)
    assert (actions[site].kind, actions[site].is_preferred) == (t.CodeActionKind.QuickFix, False)
    assert actions[site].diagnostics[0].code == "BAI104"
    after = editor.applied(actions[site])[editor.uri("cluster.py")]
    assert "client.compute.begin_delete(" in after and "from azure.ai.ml import MLClient" in after, after
    whole = editor.applied(actions["Convert this file to azure-ai-ml"])[editor.uri("cluster.py")]
    assert "# 𝄞  # 𝄞𝄞" in whole and "batchai" not in whole, whole
    assert await editor.actions(editor.uri("cluster.py"), WHOLE, ["source.fixAll"]) == {}
    convert = await editor.actions(editor.uri("cluster.py"), WHOLE, ["source.convert.bai2aml"])
    assert [action.kind for action in convert.values()] == ["source.convert.bai2aml"], convert
    none = await editor.actions(editor.uri("cluster.py"), WHOLE, ["refactor"])
    assert none == {}, none
    return text, whole


async def parts(editor):
    """What stays the same is converted without the rest; one place without the others."""
    editor.open("parts.py", PARTS)
    found = await editor.diagnostics("parts.py", 1)
    uri = editor.uri("parts.py")
    [fix] = (await editor.actions(uri, WHOLE, ["source.fixAll"])).values()
    assert (fix.title, fix.kind) == ("Convert what stays the same to azure-ai-ml", "source.fixAll.bai2aml")
    after = editor.applied(fix)[uri]
    assert after == PARTS.replace("import azure.mgmt.batchai.models as models", "pass"), after
    [unused] = [diagnostic for diagnostic in found if diagnostic.range.start.line == 3]
    actions = await editor.actions(uri, unused.range, ["quickfix"])
    assert list(actions) == ["Convert BAI009 to azure-ai-ml", "Convert this file to azure-ai-ml"], actions
    site = actions["Convert BAI009 to azure-ai-ml"]
    assert site.is_preferred and editor.applied(site)[uri] == after
    [delete] = [diagnostic for diagnostic in found if diagnostic.code == "BAI104"]
    rest = editor.applied(list((await editor.actions(uri, delete.range)).values())[0])[uri]
    assert "begin_delete" in rest and "import azure.mgmt.batchai.models as models" in rest, rest


async def programs(editor):
    """A module gives its importer a client; what is converted goes through both."""
    editor.open("helper.py", CLUSTER.split("client.clusters")[0])
    editor.open("main.py", MAIN)
    found = await editor.diagnostics("main.py")
    known = [(diagnostic.code, diagnostic.message) for diagnostic in found]
    assert "this code lists clusters" in known[0][1], known
    actions = await editor.actions(editor.uri("main.py"), WHOLE)
    after = editor.applied(actions["Convert this file to azure-ai-ml"])
    assert "client.compute.list(" in after[editor.uri("main.py")], after
    assert "MLClient(" in after[editor.uri("helper.py")], after
    # What the editor has counts, not what the file has.
    editor.change("helper.py", "client = ", "other = ")
    found = await editor.diagnostics("main.py")
    assert known != [(diagnostic.code, diagnostic.message) for diagnostic in found], found


async def notebooks(editor):
    uri = editor.uri("train.ipynb")
    code = "client.clusters.delete('group', 'workspace', 'gpus').result()"
    cells = [("m", 1, "markdown", "# Batch AI"), ("a", 2, "python", CLUSTER.split("client.")[0]), ("b", 2, "python", code)]
    documents = []
    for fragment, _, language, text in cells:
        address = f"vscode-notebook-cell:{uri[7:]}#{fragment}"
        documents.append(t.TextDocumentItem(uri=address, language_id=language, version=4, text=text))
        editor.texts[address] = [4, text]
    listed = [t.NotebookCell(kind=t.NotebookCellKind(kind), document=item.uri) for (_, kind, _, _), item in zip(cells, documents)]
    notebook = t.NotebookDocument(uri=uri, notebook_type="jupyter-notebook", version=1, cells=listed)
    editor.client.notebook_document_did_open(
        t.DidOpenNotebookDocumentParams(notebook_document=notebook, cell_text_documents=documents)
    )
    address = documents[2].uri
    [delete] = await editor.diagnostics(address)
    assert delete.code == "BAI104" and editor.of(code, delete.range).startswith("client.clusters.delete(")
    actions = await editor.actions(address, delete.range)
    after = editor.applied(actions["Convert this file to azure-ai-ml"])
    assert "MLClient(" in after[documents[1].uri] and "client.compute.begin_delete(" in after[address], after
    assert after[documents[0].uri] == "# Batch AI"
    # The cell that makes the client goes.
    editor.client.notebook_document_did_change(
        t.DidChangeNotebookDocumentParams(
            notebook_document=t.VersionedNotebookDocumentIdentifier(uri=uri, version=2),
            change=t.NotebookDocumentChangeEvent(
                cells=t.NotebookDocumentCellChanges(
                    structure=t.NotebookDocumentCellChangeStructure(
                        array=t.NotebookCellArrayChange(start=1, delete_count=1, cells=[]),
                        did_close=[t.TextDocumentIdentifier(uri=documents[1].uri)],
                    )
                )
            ),
        )
    )
    assert not await editor.diagnostics(address)
    editor.client.notebook_document_did_close(
        t.DidCloseNotebookDocumentParams(
            notebook_document=t.NotebookDocumentIdentifier(uri=uri),
            cell_text_documents=[t.TextDocumentIdentifier(uri=documents[0].uri), t.TextDocumentIdentifier(uri=address)],
        )
    )
    # The same notebook as text: findings have the lines of its JSON.
    lines = [line + "\n" for line in (CLUSTER + code).split("\n")]
    content = json.dumps({"cells": [{"cell_type": "code", "metadata": {}, "outputs": [], "source": lines}], "metadata": {}, "nbformat": 4, "nbformat_minor": 2}, indent=1)
    editor.open("text.ipynb", content, "json")
    found = await editor.diagnostics("text.ipynb", 1)
    assert any("client.clusters.delete" in editor.of(content, diagnostic.range) for diagnostic in found), found
    actions = await editor.actions(editor.uri("text.ipynb"), WHOLE)
    after = editor.applied(actions["Convert this file to azure-ai-ml"])[editor.uri("text.ipynb")]
    assert "begin_delete" in after and len(json.loads(after)["cells"]) == 1, after


async def others(editor):
    """A configuration file becomes others; a script of a shell is converted where it stands."""
    editor.open("job.json", JOB, "json")
    found = await editor.diagnostics("job.json", 1)
    assert found and all(diagnostic.code.startswith("BAI") for diagnostic in found), found
    actions = await editor.actions(editor.uri("job.json"), WHOLE)
    after = editor.applied(actions["Convert this file to azure-ai-ml"])
    assert editor.uri("job.json") not in after and "python train.py" in after[editor.uri("job.yml")], after
    editor.open("run.sh", "az batchai cluster delete -n gpus -g rg -w ws -y\n", "shellscript")
    assert [diagnostic.code for diagnostic in await editor.diagnostics("run.sh", 1)] == ["BAI823"]
    actions = await editor.actions(editor.uri("run.sh"), WHOLE)
    assert "az ml compute delete" in editor.applied(actions["Convert this file to azure-ai-ml"])[editor.uri("run.sh")]
    editor.open("half.py", "import azure.mgmt.batchai\nx = (\n")
    found = await editor.diagnostics("half.py", 1)
    assert any("this is not Python 3" in diagnostic.message for diagnostic in found), found


async def main(program):
    folder = Path.cwd()
    editor = Editor(folder)
    result = await editor.start(program, [t.PositionEncodingKind.Utf16, t.PositionEncodingKind.Utf8])
    assert result.capabilities.position_encoding == "utf-16" and result.server_info.name == "bai2aml"
    before, whole = await scripts(editor)
    (folder / "one" ).mkdir()
    (folder / "one/cluster.py").write_text(before)
    process = await asyncio.create_subprocess_exec(program, "convert", "--write", "--no-journal", "-q", "one/cluster.py")
    await process.wait()
    assert (folder / "one/cluster.py").read_text() == whole, "the editor's file is not that of the command line"
    await parts(editor)
    await programs(editor)
    await notebooks(editor)
    await others(editor)
    await editor.end()

    # The encoding that the editor likes best; the target of the nearest file, and that of the editor above it.
    (folder / "one/bai2aml.toml").write_text('target = "v1"\n')
    for options, target in [(None, "azureml-core"), ({"target": "v2"}, "azure-ai-ml")]:
        editor = Editor(folder)
        result = await editor.start(program, [t.PositionEncodingKind.Utf8, t.PositionEncodingKind.Utf16], options)
        assert result.capabilities.position_encoding == "utf-8"
        editor.open("one/cluster.py", CLUSTER)
        await editor.diagnostics("one/cluster.py", 1)
        actions = await editor.actions(editor.uri("one/cluster.py"), WHOLE)
        after = editor.applied(actions[f"Convert this file to {target}"])[editor.uri("one/cluster.py")]
        assert "# 𝄞" in after and "batchai" not in after, after
        await editor.end()


asyncio.run(main(sys.argv[1]))
print("well")
