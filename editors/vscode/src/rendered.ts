import * as vscode from "vscode";

/** Command of the server whose result is a document. */
export const showRendered = "podwright.showRendered";

const scheme = "podwright-rendered";

/** A document as the server returns it. It does not contain credentials. */
interface Rendered {
  readonly name: string;
  readonly languageId: string;
  readonly text: string;
}

function isRendered(value: unknown): value is Rendered {
  const fields = (value ?? {}) as Record<string, unknown>;
  return ["name", "languageId", "text"].every((name) => typeof fields[name] === "string");
}

/** Read-only documents with what a kustomization renders to. They exist only in the editor. */
export class RenderedDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly texts = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly registrations = [
    vscode.workspace.registerTextDocumentContentProvider(scheme, this),
    vscode.workspace.onDidCloseTextDocument((document) => this.texts.delete(document.uri.toString())),
  ];

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? "";
  }

  async show(result: unknown): Promise<void> {
    if (!isRendered(result)) {
      return;
    }
    const uri = vscode.Uri.from({ scheme, path: `/${result.name}.yaml` });
    this.texts.set(uri.toString(), result.text);
    this.changed.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.languages.setTextDocumentLanguage(document, result.languageId);
    await vscode.window.showTextDocument(document, { preview: true });
  }

  dispose(): void {
    this.registrations.forEach((one) => one.dispose());
    this.changed.dispose();
  }
}
