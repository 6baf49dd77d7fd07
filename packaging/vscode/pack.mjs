#!/usr/bin/env node
// Packs the VS Code extension: a package for each platform whose binary exists, and one without a binary for the others.
//   packaging/vscode/pack.mjs VERSION BINARIES OUT [PLATFORM…]     BINARIES/TARGET/podwright, as `release.py unpack` writes them
// Needs `npm ci` in editors/vscode. PLATFORM is a platform of VS Code, or `universal`; without it, all are packed.

import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const extension = join(here, "../../editors/vscode");
const [version, binaries, out, ...wanted] = process.argv.slice(2);
if (!out) {
  console.error("packaging/vscode/pack.mjs VERSION BINARIES OUT [PLATFORM…]");
  process.exit(2);
}
const manifest = JSON.parse(readFileSync(join(extension, "package.json"), "utf8"));
if (manifest.version !== version) {
  console.error(`editors/vscode/package.json has version ${manifest.version}, not ${version}`);
  process.exit(1);
}
const targets = JSON.parse(readFileSync(join(here, "../targets.json"), "utf8")).filter((one) => one.vscode);
const isWanted = (platform) => wanted.length === 0 || wanted.includes(platform);
const bin = join(extension, "bin");

function pack(platform, binary) {
  rmSync(bin, { recursive: true, force: true });
  if (binary) {
    const program = join(bin, platform.startsWith("win32") ? "podwright.exe" : "podwright");
    mkdirSync(bin);
    copyFileSync(binary, program);
    chmodSync(program, 0o755);
  }
  const name = ["podwright", ...(binary ? [platform] : []), version].join("-");
  const file = join(resolve(out), `${name}.vsix`);
  // Its page shows the pictures of this version.
  const place = (kind) => `https://github.com/podwright/podwright/${kind}/v${version}/editors/vscode`;
  const arguments_ = ["--out", file, "--baseContentUrl", place("blob"), "--baseImagesUrl", place("raw")];
  if (binary) arguments_.push("--target", platform);
  execFileSync("npm", ["run", "--silent", "package", "--", ...arguments_], {
    cwd: extension,
    stdio: ["ignore", "ignore", "inherit"],
    // The same files result in the same package.
    env: { SOURCE_DATE_EPOCH: "1767225600", ...process.env },
  });
  console.log(file);
}

mkdirSync(out, { recursive: true });
try {
  if (isWanted("universal")) pack("universal");
  for (const { target, vscode } of targets) {
    const binary = join(binaries, target, target.includes("windows") ? "podwright.exe" : "podwright");
    if (existsSync(binary)) vscode.filter(isWanted).forEach((platform) => pack(platform, binary));
  }
} finally {
  rmSync(bin, { recursive: true, force: true });
}
