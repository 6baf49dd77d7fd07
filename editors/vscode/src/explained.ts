import * as vscode from "vscode";

import { type Explanation, pathOf } from "./answers";
import { VirtualDocuments } from "./virtual";

/** Command of the server that explains a rule, or what is at a position. */
export const explain = "podwright.explain";

/** Read-only documents that explain something. They need no network. */
export class ExplainedDocuments extends VirtualDocuments {
  constructor() {
    super("podwright-explained");
  }

  /** Opens the explanation beside the editor. */
  async show({ title, markdown }: Explanation): Promise<void> {
    const uri = this.put(pathOf(title), markdown);
    try {
      await vscode.commands.executeCommand("markdown.showPreviewToSide", uri);
    } catch {
      // Without the Markdown extension of VS Code, the text is readable, too.
      await vscode.window.showTextDocument(uri, { preview: true, viewColumn: vscode.ViewColumn.Beside });
    }
  }
}
