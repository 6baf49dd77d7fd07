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

  /**
   * Opens a list with the keys, and picks the entry with `shown` after typing `typed`. Another part of the workbench can
   * take the focus on a busy machine, which closes the list; then it tries again.
   */
  async pick(keys, typed, shown) {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.page.keyboard.press(keys);
        const input = this.page.locator(".quick-input-widget input[type=text]");
        await input.waitFor({ timeout: 5_000 });
        await input.fill(typed, { timeout: 2_000 });
        const row = this.page.locator(".quick-input-list .monaco-list-row.focused", { hasText: shown });
        await row.waitFor({ timeout: 10_000 });
        await input.press("Enter", { timeout: 2_000 });
        await this.page.locator(".quick-input-widget").waitFor({ state: "hidden", timeout: 10_000 });
        return;
      } catch (error) {
        if (attempt === 4) {
          throw error;
        }
        await this.page.keyboard.press("Escape");
      }
    }
  }

  async file(name) {
    await this.pick("Control+p", name, name);
    await this.page.locator(".tabs-container .tab.active", { hasText: name }).first().waitFor();
  }

  goTo(line, column) {
    return this.pick("Control+g", `:${line}:${column}`, /line/);
  }

  command(name) {
    return this.pick("F1", `>${name}`, name);
  }

  async dismissMessages() {
    await this.command("Notifications: Clear All Notifications");
  }
}
