// A session in the workbench of VS Code: findings, fixes, settings, the status item, explanations, and crashes.
//   session.mjs URL CHROMIUM FOLDER SCREENSHOT BINARY COMMANDS
// COMMANDS are those that the server offers.

import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import { EDITOR, MESSAGES, open, PROBLEMS, STATUS } from "./workbench.mjs";

const [url, executablePath, folder, screenshot, binary, commands] = process.argv.slice(2);
const workbench = await open({ url, executablePath, folder });
const { page } = workbench;
const comes = workbench.comes.bind(workbench);
const shows = workbench.shows.bind(workbench);
const lacks = workbench.lacks.bind(workbench);
const offers = (command) => commands.split(",").includes(command);

/** Sets the settings of the folder. */
function set(settings) {
  mkdirSync(`${folder}/.vscode`, { recursive: true });
  writeFileSync(`${folder}/.vscode/settings.json`, JSON.stringify(settings));
}

/** A program that says that it is podwright, and then runs `script` as the server. */
function pretender(name, script) {
  const file = `${dirname(folder)}/${name}`;
  const version = execFileSync(binary, ["--version"], { encoding: "utf8" }).trim();
  writeFileSync(file, `#!/bin/sh\nif [ "$1" = --version ]; then echo "${version}"; exit; fi\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

/** Processes that run the bundled binary as a server. */
function servers() {
  const lines = execFileSync("ps", ["-eo", "pid=,args="], { encoding: "utf8" }).split("\n");
  const root = dirname(folder);
  const own = lines.filter((line) => line.includes(`${root}/extensions/`) && line.endsWith("/bin/podwright lsp"));
  return own.map((line) => Number.parseInt(line, 10));
}

/** What a screen reader says about the status item. */
async function statusLabel() {
  return (await page.locator(`${STATUS} [aria-label]`).first().getAttribute("aria-label")) ?? "";
}

const OTHER_FILE = "Secret `mirror` is in namespace `infra`, not in `shop`";

async function findings() {
  await workbench.command("Problems: Focus on Problems View");
  await page.waitForTimeout(3000);
  await comes("there are no findings while no manifest is open", lacks(PROBLEMS, "podwright"));
  await comes("and no status item", async () => (await workbench.count(STATUS)) === 0);
  await workbench.file("pod.yaml");
  await comes("the file is shown", shows(EDITOR, "kind: Pod"));
  await comes("a wrong pull policy is underlined", async () => (await workbench.count(".squiggly-error")) === 1);
  await comes("hints are shown", shows(EDITOR, "50 s left of 60 s"));

  await workbench.command("Problems: Focus on Problems View");
  await comes("it is listed", shows(PROBLEMS, "invalid pull policy `always`"));
  await comes("at the right columns, after é☸🚢, in UTF-16", shows(PROBLEMS, "[Ln 11, Col 93]"));
  await comes("and so is a finding in a file that is not open", shows(PROBLEMS, OTHER_FILE));
  await comes("with a location in a third file", shows(PROBLEMS, "infra.yaml"));
  await comes("its rule is a link to its page", async () => {
    const links = await workbench.count(`${PROBLEMS} a[href*="rules/pull/pull-policy-invalid.md"]`);
    return links > 0;
  });
  await page.screenshot({ path: screenshot });
}

async function status() {
  await comes("the status item counts the findings", async () => /podwright \d+/.test(await workbench.text(STATUS)));
  const label = await statusLabel();
  await comes("and has the version, for a screen reader", async () => /podwright \d+\.\d+\.\d+\S* is running: \d+ findings/.test(label));
  await comes("and says that the binary is the bundled one", async () => label.includes("bundled with the extension"));
  const menu = ".quick-input-widget";
  await page.locator(STATUS).click();
  await comes("a click shows a menu with the restart", shows(menu, "Restart server"));
  await comes("and what can be fixed", shows(menu, "Fix all in workspace"));
  await comes("and the output, which shows the binary that runs", async () => {
    // On a busy machine, the menu can close before it sees the click.
    if ((await workbench.count(`${menu}:visible`)) === 0) {
      await page.locator(STATUS).click();
    }
    await page.locator(`${menu} .monaco-list-row`, { hasText: "Show output" }).click({ timeout: 3000 });
    await page.waitForTimeout(2000);
    return (await workbench.text(".output-view .view-lines")).includes("starting");
  });
  await workbench.command("Problems: Focus on Problems View");
}

async function answers() {
  await workbench.file("pod.yaml");
  await workbench.goTo(11, 95);
  await page.keyboard.press("Control+k");
  await page.keyboard.press("Control+i");
  await comes("hover explains the rule", shows(".monaco-hover", "pull-policy-invalid"));
  await page.keyboard.press("Escape");

  await workbench.command("podwright: Explain");
  await comes("the command explains in a document", workbench.previews("pull-policy-invalid"));
  await comes("and opens no browser window", async () => page.context().pages().length === 1);
  await workbench.command("View: Close All Editors in Group");

  await workbench.file("pod.yaml");
  await workbench.goTo(11, 95);
  await page.keyboard.press("Control+.");
  await comes("the fix is offered", shows(".action-widget", "Replace with `Always`"));
  await comes("and suppressing, and explaining", async () =>
    (await shows(".action-widget", "Ignore pull-policy-invalid here")()) && (await shows(".action-widget", "Explain pull-policy-invalid")()));
  await page.locator(".action-widget .monaco-list-row", { hasText: "Explain pull-policy-invalid" }).click();
  await comes("the action explains the rule in a document", workbench.previews("The API server accepts exactly"));
  await comes("without a browser window, too", async () => page.context().pages().length === 1);
  await workbench.command("View: Close All Editors in Group");

  await workbench.file("pod.yaml");
  await workbench.goTo(11, 95);
  await page.keyboard.press("Control+.");
  await comes("the fix is offered again", shows(".action-widget", "Replace with `Always`"));
  await page.keyboard.press("Enter");
  await comes("it is applied in the editor", shows(EDITOR, "imagePullPolicy: Always}"));
  await comes("and the finding disappears", async () => (await workbench.count(".squiggly-error")) === 0);

  await workbench.goTo(8, 14);
  await page.keyboard.press("F12");
  await comes("go to definition opens the Secret", shows(EDITOR, "kind: Secret"));
  await workbench.goTo(4, 15);
  await page.keyboard.press("Backspace");
  await comes("it is renamed", shows(EDITOR, "name: regcrd"));
  await comes("which causes a finding in the other file", shows(PROBLEMS, "Secret `regcred` not found"));
  await page.keyboard.type("e");
  await comes("until it has its old name", lacks(PROBLEMS, "Secret `regcred` not found"));
}

async function fixes() {
  await workbench.file("pod.yaml");
  await workbench.command("File: Revert File");
  await comes("the reverted file has its finding again", async () => (await workbench.count(".squiggly-error")) === 1);
  await workbench.command("podwright: Fix all in workspace");
  if (offers("podwright.fixAll")) {
    await comes("all fixes of the workspace are applied", shows(EDITOR, "imagePullPolicy: Always}"));
    await comes("and counted", shows(MESSAGES, "applied"));
    await comes("but not saved", async () => readFileSync(`${folder}/pod.yaml`, "utf8").includes("imagePullPolicy: always}"));
    await page.locator(MESSAGES).getByText("Save all").click();
    await comes("until the user says so", async () => readFileSync(`${folder}/pod.yaml`, "utf8").includes("imagePullPolicy: Always}"));
  } else {
    await comes("a server that cannot fix the workspace is named", shows(MESSAGES, "cannot fix the whole workspace"));
  }
  await workbench.dismissMessages();
}

async function settings() {
  await workbench.file("pod.yaml");
  set({ "podwright.hints.terminationGracePeriod": false });
  await comes("a setting turns one kind of hint off", lacks(EDITOR, "s left of"));
  await comes("and not the other", shows(EDITOR, "imagePullPolicy: IfNotPresent"));
  const [before] = servers();
  await workbench.command("podwright: Restart server");
  await comes("a restart starts another process", async () => servers().length === 1 && servers()[0] !== before);
  await comes("which reports the same findings", shows(PROBLEMS, OTHER_FILE));
  if (offers("podwright.fixAll")) {
    await comes("advice is counted", async () => (await statusLabel()).includes("info"));
    set({ "podwright.level": "error" });
    await comes("a level hides the findings below it", async () => /is running: \d findings? \(\d errors?\)/.test(await statusLabel()));
    set({});
    await comes("until it is the default again", async () => (await statusLabel()).includes("info"));
  }
  set({ "podwright.enable": false });
  await comes("a setting turns all off", lacks(PROBLEMS, OTHER_FILE));
  await comes("with the status item", async () => (await workbench.count(STATUS)) === 0);
  await comes("and the process", async () => servers().length === 0);
  set({});
  await comes("and on again", shows(PROBLEMS, OTHER_FILE));
}

async function crashes() {
  set({ "podwright.path": pretender("crashes", "echo lost >&2; exit 3") });
  await comes("a server that crashes is reported", shows(MESSAGES, "lsp ended with exit code 3"));
  await comes("in one message", async () => (await workbench.count(MESSAGES)) === 1);
  await comes("and in the status item", async () => (await workbench.count(`${STATUS}.error-kind, ${STATUS}[style*="background"], ${STATUS} .codicon-error`)) > 0);
  await comes("without its findings", lacks(PROBLEMS, OTHER_FILE));
  await page.screenshot({ path: screenshot.replace(/\.png$/, "-crash.png") });
  await workbench.dismissMessages();
  set({ "podwright.path": binary });
  await comes("a good path helps, without a restart by hand", shows(PROBLEMS, OTHER_FILE));
  set({ "podwright.path": pretender("sleeps", "exec sleep 600") });
  await comes("a server that does not answer is starting", async () => (await workbench.count(`${STATUS} .codicon-loading`)) > 0);
  set({});
  await comes("and does not delay the next one", shows(PROBLEMS, OTHER_FILE));
  const [first] = servers();
  process.kill(first, "SIGKILL");
  await comes("a server that is killed comes back", async () => servers().length === 1 && servers()[0] !== first);
  await comes("with its findings", shows(PROBLEMS, OTHER_FILE));
  set({ "podwright.path": "/none/podwright" });
  await comes("a missing binary is reported", shows(MESSAGES, "podwright.path is /none/podwright, but there is no executable file"));
}

try {
  for (const part of [findings, status, answers, fixes, settings, crashes]) {
    await part();
  }
  console.log(`${workbench.checks} passed, 0 failed`);
} catch (error) {
  console.log(error.message);
  await page.screenshot({ path: screenshot });
  console.log(`${workbench.checks} passed, 1 failed; see the screenshot ${screenshot}`);
  process.exitCode = 1;
} finally {
  await workbench.browser.close();
}
