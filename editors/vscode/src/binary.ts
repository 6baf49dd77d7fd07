// Where the server is, and whether it is new enough. Nothing here needs VS Code.

import { execFile } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { homedir } from "node:os";
import * as path from "node:path";

/** The oldest server that this client is for. */
export const MINIMUM = "0.1.0";

/** The machine, as far as it matters here. */
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

/** The binary, or what to tell the user. */
export type Found = { readonly file: string } | { readonly problem: string };

/** The binary that the setting names, else the first one in the PATH. */
export function find(setting: string, folder: string | undefined, machine: Machine): Found {
  const paths = machine.platform === "win32" ? path.win32 : path.posix;
  const named = setting.trim();
  if (named !== "") {
    const file = absolute(named, folder, machine, paths);
    if (file !== undefined && machine.isExecutable(file)) {
      return { file };
    }
    return { problem: `podwright.path is ${named}, and no program is there.` };
  }
  const name = machine.platform === "win32" ? "podwright.exe" : "podwright";
  const folders = (pathOf(machine) ?? "").split(paths.delimiter);
  const file = folders
    // A relative folder in the PATH would mean whatever folder VS Code was started in.
    .filter((folder) => paths.isAbsolute(folder))
    .map((folder) => paths.join(folder, name))
    .find((file) => machine.isExecutable(file));
  if (file !== undefined) {
    return { file };
  }
  return { problem: "podwright is not in the PATH. Install it, or say where it is in the setting podwright.path." };
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

/** On Windows its name may be written in any case. */
function pathOf(machine: Machine): string | undefined {
  if (machine.platform !== "win32") {
    return machine.env["PATH"];
  }
  const name = Object.keys(machine.env).find((name) => name.toUpperCase() === "PATH");
  return name === undefined ? undefined : machine.env[name];
}

/** What `podwright --version` prints, without the name. */
export function versionIn(printed: string): string | undefined {
  return /^podwright (\d+\.\d+\.\d+\S*)\s*$/.exec(printed)?.[1];
}

/** Whether a version is `minimum` or later. What comes before a release is older than it. */
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

/** What is wrong with the binary, if something is. */
export async function problemOf(file: string): Promise<string | undefined> {
  const printed = await new Promise<string | Error>((done) => {
    execFile(file, ["--version"], { timeout: 10_000 }, (error, stdout) => done(error ?? stdout));
  });
  if (printed instanceof Error) {
    return `${file} cannot be run: ${printed.message}`;
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
