// Finds the server and checks its version. Does not depend on VS Code.

import { execFile } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { homedir } from "node:os";
import * as path from "node:path";

/** Oldest supported version of the server. */
export const MINIMUM = "0.1.0";

/** Properties of the machine that are needed to find the binary. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  isExecutable(file: string): boolean;
}

export const thisMachine: Machine = {
  platform: process.platform,
  env: process.env,
  home: homedir(),
  isExecutable(file) {
    try {
      accessSync(file, constants.X_OK);
      return statSync(file).isFile();
    } catch {
      return false;
    }
  },
};

/** The binary, or an error message for the user. */
export type Found = { readonly file: string } | { readonly problem: string };

/** Returns the binary that the setting names, otherwise the first one in the PATH. */
export function find(setting: string, folder: string | undefined, machine: Machine): Found {
  const paths = machine.platform === "win32" ? path.win32 : path.posix;
  const named = setting.trim();
  if (named !== "") {
    const file = absolute(named, folder, machine, paths);
    if (file !== undefined && machine.isExecutable(file)) {
      return { file };
    }
    return { problem: `podwright.path is ${named}, but there is no executable file.` };
  }
  const name = machine.platform === "win32" ? "podwright.exe" : "podwright";
  const folders = (pathOf(machine) ?? "").split(paths.delimiter);
  const file = folders
    // A relative directory in the PATH would depend on the directory in which VS Code was started.
    .filter((folder) => paths.isAbsolute(folder))
    .map((folder) => paths.join(folder, name))
    .find((file) => machine.isExecutable(file));
  if (file !== undefined) {
    return { file };
  }
  return { problem: "podwright is not in the PATH. Install it, or set podwright.path." };
}

function absolute(
  named: string,
  folder: string | undefined,
  machine: Machine,
  paths: path.PlatformPath,
): string | undefined {
  if (named === "~" || named.startsWith("~/") || named.startsWith("~\\")) {
    return paths.join(machine.home, named.slice(1));
  }
  if (paths.isAbsolute(named)) {
    return named;
  }
  return folder === undefined ? undefined : paths.join(folder, named);
}

/** Returns the PATH. On Windows, the name of the variable is case-insensitive. */
function pathOf(machine: Machine): string | undefined {
  if (machine.platform !== "win32") {
    return machine.env["PATH"];
  }
  const name = Object.keys(machine.env).find((name) => name.toUpperCase() === "PATH");
  return name === undefined ? undefined : machine.env[name];
}

/** Returns the version in the output of `podwright --version`. */
export function versionIn(printed: string): string | undefined {
  return /^podwright (\d+\.\d+\.\d+\S*)\s*$/.exec(printed)?.[1];
}

/** Whether `version` is `minimum` or later. A pre-release is older than its release. */
export function isAtLeast(version: string, minimum: string): boolean {
  const [release = "", early] = splitOnce(version, "-");
  const numbers = (text: string): number[] => text.split(".").map(Number);
  const least = numbers(minimum);
  for (const [index, number] of numbers(release).entries()) {
    const difference = number - (least[index] ?? 0);
    if (difference !== 0) {
      return difference > 0;
    }
  }
  return early === undefined;
}

function splitOnce(text: string, at: string): [string, string | undefined] {
  const build = text.indexOf("+");
  const plain = build < 0 ? text : text.slice(0, build);
  const index = plain.indexOf(at);
  return index < 0 ? [plain, undefined] : [plain.slice(0, index), plain.slice(index + 1)];
}

/** Returns an error message if the binary cannot be used. */
export async function problemOf(file: string): Promise<string | undefined> {
  const printed = await new Promise<string | Error>((done) => {
    execFile(file, ["--version"], { timeout: 10_000 }, (error, stdout) => done(error ?? stdout));
  });
  if (printed instanceof Error) {
    return `cannot run ${file}: ${printed.message}`;
  }
  const version = versionIn(printed);
  if (version === undefined) {
    return `${file} is not podwright.`;
  }
  if (!isAtLeast(version, MINIMUM)) {
    return `${file} is podwright ${version}; this extension needs ${MINIMUM} or later.`;
  }
  return undefined;
}
