#!/usr/bin/env node
"use strict";
// Runs the binary of the package for this platform, which npm installs as an optional dependency of this one.

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
    : `no package for this platform; available packages: ${known.join(", ")}`;
  console.error(`podwright: ${why}`);
  process.exit(2);
}

// Before the start, because a signal ends this process otherwise, and podwright goes on. The functions are called after it.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => child.kill(signal));
}
const child = spawn(binary, process.argv.slice(2), { stdio: "inherit" });
child.on("error", (error) => {
  console.error(`podwright: cannot run ${binary}: ${error.message}`);
  process.exit(2);
});
child.on("exit", (code, signal) => {
  // Same exit code as a shell.
  process.exit(signal ? 128 + constants.signals[signal] : code);
});
