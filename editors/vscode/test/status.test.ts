import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { explanationIn, fixedIn, fixedInWords, pathOf } from "../src/answers";
import { inWords, type State, statusOf } from "../src/status";

const none = { errors: 0, warnings: 0, infos: 0 };
const running: State = { kind: "running", version: "0.1.0", file: "/b/podwright", origin: "PATH" };

describe("the status item", () => {
  it("shows the version and the number of errors and warnings", () => {
    assert.deepEqual(statusOf(running, { errors: 1, warnings: 0, infos: 2 }), {
      text: "$(error) podwright 1",
      tooltip: "podwright 0.1.0 is running: 3 findings (1 error, 2 infos)\n/b/podwright",
      isError: false,
    });
    assert.equal(statusOf(running, { errors: 0, warnings: 2, infos: 2 })?.text, "$(warning) podwright 2");
    assert.equal(statusOf(running, { errors: 0, warnings: 0, infos: 1 })?.text, "$(pass) podwright");
    assert.equal(statusOf(running, none)?.text, "$(pass) podwright");
  });

  it("says if the binary is the bundled one", () => {
    const tooltip = statusOf({ ...running, origin: "bundled" }, none)?.tooltip;
    assert.equal(tooltip, "podwright 0.1.0 is running: no findings\nbundled with the extension");
  });

  it("shows why there is no server", () => {
    const status = statusOf({ kind: "failed", problem: "podwright was not found." }, none);
    assert.deepEqual(status, { text: "$(error) podwright", tooltip: "podwright was not found.", isError: true });
    assert.equal(statusOf({ kind: "starting" }, none)?.isError, false);
  });

  it("is hidden while there is nothing to say", () => {
    assert.equal(statusOf({ kind: "idle" }, none), undefined);
    assert.equal(statusOf({ kind: "off" }, none), undefined);
  });

  it("counts in words", () => {
    assert.equal(inWords({ errors: 0, warnings: 1, infos: 0 }), "1 finding (1 warning)");
    assert.equal(inWords({ errors: 2, warnings: 1, infos: 1 }), "4 findings (2 errors, 1 warning, 1 info)");
  });
});

describe("an explanation", () => {
  it("is a title and a text, or the page of a rule", () => {
    const page = { title: "Pod web", markdown: "# web" };
    assert.deepEqual(explanationIn(page, "x"), page);
    assert.deepEqual(explanationIn("# a-rule", "a-rule"), { title: "a-rule", markdown: "# a-rule" });
    for (const other of [null, undefined, "", {}, { title: 1, markdown: "" }, []]) {
      assert.equal(explanationIn(other, "x"), undefined);
    }
  });

  it("has a path in one directory", () => {
    assert.equal(pathOf("pull-policy-invalid"), "/pull-policy-invalid.md");
    assert.equal(pathOf("shop/Pod/web\n"), "/shop Pod web.md");
    assert.equal(pathOf("../../x"), "/.. .. x.md");
    assert.equal(pathOf("/"), "/podwright.md");
  });
});

describe("fixing the workspace", () => {
  it("says what was changed", () => {
    assert.deepEqual(fixedIn({ fixes: 2, files: 1 }), { fixes: 2, files: 1 });
    assert.equal(fixedIn(null), undefined);
    assert.equal(fixedInWords({ fixes: 2, files: 1 }, false), "podwright: applied 2 fixes in 1 file. Nothing is saved yet.");
    assert.equal(fixedInWords({ fixes: 1, files: 1 }, true), "podwright: applied 1 fix in 1 file.");
    assert.equal(fixedInWords({ fixes: 0, files: 0 }, false), "podwright: there is no safe fix to apply.");
  });
});
