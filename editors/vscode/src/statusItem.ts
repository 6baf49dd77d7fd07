import * as vscode from "vscode";

import type { Server } from "./server";
import { inWords, statusOf } from "./status";

/** Time in milliseconds in which several changes are shown together. */
const DELAY = 100;

/** Shows the state of the server in the status bar, and offers what can be done about it. */
export class StatusItem implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem("podwright.status", vscode.StatusBarAlignment.Right, 90);
  private readonly registrations: readonly vscode.Disposable[];
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly server: Server) {
    this.item.name = "podwright";
    this.item.command = "podwright.showMenu";
    this.registrations = [
      server.onDidChange(() => this.show()),
      vscode.languages.onDidChangeDiagnostics(() => {
        this.timer ??= setTimeout(() => this.show(), DELAY);
      }),
    ];
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.registrations.forEach((one) => one.dispose());
    this.item.dispose();
  }

  private show(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { state } = this.server;
    void vscode.commands.executeCommand("setContext", "podwright.isRunning", state.kind === "running");
    const status = statusOf(state, this.server.counts());
    if (status === undefined) {
      this.item.hide();
      return;
    }
    this.item.text = status.text;
    this.item.tooltip = status.tooltip;
    this.item.accessibilityInformation = { label: status.tooltip };
    this.item.backgroundColor = status.isError ? new vscode.ThemeColor("statusBarItem.errorBackground") : undefined;
    this.item.show();
  }
}

/** Lists what can be done with the server, and does what the user picks. */
export async function showMenu(server: Server): Promise<void> {
  const { state } = server;
  const isRunning = state.kind === "running";
  const items = [
    { label: "$(output) Show output", command: "podwright.showOutput" },
    { label: "$(refresh) Restart server", command: "podwright.restart" },
    ...(isRunning
      ? [
          { label: "$(warning) Show problems", command: "workbench.actions.view.problems" },
          { label: "$(wand) Fix all in workspace", command: "podwright.fixWorkspace" },
        ]
      : []),
    { label: "$(gear) Open settings", command: "podwright.openSettings" },
  ];
  const title = isRunning
    ? `podwright ${state.version}: ${inWords(server.counts())}`
    : state.kind === "failed"
      ? state.problem
      : "podwright";
  const picked = await vscode.window.showQuickPick(items, { title });
  if (picked !== undefined) {
    await vscode.commands.executeCommand(picked.command);
  }
}
