// Drives the workbench of VS Code in a browser, as a user does: keys, clicks, and what is on the screen.

import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(pathToFileURL(`${process.env.CODE_SERVER}/`));
const { chromium } = require("playwright-core");

/** Time in milliseconds in which something must appear. */
const PATIENCE = 60_000;

export const EDITOR = ".editor-instance .view-lines";
export const PROBLEMS = ".markers-panel .monaco-list-row";
export const STATUS = '.statusbar-item[id*="podwright.status"]';
export const MESSAGES = ".notifications-toasts .notification-list-item";

/** Opens the folder in the workbench at `url`. */
export async function open({ url, executablePath, folder, viewport = { width: 1400, height: 900 } }) {
  const browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  const page = await browser.newPage({ viewport });
  const workbench = new Workbench(browser, page);
  await page.goto(`${url}/?folder=${folder}`);
  const explorer = page.locator(".monaco-workbench .explorer-viewlet, .monaco-workbench .explorer-folders-view");
  await explorer.first().waitFor({ timeout: PATIENCE });
  return workbench;
}

class Workbench {
  checks = 0;

  constructor(browser, page) {
    this.browser = browser;
    this.page = page;
  }

  /** Waits until it holds. */
  async comes(what, holds) {
    const until = Date.now() + PATIENCE;
    for (;;) {
      if (await holds().catch(() => false)) {
        this.checks += 1;
        console.log(`ok: ${what}`);
        return;
      }
      if (Date.now() > until) {
        throw new Error(`NOT: ${what}`);
      }
      await this.page.waitForTimeout(100);
    }
  }

  /** The text of all elements. The workbench writes spaces as no-break spaces. */
  async text(selector) {
    return (await this.page.locator(selector).allInnerTexts()).join("\n").replaceAll("\u00a0", " ");
  }

  count(selector) {
    return this.page.locator(selector).count();
  }

  shows(selector, part) {
    return async () => (await this.text(selector)).includes(part);
  }

  lacks(selector, part) {
    return async () => !(await this.text(selector)).includes(part);
  }

  /** Whether a document that a webview shows, such as a Markdown preview, contains the text. */
  previews(part) {
    return async () => {
      for (const frame of this.page.frames().slice(1)) {
        const text = await frame.locator("body").innerText({ timeout: 500 }).catch(() => "");
        if (text.includes(part)) {
          return true;
        }
      }
      return false;
    };
  }

  async pick(keys, typed, shown) {
    await this.page.keyboard.press(keys);
    await this.page.locator(".quick-input-widget input").waitFor();
    await this.page.keyboard.type(typed, { delay: 20 });
    await this.page.locator(".quick-input-list .monaco-list-row.focused", { hasText: shown }).waitFor();
    await this.page.keyboard.press("Enter");
    await this.page.locator(".quick-input-widget").waitFor({ state: "hidden" });
  }

  file(name) {
    return this.pick("Control+p", name, name);
  }

  goTo(line, column) {
    return this.pick("Control+g", `${line}:${column}`, /line/);
  }

  command(name) {
    return this.pick("F1", name, name);
  }

  async dismissMessages() {
    await this.command("Notifications: Clear All Notifications");
  }
}
