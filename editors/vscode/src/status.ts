// What the status item shows. Does not depend on VS Code.

/** State of the server. */
export type State =
  /** Not started: no manifest was open yet. */
  | { readonly kind: "idle" }
  /** Turned off by the setting `podwright.enable`. */
  | { readonly kind: "off" }
  | { readonly kind: "starting" }
  | { readonly kind: "running"; readonly version: string; readonly file: string; readonly origin: string }
  | { readonly kind: "failed"; readonly problem: string };

/** Number of findings by level. */
export interface Counts {
  readonly errors: number;
  readonly warnings: number;
  readonly infos: number;
}

/** What the status bar shows. */
export interface Status {
  /** Text with names of icons. */
  readonly text: string;
  readonly tooltip: string;
  readonly isError: boolean;
}

/** Returns what to show, or `undefined` if there is nothing to show. */
export function statusOf(state: State, counts: Counts): Status | undefined {
  switch (state.kind) {
    case "idle":
    case "off":
      return undefined;
    case "starting":
      return { text: "$(loading~spin) podwright", tooltip: "podwright is starting", isError: false };
    case "failed":
      return { text: "$(error) podwright", tooltip: state.problem, isError: true };
    case "running": {
      const where = state.origin === "bundled" ? "bundled with the extension" : state.file;
      // Like the Problems view, which does not show advice.
      const shown = counts.errors + counts.warnings;
      return {
        text: `${icon(counts)} podwright${shown === 0 ? "" : ` ${shown}`}`,
        tooltip: `podwright ${state.version} is running: ${inWords(counts)}\n${where}`,
        isError: false,
      };
    }
  }
}

function icon({ errors, warnings }: Counts): string {
  return errors > 0 ? "$(error)" : warnings > 0 ? "$(warning)" : "$(pass)";
}

function total({ errors, warnings, infos }: Counts): number {
  return errors + warnings + infos;
}

/** Returns, for example, `3 findings (1 error, 2 infos)`. */
export function inWords(counts: Counts): string {
  const parts = [number(counts.errors, "error"), number(counts.warnings, "warning"), number(counts.infos, "info")];
  const present = parts.filter((part) => !part.startsWith("0 "));
  return present.length === 0 ? "no findings" : `${number(total(counts), "finding")} (${present.join(", ")})`;
}

/** Returns the number with the noun, in the plural unless it is 1. */
export function number(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}
