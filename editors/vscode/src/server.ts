import { type ChildProcess, spawn } from "node:child_process";

import * as vscode from "vscode";
import {
  CloseAction,
  type ErrorHandler,
  ErrorAction,
  LanguageClient,
  type LanguageClientOptions,
  State as ClientState,
} from "vscode-languageclient/node";

import { explanationIn } from "./answers";
import { type Candidate, choose, find, thisMachine } from "./binary";
import { ExplainedDocuments, explain } from "./explained";
import { RenderedDocuments, showRendered } from "./rendered";
import { documents, isEnabled, options } from "./settings";
import type { Counts, State } from "./status";

/** Time in which a server must answer the first request, in milliseconds. */
const MAX_START = 60_000;
/** Time in which a killed server must end, in milliseconds. */
const MAX_END = 1_000;
/** Number of crashes, and the time in milliseconds, after which the server is not started again. */
const MAX_CRASHES = 5;
const CRASH_PERIOD = 180_000;

/** Whether the server gets the document. */
export const isManifest = (document: vscode.TextDocument): boolean => vscode.languages.match(documents, document) > 0;

/** The client of one server process. While it starts, it shows no messages of its own. */
class Client extends LanguageClient {
  override error(message: string, data?: unknown, showNotification: boolean | "force" = true): void {
    super.error(message, data, this.state === ClientState.Running ? showNotification : false);
  }
}

/** The only running server. Starts and stops run one after the other. */
export class Server implements vscode.Disposable {
  readonly output = vscode.window.createOutputChannel("podwright", { log: true });
  readonly rendered = new RenderedDocuments();
  readonly explained = new ExplainedDocuments();
  private readonly changed = new vscode.EventEmitter<void>();
  /** Fires when the state changes. */
  readonly onDidChange = this.changed.event;
  private current: State = { kind: "idle" };
  private client: Client | undefined;
  private child: ChildProcess | undefined;
  private last: Promise<void> = Promise.resolve();
  /** Whether a start has been requested; the server may have failed to start. */
  private wasStarted = false;
  /** Number of starts and stops requested so far. Only the last one counts. */
  private turn = 0;
  /** Number of requests for an explanation that are not answered yet. */
  private explaining = 0;

  constructor(private readonly extension: string) {}

