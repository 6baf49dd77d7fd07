"""Tests the language server with recorded capabilities of VS Code, Neovim, and Emacs."""

import asyncio
import os
import shutil
from pathlib import Path

import pytest_asyncio
from lsprotocol import types
from pygls.protocol import default_converter
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities
from pytest_lsp.client import DEFAULT_CLIENT_FEATURES, register_lsp_features

SHOP = Path(__file__).parent.parent / "shop"
NOT_FOUND = "image-pull-secret-not-found"
# Timeout of each answer.
PATIENCE = 30

CLIENTS = [
    "visual-studio-code@v1.65.2",
    "neovim@v0.11.0",
    "neovim@v0.10.0",
    "neovim@v0.8.0",
    "neovim@v0.6.1",
    "emacs@v29.1",
]


def register(client: "Client", params: types.RegistrationParams):
    client.registered.extend(params.registrations)


def published(client: "Client", params: types.PublishDiagnosticsParams):
    client.diagnostics[params.uri] = params.diagnostics
    client.versions[params.uri] = params.version


class Client(LanguageClient):
    """Fails the test on requests of the server without a handler here."""

    def __init__(self):
        super().__init__(converter_factory=default_converter)
        self.registered = []
        self.versions = {}
        features = {
            **DEFAULT_CLIENT_FEATURES,
            types.CLIENT_REGISTER_CAPABILITY: register,
            types.WORKSPACE_INLAY_HINT_REFRESH: lambda client, _: None,
            types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS: published,
        }
        register_lsp_features(self, features)


@pytest_asyncio.fixture(params=CLIENTS)
async def editor(request, tmp_path):
    directory = tmp_path / "shop with spaces"
    shutil.copytree(SHOP, directory)
    config = ClientServerConfig(
        server_command=[os.environ["PODWRIGHT"], "lsp"], client_factory=Client
    )
    client = await config.start()
    result = await client.initialize_session(
        types.InitializeParams(
            capabilities=client_capabilities(request.param),
            root_uri=directory.as_uri(),
            workspace_folders=[
                types.WorkspaceFolder(uri=directory.as_uri(), name="shop")
            ],
        )
    )
    editor = Editor(client, result, directory)
    yield editor
    await asyncio.wait_for(client.shutdown_session(), PATIENCE)
    assert client._server.returncode == 0
    await client.stop()


class Editor:
    def __init__(self, client, result, directory):
        self.client = client
        self.result = result
        self.directory = directory
        self.texts = {}
        unit = result.capabilities.position_encoding or "utf-16"
        self.codec = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}[unit]
        self.width = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[unit]

    def uri(self, name):
        return (self.directory / name).as_uri()

    def column(self, line, at):
        return len(line[:at].encode(self.codec)) // self.width

    def range_of(self, name, what):
        text = (self.directory / name).read_text()
        line = text[: text.index(what)].count("\n")
        whole = text.splitlines()[line]
        start = whole.index(what)
        return types.Range(
            types.Position(line, self.column(whole, start)),
            types.Position(line, self.column(whole, start + len(what))),
        )

    def document(self, name):
        return types.TextDocumentIdentifier(self.uri(name))

    def open(self, name):
        text = (self.directory / name).read_text()
        self.client.text_document_did_open(
            types.DidOpenTextDocumentParams(
                types.TextDocumentItem(self.uri(name), "yaml", 1, text)
            )
        )

    def replace(self, name, version, range_, text):
        change = types.TextDocumentContentChangePartial(range=range_, text=text)
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(version, self.uri(name)), [change]
            )
        )

    def rules(self, name):
        return [one.code for one in self.client.diagnostics.get(self.uri(name), [])]

    def found(self, name, rule):
        all_ = self.client.diagnostics[self.uri(name)]
        return next(one for one in all_ if one.code == rule)

    async def until(self, is_so):
        async def wait():
            while not is_so():
                await self.client.wait_for_notification(
                    types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS
                )

        await asyncio.wait_for(wait(), PATIENCE)


