// Results of the server's commands, and what to tell the user about them. Does not depend on VS Code.

import { number } from "./status";

/** A page that explains something, as the server returns it. It does not contain credentials. */
export interface Explanation {
  readonly title: string;
  readonly markdown: string;
}

/**
 * Reads the result of `podwright.explain`. An older server returns only the text of a page, so `title` is needed for
 * that.
 */
export function explanationIn(result: unknown, title: string): Explanation | undefined {
  if (typeof result === "string" && result !== "") {
    return { title, markdown: result };
  }
  const fields = (result ?? {}) as Record<string, unknown>;
  const { title: own, markdown } = fields;
  return typeof own === "string" && typeof markdown === "string" ? { title: own, markdown } : undefined;
}

/** Path of the document with the title. A slash in the title must not become a directory. */
export function pathOf(title: string): string {
  const name = title.replaceAll(/[\\/\0-\x1f]+/g, " ").trim();
  return `/${name === "" ? "podwright" : name}.md`;
}

/** Reads the result of `podwright.fixAll`. */
export function fixedIn(result: unknown): { readonly fixes: number; readonly files: number } | undefined {
  const { fixes, files } = (result ?? {}) as Record<string, unknown>;
  return typeof fixes === "number" && typeof files === "number" ? { fixes, files } : undefined;
}

/** Message about the result of `podwright.fixAll`. `savesItself` says whether VS Code saves files by itself. */
export function fixedInWords(fixed: { readonly fixes: number; readonly files: number }, savesItself: boolean): string {
  const { fixes, files } = fixed;
  if (fixes === 0) {
    return "podwright: there is no safe fix to apply.";
  }
  const applied = `podwright: applied ${number(fixes, "fix", "fixes")} in ${number(files, "file")}.`;
  return savesItself ? applied : `${applied} Nothing is saved yet.`;
}
