import * as vscode from "vscode";

import { VirtualDocuments } from "./virtual";

/** Command of the server whose result is a document. */
export const showRendered = "podwright.showRendered";

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

/** Read-only documents with what a kustomization or a chart renders to. */
export class RenderedDocuments extends VirtualDocuments {
  constructor() {
    super("podwright-rendered");
  }

  async show(result: unknown): Promise<void> {
    if (!isRendered(result)) {
      return;
    }
    const uri = this.put(`/${result.name}.yaml`, result.text);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.languages.setTextDocumentLanguage(document, result.languageId);
    await vscode.window.showTextDocument(document, { preview: true });
  }
}
