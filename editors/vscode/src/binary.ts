// Finds the server and checks its version. Does not depend on VS Code.

import { execFile } from "node:child_process";
import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { homedir } from "node:os";
import * as path from "node:path";

/** Oldest supported version of the server. */
export const MINIMUM = "0.1.0";

/** Properties of the machine that are needed to find the binary. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  isExecutable(file: string): boolean;
  /** Returns the path without symbolic links, or the same path if nothing is there. */
  realPath(file: string): string;
}

export const thisMachine: Machine = {
  platform: process.platform,
  arch: process.arch,
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
  realPath(file) {
    try {
      return realpathSync(file);
    } catch {
      return file;
    }
  },
};

/** Where the extension is, and what is open. */
export interface Surroundings {
  /** Directory of the extension. */
  readonly extension: string;
  /** Open folders. */
  readonly folders: readonly string[];
  /** Whether the user trusts the open folders. */
  readonly isTrusted: boolean;
}

/** A binary, and how it was found. */
export interface Candidate {
  readonly file: string;
  readonly origin: string;
}

/** Binaries in the order of preference, or an error message for the user. */
export type Found = { readonly candidates: readonly Candidate[] } | { readonly problem: string };

/**
 * Returns the binary that the setting names. Without the setting, returns the bundled one, those in the PATH, in the
 * directories of installers, and in the open folders. Nothing in an open folder runs unless the user trusts it.
 */
export function find(setting: string, { extension, folders, isTrusted }: Surroundings, machine: Machine): Found {
  const isWindows = machine.platform === "win32";
  const paths = isWindows ? path.win32 : path.posix;
  const named = setting.trim();
  if (named !== "") {
    if (!isTrusted && !paths.isAbsolute(named) && !isInHome(named)) {
      return { problem: `podwright.path is ${named}, which is in a folder that you do not trust.` };
    }
    const file = absolute(named, folders[0], machine, paths);
    if (file !== undefined && machine.isExecutable(file)) {
      return { candidates: [{ file, origin: "podwright.path" }] };
    }
    return { problem: `podwright.path is ${named}, but there is no executable file.` };
  }
  const program = isWindows ? "podwright.exe" : "podwright";
  const candidates: Candidate[] = [];
  const add = (origin: string, ...parts: [string, ...string[]]): void => {
    // A relative directory would depend on the directory in which VS Code was started.
    const file = paths.join(...parts);
    if (paths.isAbsolute(file) && candidates.every((one) => one.file !== file) && machine.isExecutable(file)) {
      candidates.push({ file, origin });
    }
  };
  add("bundled", extension, "bin", program);
  for (const directory of (pathOf(machine) ?? "").split(paths.delimiter).filter((one) => one !== "")) {
    if (isTrusted || !folders.some((folder) => isWithin(paths.join(directory, program), folder, machine, paths))) {
      add("PATH", directory, program);
    }
  }
  for (const directory of ofInstallers(machine, paths)) {
    add(directory, directory, program);
  }
  if (isTrusted) {
    for (const folder of folders) {
      const native = `${machine.platform}-${machine.arch}`;
      add("node_modules", folder, "node_modules", "@podwright", native, "bin", program);
      for (const environment of [".venv", "venv"]) {
        add(environment, folder, environment, isWindows ? "Scripts" : "bin", program);
      }
    }
  }
  return { candidates };
}

/** Directories in which installers put programs, although the PATH of an editor often lacks them. */
function ofInstallers({ platform, env, home }: Machine, paths: path.PlatformPath): string[] {
  const cargo = paths.join(env["CARGO_HOME"] ?? paths.join(home, ".cargo"), "bin");
  const own = [cargo, paths.join(home, ".local", "bin")];
  switch (platform) {
    case "win32":
      return own;
    case "darwin":
      return [...own, "/opt/homebrew/bin", "/usr/local/bin"];
    default:
      return [...own, "/home/linuxbrew/.linuxbrew/bin", paths.join(home, ".linuxbrew", "bin"), "/usr/local/bin"];
  }
}

const isInHome = (named: string): boolean => named === "~" || named.startsWith("~/") || named.startsWith("~\\");

function absolute(
  named: string,
  folder: string | undefined,
  machine: Machine,
  paths: path.PlatformPath,
): string | undefined {
  if (isInHome(named)) {
    return paths.join(machine.home, named.slice(1));
  }
  if (paths.isAbsolute(named)) {
    return named;
  }
  return folder === undefined ? undefined : paths.join(folder, named);
}

/** Whether the file, or what it is a link to, is in the folder. */
function isWithin(file: string, folder: string, machine: Machine, paths: path.PlatformPath): boolean {
  const leads = (from: string, to: string): boolean => {
    const way = paths.relative(from, to);
    return way !== ".." && !way.startsWith(`..${paths.sep}`) && !paths.isAbsolute(way);
  };
  return leads(folder, file) || leads(machine.realPath(folder), machine.realPath(file));
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

/** Returns the first binary that can be used, and why those before it cannot; or an error message for the user. */
export async function choose(
  found: Found,
  problem: (file: string) => Promise<string | undefined> = problemOf,
): Promise<(Candidate & { readonly rejected: readonly string[] }) | { readonly problem: string }> {
  if ("problem" in found) {
    return found;
  }
  const rejected: string[] = [];
  for (const candidate of found.candidates) {
    const why = await problem(candidate.file);
    if (why === undefined) {
      return { ...candidate, rejected };
    }
    rejected.push(why);
  }
  return { problem: rejected[0] ?? "podwright was not found. Install it, or set podwright.path." };
}