async def test_a_session(editor):
    client, caps = editor.client, editor.client.capabilities
    publishes = caps.text_document.publish_diagnostics

    # Files that are not open are checked, and only capabilities of the editor are used.
    await editor.until(lambda: editor.rules("batch.yaml") and editor.rules("pod.yaml"))
    elsewhere = editor.found("batch.yaml", "image-pull-secret-other-namespace")
    assert elsewhere.range == editor.range_of("batch.yaml", "mirror")
    if publishes and publishes.related_information:
        (related,) = elsewhere.related_information
        assert related.location.uri == editor.uri("infra.yaml")
        assert related.location.range == editor.range_of("infra.yaml", "mirror")
    else:
        assert elsewhere.related_information is None
    has_link = publishes and publishes.code_description_support
    assert (elsewhere.code_description is not None) == bool(has_link)

    editor.open("pod.yaml")
    await editor.until(lambda: client.versions.get(editor.uri("pod.yaml")) == 1)
    policy = editor.found("pod.yaml", "pull-policy-invalid")
    assert policy.severity == types.DiagnosticSeverity.Error
    assert policy.range == editor.range_of("pod.yaml", "always"), "é☸🚢 stand before it"

    hover = await client.text_document_hover_async(
        types.HoverParams(editor.document("pod.yaml"), policy.range.start)
    )
    assert "[pull-policy-invalid](https://" in hover.contents.value

    # Applies the fix as an editor does.
    actions = await client.text_document_code_action_async(
        types.CodeActionParams(
            editor.document("pod.yaml"),
            policy.range,
            types.CodeActionContext(diagnostics=[policy]),
        )
    )
    fix = next(one for one in actions if one.title == "Replace with `Always`")
    edit = fix.edit
    can = caps.workspace and caps.workspace.workspace_edit
    if can and can.document_changes:
        (change,) = edit.document_changes
        assert change.text_document.uri == editor.uri("pod.yaml")
        assert change.text_document.version == 1
        (text_edit,) = change.edits
    else:
        ((uri, (text_edit,)),) = edit.changes.items()
        assert uri == editor.uri("pod.yaml")
    editor.replace("pod.yaml", 2, text_edit.range, text_edit.new_text)
    await editor.until(lambda: client.versions[editor.uri("pod.yaml")] == 2)
    assert "pull-policy-invalid" not in editor.rules("pod.yaml")

    # Renames a Secret in another file and back.
    assert NOT_FOUND not in editor.rules("pod.yaml")
    editor.open("secret.yaml")
    name = editor.range_of("secret.yaml", "regcred")
    editor.replace("secret.yaml", 2, name, "regcrd")
    await editor.until(lambda: NOT_FOUND in editor.rules("pod.yaml"))
    name.end.character -= 1
    editor.replace("secret.yaml", 3, name, "regcred")
    await editor.until(lambda: NOT_FOUND not in editor.rules("pod.yaml"))


async def test_places_lead_to_places(editor):
    client = editor.client
    editor.open("pod.yaml")
    at = editor.range_of("pod.yaml", "regcred").start
    place = await client.text_document_definition_async(
        types.DefinitionParams(editor.document("pod.yaml"), at)
    )
    assert place.uri == editor.uri("secret.yaml")
    assert place.range == editor.range_of("secret.yaml", "regcred")
    items = await client.text_document_completion_async(
        types.CompletionParams(editor.document("pod.yaml"), at)
    )
    assert [item.label for item in items] == ["regcred"]
    hints = await client.text_document_inlay_hint_async(
        types.InlayHintParams(
            editor.document("pod.yaml"),
            types.Range(types.Position(0, 0), types.Position(99, 0)),
        )
    )
    assert "imagePullPolicy: IfNotPresent" in [hint.label for hint in hints]
    references = await client.text_document_references_async(
        types.ReferenceParams(
            types.ReferenceContext(include_declaration=False), editor.document("pod.yaml"), at
        )
    )
    assert [one.uri for one in references] == [editor.uri("pod.yaml")]


async def test_files_are_watched_where_the_editor_watches(editor):
    watches = editor.client.capabilities.workspace.did_change_watched_files
    await editor.until(lambda: editor.rules("pod.yaml"))
    if not (watches and watches.dynamic_registration):
        assert editor.client.registered == []
        return
    (registered,) = editor.client.registered
    assert registered.method == types.WORKSPACE_DID_CHANGE_WATCHED_FILES
    new = editor.directory / "new.yaml"

    def tell(kind):
        event = types.FileEvent(new.as_uri(), kind)
        editor.client.workspace_did_change_watched_files(
            types.DidChangeWatchedFilesParams([event])
        )

    shutil.copy(editor.directory / "pod.yaml", new)
    tell(types.FileChangeType.Created)
    await editor.until(lambda: "pull-policy-invalid" in editor.rules("new.yaml"))
    new.write_text(new.read_text().replace("always", "Always"))
    tell(types.FileChangeType.Changed)
    await editor.until(lambda: "pull-policy-invalid" not in editor.rules("new.yaml"))
    assert editor.rules("new.yaml")
    new.unlink()
    tell(types.FileChangeType.Deleted)
    await editor.until(lambda: not editor.rules("new.yaml"))
