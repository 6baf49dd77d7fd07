import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";

import { documents, options } from "../src/settings";

function settings(values: Record<string, unknown>): { get<T>(name: string, otherwise: T): T } {
  return { get: <T>(name: string, otherwise: T): T => (name in values ? (values[name] as T) : otherwise) };
}

const others = {
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
    const properties = Object.keys(manifest.contributes.configuration.properties);
    for (const name of Object.keys(options(settings({})).hints)) {
      assert.ok(properties.includes(`podwright.hints.${name}`), name);
    }
    for (const name of Object.keys(options(settings({})).completion)) {
      assert.ok(properties.includes(`podwright.completion.${name}`), name);
    }
    for (const name of Object.keys(options(settings({})).codeLens)) {
      assert.ok(properties.includes(`podwright.codeLens.${name}`), name);
    }
    assert.ok(properties.includes("podwright.path"));
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
