// A session in the workbench of VS Code: open a file, see its findings, fix one, rename a Secret in another file.
//   session.mjs URL CHROMIUM FOLDER SCREENSHOT

import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(pathToFileURL(`${process.env.CODE_SERVER}/`));
const { chromium } = require("playwright-core");
const [url, executablePath, folder, screenshot] = process.argv.slice(2);

const PATIENCE = 90_000;
let checks = 0;

const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });

async function comes(what, holds) {
  const until = Date.now() + PATIENCE;
  for (;;) {
    if (await holds().catch(() => false)) {
      checks += 1;
      console.log(`ok: ${what}`);
      return;
    }
    if (Date.now() > until) {
      throw new Error(`NOT: ${what}`);
    }
    await page.waitForTimeout(100);
  }
}

// The workbench writes spaces as no-break spaces.
const text = async (selector) => (await page.locator(selector).allInnerTexts()).join("\n").replaceAll("\u00a0", " ");
const count = (selector) => page.locator(selector).count();
const shows = (selector, part) => async () => (await text(selector)).includes(part);
const lacks = (selector, part) => async () => !(await text(selector)).includes(part);
const EDITOR = ".editor-instance .view-lines";
const PROBLEMS = ".markers-panel .monaco-list-row";

async function pick(keys, typed, shown) {
  await page.keyboard.press(keys);
  await page.locator(".quick-input-widget input").waitFor();
  await page.keyboard.type(typed, { delay: 20 });
  await page.locator(".quick-input-list .monaco-list-row.focused", { hasText: shown }).waitFor();
  await page.keyboard.press("Enter");
  await page.locator(".quick-input-widget").waitFor({ state: "hidden" });
}

const open = (name) => pick("Control+p", name, name);
const goTo = (line, column) => pick("Control+g", `${line}:${column}`, /line/);
const command = (name) => pick("F1", name, name);

try {
  await page.goto(`${url}/?folder=${folder}`);
  await page.locator(".monaco-workbench .explorer-viewlet, .monaco-workbench .explorer-folders-view").first().waitFor({ timeout: PATIENCE });
  await command("Problems: Focus on Problems View");
  await page.waitForTimeout(5000);
  await comes("there are no findings while no manifest is open", lacks(PROBLEMS, "podwright"));
  await open("pod.yaml");
  await comes("the file is shown", shows(EDITOR, "kind: Pod"));
  await comes("a wrong pull policy is underlined", async () => (await count(".squiggly-error")) === 1);
  await comes("hints are shown", shows(EDITOR, "50 s left of 60 s"));

  await command("Problems: Focus on Problems View");
  await comes("it is listed", shows(PROBLEMS, "invalid pull policy `always`"));
  await comes("at the right columns, after é☸🚢, in UTF-16", shows(PROBLEMS, "[Ln 11, Col 93]"));
  await comes("and so is a finding in a file that is not open", shows(PROBLEMS, "Secret `mirror` is in namespace `infra`, not in `shop`"));
  await comes("with a location in a third file", shows(PROBLEMS, "infra.yaml"));
  await comes("its rule is a link to its page", async () => {
    const links = await page.locator(`${PROBLEMS} a[href*="rules/pull/pull-policy-invalid.md"]`).count();
    return links > 0;
  });
  await page.screenshot({ path: screenshot });

  await open("pod.yaml");
  await goTo(11, 95);
  await page.keyboard.press("Control+k");
  await page.keyboard.press("Control+i");
  await comes("hover explains the rule", shows(".monaco-hover", "pull-policy-invalid"));
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+.");
  await comes("the fix is offered", shows(".action-widget", "Replace with `Always`"));
  await comes("and suppressing, and explaining", async () =>
    (await shows(".action-widget", "Ignore pull-policy-invalid here")()) && (await shows(".action-widget", "Explain pull-policy-invalid")()));
  await page.keyboard.press("Enter");
  await comes("it is applied in the editor", shows(EDITOR, "imagePullPolicy: Always}"));
  await comes("and the finding disappears", async () => (await count(".squiggly-error")) === 0);

  await goTo(8, 14);
  await page.keyboard.press("F12");
  await comes("go to definition opens the Secret", shows(EDITOR, "kind: Secret"));
  await goTo(4, 15);
  await page.keyboard.press("Backspace");
  await comes("it is renamed", shows(EDITOR, "name: regcrd"));
  await comes("which causes a finding in the other file", shows(PROBLEMS, "Secret `regcred` not found"));
  await page.keyboard.type("e");
  await comes("until it has its old name", lacks(PROBLEMS, "Secret `regcred` not found"));

  await open("pod.yaml");
  mkdirSync(`${folder}/.vscode`);
  writeFileSync(`${folder}/.vscode/settings.json`, JSON.stringify({ "podwright.hints.terminationGracePeriod": false }));
  await comes("a setting turns one kind of hint off", lacks(EDITOR, "s left of"));
  await comes("and not the other", shows(EDITOR, "imagePullPolicy: IfNotPresent"));

  await command("podwright: Restart server");
  await comes("a restarted server reports the same findings", shows(PROBLEMS, "Secret `mirror` is in namespace `infra`, not in `shop`"));
  await command("podwright: Show output");
  await comes("the output shows which binary runs", shows(".output-view .view-lines", "starting"));
  console.log(`${checks} passed, 0 failed`);
} catch (error) {
  console.log(error.message);
  await page.screenshot({ path: screenshot });
  console.log(`${checks} passed, 1 failed; see the screenshot ${screenshot}`);
  process.exitCode = 1;
} finally {
  await browser.close();
}
