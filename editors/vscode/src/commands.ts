import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";

import { explanationIn, fixedIn, fixedInWords } from "./answers";
import { explain } from "./explained";
import { showRendered } from "./rendered";
import { isManifest, type Server, textOf } from "./server";

/** Command of the server that applies all safe fixes of the workspace. */
const fixAll = "podwright.fixAll";

/** Shows what the kustomizations or the chart make of the file in the active editor. */
export async function openRendered(server: Server): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (document === undefined || !isManifest(document)) {
    inform("open a kustomization, a file that one uses, or a file of a chart.");
    return;
  }
  if ((await server.running()) === undefined) {
    return;
  }
  await reported(async () => {
    // The client registers the commands of the server while it runs.
    await vscode.commands.executeCommand(showRendered, document.uri.toString());
  });
}

/** Explains what is at the cursor, in a document that needs no network. */
export async function explainHere(server: Server): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined || !isManifest(editor.document)) {
    inform("open a manifest, and put the cursor on what you want to have explained.");
    return;
  }
  const { document, selection } = editor;
  const client = await server.running();
  if (client === undefined) {
    return;
  }
  const converter = client.code2ProtocolConverter;
  const place = { uri: converter.asUri(document.uri), position: converter.asPosition(selection.active) };
  const rule = ruleAt(document.uri, selection.active);
  await reported(async () => {
    const result = await server.askToExplain(async () => {
      try {
        return await execute(client, explain, place);
      } catch (error: unknown) {
        // An older server only explains rules.
        if (rule === undefined) {
          throw error;
        }
        return execute(client, explain, rule);
      }
    });
    const page = explanationIn(result, rule ?? "podwright");
    if (page === undefined) {
      inform("there is nothing to explain here. Put the cursor on a finding, or into a Pod.");
    } else {
      await server.explained.show(page);
    }
  });
}

/** Applies all safe fixes of the workspace. The files are not saved, so that the user can look at the changes. */
export async function fixWorkspace(server: Server): Promise<void> {
  const client = await server.running();
  if (client === undefined) {
    return;
  }
  if (!server.has(fixAll)) {
    const version = client.initializeResult?.serverInfo?.version ?? "";
    void vscode.window.showErrorMessage(`podwright ${version} cannot fix the whole workspace. Install a later version.`);
    return;
  }
  await reported(async () => {
    const progress = { location: vscode.ProgressLocation.Window, title: "podwright: applying fixes" };
    const result = await vscode.window.withProgress(progress, () => execute(client, fixAll, { unsafe: false }));
    const fixed = fixedIn(result) ?? { fixes: 0, files: 0 };
    const savesItself = vscode.workspace.getConfiguration("files").get("autoSave", "off") !== "off";
    const answers = fixed.fixes === 0 || savesItself ? [] : ["Save all"];
    void vscode.window.showInformationMessage(fixedInWords(fixed, savesItself), ...answers).then((answer) => {
      if (answer !== undefined) {
        void vscode.workspace.saveAll(false);
      }
    });
  });
}

function execute(client: LanguageClient, command: string, argument: unknown): Promise<unknown> {
  return client.sendRequest("workspace/executeCommand", { command, arguments: [argument] });
}

/** The rule of the finding at the position; of the smallest one if there are several. */
function ruleAt(uri: vscode.Uri, position: vscode.Position): string | undefined {
  const size = ({ start, end }: vscode.Range): number => (end.line - start.line) * 10_000 + end.character - start.character;
  const here = vscode.languages
    .getDiagnostics(uri)
    .filter((one) => one.source === "podwright" && one.range.contains(position))
    .sort((one, other) => size(one.range) - size(other.range));
  const code = here[0]?.code;
  const rule = typeof code === "object" ? code.value : code;
  return rule === undefined ? undefined : String(rule);
}

function inform(what: string): void {
  void vscode.window.showInformationMessage(`podwright: ${what}`);
}

async function reported(what: () => Promise<void>): Promise<void> {
  try {
    await what();
  } catch (error: unknown) {
    void vscode.window.showErrorMessage(`podwright: ${textOf(error)}`);
  }
}
