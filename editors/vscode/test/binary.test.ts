import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";

import { find, isAtLeast, type Machine, MINIMUM, problemOf, thisMachine, versionIn } from "../src/binary";

function machine(programs: string[], path: string, more: Partial<Machine> = {}): Machine {
  return {
    platform: "linux",
    env: { PATH: path },
    home: "/home/ada",
    isExecutable: (file) => programs.includes(file),
    ...more,
  };
}

describe("the binary", () => {
  const both = machine(["/a/podwright", "/b/podwright"], "/none:/b:/a");

  it("is the first one in the PATH", () => {
    assert.deepEqual(find("", undefined, both), { file: "/b/podwright" });
  });

  it("is the one that the setting names", () => {
    assert.deepEqual(find(" /a/podwright ", undefined, both), { file: "/a/podwright" });
    const home = machine(["/home/ada/bin/podwright"], "");
    assert.deepEqual(find("~/bin/podwright", undefined, home), { file: "/home/ada/bin/podwright" });
    const relative = machine(["/home/ada/shop/target/podwright"], "");
    assert.deepEqual(find("target/podwright", "/home/ada/shop", relative), { file: "/home/ada/shop/target/podwright" });
  });

  it("is not replaced if the setting names a missing file", () => {
    const found = find("/gone/podwright", undefined, both);
    assert.ok("problem" in found && found.problem.includes("/gone/podwright"));
    assert.ok("problem" in find("target/podwright", undefined, both));
  });

  it("is reported if it is missing", () => {
    const found = find("", undefined, machine([], "/a:/b"));
    assert.ok("problem" in found && found.problem.includes("podwright.path"));
    assert.ok("problem" in find("", undefined, { ...both, env: {} }));
  });

  it("is not taken from a relative directory in the PATH", () => {
    const risky = machine(["podwright", "./podwright", "bin/podwright"], ":.:bin");
    assert.ok("problem" in find("", "/home/ada/shop", risky));
  });

  it("has its own name and PATH on Windows", () => {
    const windows = machine(["C:\\tools\\podwright.exe"], "", {
      platform: "win32",
      env: { Path: "C:\\none;C:\\tools" },
      home: "C:\\Users\\ada",
    });
    assert.deepEqual(find("", undefined, windows), { file: "C:\\tools\\podwright.exe" });
  });
});

describe("its version", () => {
  it("is parsed from the output", () => {
    assert.equal(versionIn("podwright 0.1.0\n"), "0.1.0");
    assert.equal(versionIn("podwright 1.2.3-rc.1\n"), "1.2.3-rc.1");
    for (const other of ["", "podman 5.0.0", "podwright", "podwright one"]) {
      assert.equal(versionIn(other), undefined, other);
    }
  });

  it("is compared numerically", () => {
    const cases: [string, string, boolean][] = [
      ["0.1.0", "0.1.0", true],
      ["0.1.1", "0.1.0", true],
      ["0.10.0", "0.9.9", true],
      ["1.0.0", "0.9.9", true],
      ["0.9.9", "1.0.0", false],
      ["0.1.0-rc.1", "0.1.0", false],
      ["0.2.0-rc.1", "0.1.0", true],
      ["0.1.0+build-5", "0.1.0", true],
    ];
    for (const [version, minimum, expected] of cases) {
      assert.equal(isAtLeast(version, minimum), expected, `${version} >= ${minimum}`);
    }
  });

  it("is checked", { skip: process.platform === "win32" }, async () => {
    const folder = mkdtempSync(join(tmpdir(), "podwright-"));
    const program = (printed: string): string => {
      const file = join(folder, `says-${printed.replaceAll(" ", "-")}`);
      writeFileSync(file, `#!/bin/sh\necho "${printed}"\n`);
      chmodSync(file, 0o755);
      return file;
    };
    try {
      assert.equal(await problemOf(program(`podwright ${MINIMUM}`)), undefined);
      assert.match((await problemOf(program("podwright 0.0.9"))) ?? "", /is podwright 0\.0\.9; .* needs/);
      assert.match((await problemOf(program("podman 5.0.0"))) ?? "", /is not podwright/);
      assert.match((await problemOf(join(folder, "gone"))) ?? "", /cannot run/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("this machine", () => {
  it("distinguishes a program from a directory", () => {
    assert.ok(thisMachine.isExecutable(process.execPath));
    assert.ok(!thisMachine.isExecutable(tmpdir()));
  });
});
