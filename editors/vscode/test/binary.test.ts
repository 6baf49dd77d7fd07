import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";

import {
  choose,
  find,
  type Found,
  isAtLeast,
  type Machine,
  MINIMUM,
  problemOf,
  type Surroundings,
  thisMachine,
  versionIn,
} from "../src/binary";

function machine(programs: string[], path: string, more: Partial<Machine> = {}): Machine {
  return {
    platform: "linux",
    arch: "x64",
    env: { PATH: path },
    home: "/home/ada",
    isExecutable: (file) => programs.includes(file),
    realPath: (file) => file,
    ...more,
  };
}

const open = (folder?: string, isTrusted = true): Surroundings => ({
  extension: "/ext",
  folders: folder === undefined ? [] : [folder],
  isTrusted,
});

const files = (found: Found): string[] => ("problem" in found ? [] : found.candidates.map(({ file }) => file));
const problem = (found: Found): string => ("problem" in found ? found.problem : "");

describe("the binary", () => {
  const both = machine(["/a/podwright", "/b/podwright"], "/none:/b:/a");

  it("is the first one in the PATH", () => {
    assert.deepEqual(find("", open(), both), {
      candidates: [
        { file: "/b/podwright", origin: "PATH" },
        { file: "/a/podwright", origin: "PATH" },
      ],
    });
  });

  it("is the one that the setting names", () => {
    assert.deepEqual(find(" /a/podwright ", open(), both), {
      candidates: [{ file: "/a/podwright", origin: "podwright.path" }],
    });
    const home = machine(["/home/ada/bin/podwright"], "");
    assert.deepEqual(files(find("~/bin/podwright", open(), home)), ["/home/ada/bin/podwright"]);
    const relative = machine(["/home/ada/shop/target/podwright"], "");
    const file = "/home/ada/shop/target/podwright";
    assert.deepEqual(files(find("target/podwright", open("/home/ada/shop"), relative)), [file]);
  });

  it("is not replaced if the setting names a missing file", () => {
    assert.match(problem(find("/gone/podwright", open(), both)), /\/gone\/podwright/);
    assert.match(problem(find("target/podwright", open(), both)), /no executable file/);
  });

  it("is looked up where it usually is", () => {
    const everywhere: Partial<Machine> = { isExecutable: () => true };
    assert.deepEqual(files(find("", open("/home/ada/shop"), machine([], "/usr/bin", everywhere))), [
      "/ext/bin/podwright",
      "/usr/bin/podwright",
      "/home/ada/.cargo/bin/podwright",
      "/home/ada/.local/bin/podwright",
      "/home/linuxbrew/.linuxbrew/bin/podwright",
      "/home/ada/.linuxbrew/bin/podwright",
      "/usr/local/bin/podwright",
      "/home/ada/shop/node_modules/@podwright/linux-x64/bin/podwright",
      "/home/ada/shop/.venv/bin/podwright",
      "/home/ada/shop/venv/bin/podwright",
    ]);
    const mac = machine([], "/usr/local/bin", { ...everywhere, platform: "darwin", arch: "arm64", home: "/Users/ada" });
    assert.deepEqual(files(find("", open(), mac)), [
      "/ext/bin/podwright",
      "/usr/local/bin/podwright",
      "/Users/ada/.cargo/bin/podwright",
      "/Users/ada/.local/bin/podwright",
      "/opt/homebrew/bin/podwright",
    ]);
    const cargo = machine(["/opt/cargo/bin/podwright"], "", { env: { CARGO_HOME: "/opt/cargo" } });
    assert.deepEqual(files(find("", open(), cargo)), ["/opt/cargo/bin/podwright"]);
  });

  it("is not taken from a folder that is not trusted", () => {
    const shop = "/home/ada/shop";
    const own = [`${shop}/node_modules/@podwright/linux-x64/bin/podwright`, `${shop}/.venv/bin/podwright`];
    const risky = machine([...own, "/b/podwright"], `${shop}/.venv/bin:/b`);
    assert.deepEqual(files(find("", open(shop, false), risky)), ["/b/podwright"]);
    assert.deepEqual(files(find("", open(shop), risky)), [own[1], "/b/podwright", own[0]]);
    // A link from the PATH into the folder is not better.
    const linked = machine(["/b/podwright"], "/b", { realPath: (file) => file.replace("/b/", `${shop}/`) });
    assert.deepEqual(files(find("", open(shop, false), linked)), []);
    // A setting of the user may name a relative path.
    assert.match(problem(find(".venv/bin/podwright", open(shop, false), risky)), /do not trust/);
    assert.deepEqual(files(find("/b/podwright", open(shop, false), risky)), ["/b/podwright"]);
  });

  it("is reported if it is missing", async () => {
    for (const machine_ of [machine([], "/a:/b"), machine([], "", { env: {} })]) {
      const chosen = await choose(find("", open(), machine_));
      assert.ok("problem" in chosen && chosen.problem.includes("podwright.path"));
    }
  });

  it("is the first one that can be used", async () => {
    const bad = async (file: string): Promise<string | undefined> => (file === "/b/podwright" ? "too old" : undefined);
    assert.deepEqual(await choose(find("", open(), both), bad), {
      file: "/a/podwright",
      origin: "PATH",
      rejected: ["too old"],
    });
    assert.deepEqual(await choose(find("/b/podwright", open(), both), bad), { problem: "too old" });
  });

  it("is not taken from a relative directory in the PATH", () => {
    const risky = machine(["podwright", "./podwright", "bin/podwright"], ":.:bin");
    assert.deepEqual(files(find("", open("/home/ada/shop"), risky)), []);
  });

  it("has its own name and PATH on Windows", () => {
    const folder = "C:\\shop";
    const programs = ["C:\\tools\\podwright.exe", "C:\\Users\\ada\\.cargo\\bin\\podwright.exe"];
    const own = ["C:\\shop\\node_modules\\@podwright\\win32-x64\\bin\\podwright.exe", "C:\\shop\\.venv\\Scripts\\podwright.exe"];
    const windows = machine([...programs, ...own], "", {
      platform: "win32",
      env: { Path: "C:\\none;C:\\tools;c:\\SHOP\\.venv\\Scripts" },
      home: "C:\\Users\\ada",
    });
    const surroundings = { extension: "C:\\ext", folders: [folder], isTrusted: true };
    assert.deepEqual(files(find("", surroundings, windows)), [...programs, ...own]);
    assert.deepEqual(files(find("", { ...surroundings, isTrusted: false }, windows)), programs);
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
