import * as vscode from "vscode";
import { LanguageClient, type LanguageClientOptions } from "vscode-languageclient/node";

import { find, problemOf, thisMachine } from "./binary";
import { RenderedDocuments, showRendered } from "./rendered";
import { documents, options } from "./settings";

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const started = new Server();
  server = started;
  context.subscriptions.push(
    started.output,
    started.rendered,
    vscode.commands.registerCommand("podwright.restart", () => started.restart()),
    vscode.commands.registerCommand("podwright.showOutput", () => started.output.show()),
    vscode.commands.registerCommand("podwright.openRendered", () => started.openRendered()),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("podwright.path")) {
        void started.restartIfStarted();
      }
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => started.restartIfStarted()),
  );
  // VS Code can activate an extension for a language although no open document uses it.
  if (await isWanted()) {
    await started.restart();
    return;
  }
  const waiting = vscode.workspace.onDidOpenTextDocument((document) => {
    if (isManifest(document)) {
      waiting.dispose();
      void started.start();
    }
  });
  context.subscriptions.push(waiting);
}

const isManifest = (document: vscode.TextDocument): boolean => vscode.languages.match(documents, document) > 0;

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

/** The only running server. Starts and stops run one after the other. */
class Server {
  readonly output = vscode.window.createOutputChannel("podwright", { log: true });
  readonly rendered = new RenderedDocuments();
  private client: LanguageClient | undefined;
  private last: Promise<void> = Promise.resolve();
  /** Whether a start has been requested; the server may have failed to start. */
  private wasStarted = false;

  start(): Promise<void> {
    return this.wasStarted ? this.last : this.restart();
  }

  async restartIfStarted(): Promise<void> {
    if (this.wasStarted) {
      await this.restart();
    }
  }

  restart(): Promise<void> {
    this.wasStarted = true;
    return this.queue(async () => {
      await this.stopNow();
      await this.startNow();
    });
  }

  stop(): Promise<void> {
    return this.queue(() => this.stopNow());
  }

  /** Shows what the kustomizations or the chart make of the file in the active editor. */
  async openRendered(): Promise<void> {
    const document = vscode.window.activeTextEditor?.document;
    if (document === undefined || !isManifest(document)) {
      void vscode.window.showInformationMessage("podwright: open a kustomization, a file that one uses, or a file of a chart.");
      return;
    }
    await this.start();
    try {
      // The client registers the commands of the server while it runs.
      await vscode.commands.executeCommand(showRendered, document.uri.toString());
    } catch (error: unknown) {
      void vscode.window.showErrorMessage(`podwright: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  private queue(what: () => Promise<void>): Promise<void> {
    this.last = this.last.then(what).catch((error: unknown) => {
      this.complain(`podwright: ${error instanceof Error ? error.message : String(error)}`);
    });
    return this.last;
  }

  private async startNow(): Promise<void> {
    const settings = vscode.workspace.getConfiguration("podwright");
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
    const found = find(settings.get("path", ""), folder, thisMachine);
    const problem = "problem" in found ? found.problem : await problemOf(found.file);
    if (problem !== undefined || "problem" in found) {
      this.complain(problem ?? "");
      return;
    }
    this.output.info(`starting ${found.file}`);
    const clientOptions: LanguageClientOptions = {
      documentSelector: documents,
      outputChannel: this.output,
      initializationOptions: options(settings),
      synchronize: { configurationSection: "podwright" },
      middleware: {
        executeCommand: async (command, args, next) => {
          const result: unknown = await next(command, args);
          if (command === showRendered) {
            await this.rendered.show(result);
          }
          return result;
        },
      },
    };
    const serverOptions = { command: found.file, args: ["lsp"] };
    this.client = new LanguageClient("podwright", "podwright", serverOptions, clientOptions);
    await this.client.start();
  }

  private async stopNow(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    try {
      if (client?.needsStop() === true) {
        await client.stop();
      }
      await client?.dispose();
    } catch (error: unknown) {
      // A server that has crashed cannot be stopped. It must not prevent the start of another one.
      this.output.warn(`the server did not stop: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  private complain(problem: string): void {
    this.output.error(problem);
    void vscode.window.showErrorMessage(problem, "Open settings").then((answer) => {
      if (answer !== undefined) {
        void vscode.commands.executeCommand("workbench.action.openSettings", "podwright.path");
      }
    });
  }
}
