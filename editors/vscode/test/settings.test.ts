import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";

import { documents, isEnabled, levels, options } from "../src/settings";

function settings(values: Record<string, unknown>): { get<T>(name: string, otherwise: T): T } {
  return { get: <T>(name: string, otherwise: T): T => (name in values ? (values[name] as T) : otherwise) };
}

const others = {
  level: null,
  codeLens: { rendered: true },
  completion: { fields: false },
  client: { showsRendered: true },
};

describe("the server", () => {
  it("gets the hint settings", () => {
    assert.deepEqual(options(settings({})), {
      hints: { imagePullPolicy: true, terminationGracePeriod: true },
      ...others,
    });
    assert.deepEqual(options(settings({ "hints.imagePullPolicy": false })), {
      hints: { imagePullPolicy: false, terminationGracePeriod: true },
      ...others,
    });
    assert.deepEqual(options(settings({ "hints.terminationGracePeriod": null })), {
      hints: { imagePullPolicy: true, terminationGracePeriod: true },
      ...others,
    });
  });

  it("completes fields if the setting is on", () => {
    assert.equal(options(settings({ "completion.fields": true })).completion.fields, true);
  });

  it("runs unless the setting is off", () => {
    assert.equal(isEnabled(settings({})), true);
    assert.equal(isEnabled(settings({ enable: null })), true);
    assert.equal(isEnabled(settings({ enable: false })), false);
  });

  it("gets the level if it is valid", () => {
    for (const level of levels) {
      assert.equal(options(settings({ level })).level, level);
    }
    assert.equal(options(settings({ level: "none" })).level, null);
  });

  it("shows code lenses unless the setting is off", () => {
    assert.equal(options(settings({ "codeLens.rendered": false })).codeLens.rendered, false);
  });

  it("gets Helm templates, but not compose files", () => {
    const languages = new Set(documents.map((document) => document.language));
    assert.deepEqual([...languages], ["yaml", "json", "helm"]);
  });
});

describe("package.json", () => {
  const manifest = JSON.parse(readFileSync("package.json", "utf8"));

  it("declares every setting that is used", () => {
    const { client: _, ...own } = options(settings({}));
    const names = Object.entries(own).flatMap(([name, value]) =>
      typeof value === "object" && value !== null ? Object.keys(value).map((part) => `${name}.${part}`) : [name],
    );
    const properties = manifest.contributes.configuration.properties;
    const expected = ["path", "enable", ...names].map((name) => `podwright.${name}`);
    assert.deepEqual(Object.keys(properties).sort(), expected.sort());
    const level = properties["podwright.level"];
    assert.deepEqual(level.enum, [null, ...levels]);
    assert.equal(level.enumDescriptions.length, level.enum.length);
  });

  it("does not let a folder that is not trusted choose the program", () => {
    assert.deepEqual(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations, ["podwright.path"]);
    assert.deepEqual(manifest.extensionKind, ["workspace"]);
  });

  it("has only names of commands that the server does not use", () => {
    // The client registers the commands of the server, and a command can be registered once.
    const named = manifest.contributes.commands.map((command: { command: string }) => command.command);
    for (const ofServer of ["podwright.explain", "podwright.fixAll", "podwright.showRendered"]) {
      assert.ok(!named.includes(ofServer), ofServer);
    }
  });

  it("declares every command that is registered", () => {
    const source = readFileSync("src/extension.ts", "utf8");
    const registered = [...source.matchAll(/registerCommand\("([^"]+)"/g)].map((match) => match[1]);
    const named = manifest.contributes.commands.map((command: { command: string }) => command.command);
    assert.deepEqual(named.sort(), registered.sort());
  });

  it("declares the language of helpers of charts", () => {
    const languages = manifest.contributes.languages.map((language: { id: string }) => language.id);
    assert.deepEqual(languages, ["helm"]);
  });

  it("activates only for the selected languages", () => {
    const languages = manifest.activationEvents.filter((event: string) => event.startsWith("onLanguage:"));
    assert.deepEqual(languages, ["onLanguage:yaml", "onLanguage:json", "onLanguage:helm"]);
    assert.ok(!manifest.activationEvents.includes("*"));
    assert.ok(!manifest.activationEvents.includes("onStartupFinished"));
  });
});

describe("the page in the Marketplace", () => {
  const images = (file: string): string[] => [...readFileSync(file, "utf8").matchAll(/!\[[^\]]*\]\(([^)]+)\)/g)].map((one) => one[1] ?? "");

  it("has an icon and pictures that exist and are small", () => {
    const pictures = images("README.md");
    assert.ok(pictures.length >= 4);
    for (const name of ["images/icon.png", ...pictures]) {
      const bytes = readFileSync(name);
      assert.equal(bytes.subarray(1, 4).toString(), "PNG", name);
      assert.ok(bytes.length < 150_000, `${name} has ${bytes.length} bytes`);
    }
    const icon = readFileSync("images/icon.png");
    assert.deepEqual([icon.readUInt32BE(16), icon.readUInt32BE(20)], [256, 256]);
  });

  it("describes each setting and each command", () => {
    const page = readFileSync("README.md", "utf8");
    const manifest = JSON.parse(readFileSync("package.json", "utf8"));
    for (const name of Object.keys(manifest.contributes.configuration.properties)) {
      assert.ok(page.includes(`\`${name}\``), name);
    }
    for (const { title, category } of manifest.contributes.commands as { title: string; category: string }[]) {
      assert.ok(page.includes(`\`${category}: ${title}\``), title);
    }
  });

  it("has a changelog with the version", () => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8"));
    assert.match(readFileSync("CHANGELOG.md", "utf8"), new RegExp(`^## ${version.replaceAll(".", "\\.")}\\b`, "m"));
  });
});
