#!/usr/bin/env node
"use strict";
// Runs the binary of the package for this platform, which npm installs beside this one as an optional dependency.

const { spawn } = require("node:child_process");
const { constants } = require("node:os");

const name = `@podwright/${process.platform}-${process.arch}`;
const program = process.platform === "win32" ? "podwright.exe" : "podwright";

let binary;
try {
  binary = require.resolve(`${name}/bin/${program}`);
} catch {
  const known = Object.keys(require("../package.json").optionalDependencies);
  const why = known.includes(name)
    ? `the package ${name} is not installed: install podwright with its optional dependencies, on this platform`
    : `there is no package for this platform; there are ${known.join(", ")}`;
  console.error(`podwright: ${why}`);
  process.exit(2);
}

const child = spawn(binary, process.argv.slice(2), { stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => child.kill(signal));
}
child.on("error", (error) => {
  console.error(`podwright: ${binary} does not run: ${error.message}`);
  process.exit(2);
});
child.on("exit", (code, signal) => {
  // As a shell says it.
  process.exit(signal ? 128 + constants.signals[signal] : code);
});
