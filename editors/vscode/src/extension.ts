import * as vscode from "vscode";

import { explainHere, fixWorkspace, openRendered } from "./commands";
import { isManifest, Server } from "./server";
import { showMenu, StatusItem } from "./statusItem";

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const started = new Server(context.extensionPath);
  server = started;
  context.subscriptions.push(
    started,
    new StatusItem(started),
    vscode.commands.registerCommand("podwright.explainHere", () => explainHere(started)),
    vscode.commands.registerCommand("podwright.fixWorkspace", () => fixWorkspace(started)),
    vscode.commands.registerCommand("podwright.openRendered", () => openRendered(started)),
    vscode.commands.registerCommand("podwright.restart", () => started.restart()),
    vscode.commands.registerCommand("podwright.showOutput", () => started.output.show()),
    vscode.commands.registerCommand("podwright.showMenu", () => showMenu(started)),
    vscode.commands.registerCommand("podwright.openSettings", () =>
      vscode.commands.executeCommand("workbench.action.openSettings", `@ext:${context.extension.id}`),
    ),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("podwright.path") || change.affectsConfiguration("podwright.enable")) {
        void started.restartIfStarted();
      }
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => started.restartIfStarted()),
  );
  // VS Code can activate an extension for a language although no open document uses it. The search for a configuration
  // can take long, and a manifest can be opened meanwhile.
  const waiting = vscode.workspace.onDidOpenTextDocument((document) => {
    if (isManifest(document)) {
      waiting.dispose();
      void started.start();
    }
  });
  context.subscriptions.push(waiting);
  if (await isWanted()) {
    waiting.dispose();
    await started.start();
  }
}

/** Whether a manifest is open, or the folder has a configuration. */
async function isWanted(): Promise<boolean> {
  if (vscode.workspace.textDocuments.some(isManifest)) {
    return true;
  }
  const configurations = await vscode.workspace.findFiles(".podwright.{yaml,yml}", null, 1);
  return configurations.length > 0;
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}