  get state(): State {
    return this.current;
  }

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
    const turn = this.giveUp();
    return this.queue(async () => {
      await this.stopNow();
      if (turn === this.turn) {
        await this.startNow(turn);
      }
    });
  }

  stop(): Promise<void> {
    this.giveUp();
    return this.queue(() => this.stopNow());
  }

  /** Number of findings that the server has reported. */
  counts(): Counts {
    const counts = { errors: 0, warnings: 0, infos: 0 };
    this.client?.diagnostics?.forEach((_, diagnostics) => {
      for (const { severity } of diagnostics) {
        const kind =
          severity === vscode.DiagnosticSeverity.Error
            ? "errors"
            : severity === vscode.DiagnosticSeverity.Warning
              ? "warnings"
              : "infos";
        counts[kind] += 1;
      }
    });
    return counts;
  }

  /** Returns the client of the running server, and starts it before if necessary. */
  async running(): Promise<LanguageClient | undefined> {
    await this.start();
    if (this.current.kind === "off") {
      void vscode.window.showInformationMessage("podwright is turned off by the setting podwright.enable.");
    } else if (this.current.kind !== "running") {
      this.complain(this.current.kind === "failed" ? this.current.problem : "podwright is not running.");
    }
    return this.current.kind === "running" ? this.client : undefined;
  }

  /** Whether the running server has the command. Older servers lack some. */
  has(command: string): boolean {
    return this.client?.initializeResult?.capabilities.executeCommandProvider?.commands.includes(command) === true;
  }

  /** Asks the server to explain. Meanwhile it may not open a browser, because the result is shown in the editor. */
  async askToExplain(ask: () => Promise<unknown>): Promise<unknown> {
    this.explaining += 1;
    try {
      return await ask();
    } finally {
      this.explaining -= 1;
    }
  }

  complain(problem: string): void {
    this.output.error(problem);
    void vscode.window.showErrorMessage(problem, "Open settings", "Show output").then((answer) => {
      if (answer === "Open settings") {
        void vscode.commands.executeCommand("workbench.action.openSettings", "podwright.path");
      } else if (answer !== undefined) {
        this.output.show();
      }
    });
  }

  dispose(): void {
    this.output.dispose();
    this.rendered.dispose();
    this.explained.dispose();
    this.changed.dispose();
  }

  private set(state: State): void {
    this.current = state;
    this.changed.fire();
  }

  private queue(what: () => Promise<void>): Promise<void> {
    this.last = this.last.then(what).catch((error: unknown) => this.fail(textOf(error)));
    return this.last;
  }

  /** Gives up a start that is under way: a server that never answers must not delay the next one. */
  private giveUp(): number {
    this.turn += 1;
    if (this.current.kind === "starting") {
      this.child?.kill();
    }
    return this.turn;
  }

  private fail(problem: string): void {
    this.set({ kind: "failed", problem });
    this.complain(problem);
  }

  private async startNow(turn: number): Promise<void> {
    const settings = vscode.workspace.getConfiguration("podwright");
    if (!isEnabled(settings)) {
      this.set({ kind: "off" });
      return;
    }
    this.set({ kind: "starting" });
    const folders = (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath);
    const { isTrusted } = vscode.workspace;
    const surroundings = { extension: this.extension, folders, isTrusted };
    const chosen = await choose(find(settings.get("path", ""), surroundings, thisMachine));
    if (turn !== this.turn) {
      return;
    }
    if ("problem" in chosen) {
      this.fail(chosen.problem);
      return;
    }
    chosen.rejected.forEach((why) => this.output.warn(why));
    await this.launch(chosen, folders[0], turn);
  }

  private async launch({ file, origin }: Candidate, cwd: string | undefined, turn: number): Promise<void> {
    const isCurrent = (): boolean => this.turn === turn;
    this.output.info(`starting ${file} (${origin})`);
    let ended: string | undefined;
    let noticeEnd = (): void => {};
    const end = new Promise<void>((done) => (noticeEnd = done));
    const serverOptions = async (): Promise<ChildProcess> => {
      if (!isCurrent()) {
        throw new Error("another server is wanted");
      }
      const child = spawn(file, ["lsp"], { cwd });
      this.child = child;
      child.on("exit", (code, signal) => {
        ended = `ended with ${code === null ? signal : `exit code ${code}`}`;
        noticeEnd();
      });
      // Without a process there is no exit, and an error without a listener would end the extension host.
      child.on("error", (error) => {
        ended ??= `cannot run: ${error.message}`;
        noticeEnd();
      });
      child.stdin.on("error", () => {});
      if (child.pid === undefined) {
        throw new Error("no process");
      }
      return child;
    };
    const running = (): void => {
      const version = client.initializeResult?.serverInfo?.version ?? "";
      this.set({ kind: "running", version, file, origin });
    };
    let hasStarted = false;
    let problem: string | undefined;
    const client = new Client("podwright", "podwright", serverOptions, {
      ...this.clientOptions(),
      errorHandler: this.errorHandler(() => hasStarted && isCurrent()),
    });
    client.onDidChangeState(({ newState }) => {
      if (hasStarted && isCurrent()) {
        if (newState === ClientState.Starting) {
          this.set({ kind: "starting" });
        } else if (newState === ClientState.Running) {
          running();
        }
      }
    });
    this.client = client;
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      this.child?.kill();
    }, MAX_START);
    try {
      await client.start();
    } catch (error: unknown) {
      problem = textOf(error);
    } finally {
      clearTimeout(timer);
    }
    if (!isCurrent()) {
      return;
    }
    // If the connection closes early, the client can report a start although there was none.
    if (client.isRunning()) {
      hasStarted = true;
      running();
    } else {
      this.child?.kill();
      // The connection can close before the process ends.
      await Promise.race([end, new Promise((done) => setTimeout(done, MAX_END))]);
      const why = isLate ? `did not answer in ${MAX_START / 1000} s` : (ended ?? problem ?? "closed the connection");
      this.fail(`podwright could not start: ${file} lsp ${why}.`);
    }
  }

  private clientOptions(): LanguageClientOptions {
    return {
      documentSelector: documents,
      outputChannel: this.output,
      // A server that crashed is started again with the settings of that time.
      initializationOptions: () => options(vscode.workspace.getConfiguration("podwright")),
      synchronize: { configurationSection: "podwright" },
      initializationFailedHandler: () => false,
      middleware: {
        executeCommand: async (command, args, next) => {
          if (command === explain) {
            const result = await this.askToExplain(async () => next(command, args));
            const page = explanationIn(result, String(args[0]));
            if (page !== undefined) {
              await this.explained.show(page);
            }
            return result;
          }
          const result: unknown = await next(command, args);
          if (command === showRendered) {
            await this.rendered.show(result);
          }
          return result;
        },
        window: {
          showDocument: async (params, token, next) => {
            if (this.explaining > 0 && params.external === true) {
              return { success: true };
            }
            return next(params, token);
          },
        },
      },
    };
  }

  /** Decides what happens after a crash. `isWanted` says whether the server of the handler should still run. */
  private errorHandler(isWanted: () => boolean): ErrorHandler {
    let crashes: number[] = [];
    return {
      error: (_error, _message, count) => ({
        action: count !== undefined && count <= 3 ? ErrorAction.Continue : ErrorAction.Shutdown,
        handled: true,
      }),
      closed: () => {
        if (!isWanted()) {
          return { action: CloseAction.DoNotRestart, handled: true };
        }
        const now = Date.now();
        crashes = [...crashes.filter((time) => now - time < CRASH_PERIOD), now];
        this.output.warn("the server has ended unexpectedly");
        if (crashes.length < MAX_CRASHES) {
          return { action: CloseAction.Restart, handled: true };
        }
        this.fail(`podwright has crashed ${crashes.length} times in ${CRASH_PERIOD / 60_000} minutes and is not started again.`);
        return { action: CloseAction.DoNotRestart, handled: true };
      },
    };
  }

  private async stopNow(): Promise<void> {
    const { client, child } = this;
    this.client = undefined;
    this.child = undefined;
    try {
      await client?.dispose();
    } catch (error: unknown) {
      // A server that has crashed cannot be stopped. It must not prevent the start of another one.
      this.output.warn(`the server did not stop: ${textOf(error)}`);
    }
    child?.kill();
  }
}

/** The message of an error. */
export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
