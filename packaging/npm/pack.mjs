#!/usr/bin/env node
// Packs the npm packages: `podwright`, and one for each platform whose binary exists.
//   packaging/npm/pack.mjs VERSION BINARIES OUT     BINARIES/TARGET/podwright, as `release.py unpack` writes them
// Writes the tarballs to OUT. Publish those of the platforms first, because `podwright` needs them.

import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const [version, binaries, out] = process.argv.slice(2);
if (!out) {
  console.error("packaging/npm/pack.mjs VERSION BINARIES OUT");
  process.exit(2);
}
const targets = JSON.parse(readFileSync(join(here, "../targets.json"), "utf8")).filter((one) => one.npm);
const shared = {
  version,
  description: "Static analyzer for Kubernetes container configuration: reports what the cluster will do with it",
  homepage: "https://github.com/podwright/podwright",
  repository: { type: "git", url: "git+https://github.com/podwright/podwright.git" },
  license: "MIT OR Apache-2.0",
};

function pack(folder, description) {
  for (const licence of ["LICENSE-MIT", "LICENSE-APACHE"]) copyFileSync(join(root, licence), join(folder, licence));
  writeFileSync(join(folder, "package.json"), JSON.stringify(description, null, 2) + "\n");
  const arguments_ = ["pack", "--silent", "--ignore-scripts", "--pack-destination", resolve(out)];
  // npm is a script on Windows. None of these arguments is special to its shell.
  const name = execFileSync("npm", arguments_, { cwd: folder, encoding: "utf8", shell: process.platform === "win32" });
  console.log(join(out, name.trim()));
}

mkdirSync(out, { recursive: true });
for (const { target, npm: [os, cpu] } of targets) {
  const program = os === "win32" ? "podwright.exe" : "podwright";
  const binary = join(binaries, target, program);
  if (!existsSync(binary)) continue;
  const folder = join(out, `${os}-${cpu}`);
  mkdirSync(join(folder, "bin"), { recursive: true });
  copyFileSync(binary, join(folder, "bin", program));
  chmodSync(join(folder, "bin", program), 0o755);
  const text = `The [podwright](${shared.homepage}) binary for ${os} on ${cpu}. Install \`podwright\`, which runs it.\n`;
  writeFileSync(join(folder, "README.md"), text);
  pack(folder, { name: `@podwright/${os}-${cpu}`, ...shared, os: [os], cpu: [cpu], preferUnplugged: true });
}
const folder = join(out, "podwright");
cpSync(join(here, "podwright"), folder, { recursive: true });
const optionalDependencies = Object.fromEntries(targets.map(({ npm }) => [`@podwright/${npm.join("-")}`, version]));
pack(folder, {
  name: "podwright",
  ...shared,
  keywords: ["kubernetes", "linter", "yaml", "containers", "ci"],
  bin: { podwright: "bin/podwright.js" },
  engines: { node: ">=18" },
  optionalDependencies,
});
