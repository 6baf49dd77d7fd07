// Draws the pictures of the extension's page.
//   pictures.mjs URL CHROMIUM FOLDER IMAGES

import { EDITOR, open, PROBLEMS, STATUS } from "./workbench.mjs";

const [url, executablePath, folder, images] = process.argv.slice(2);
const width = 960;
const workbench = await open({ url, executablePath, folder, viewport: { width, height: 680 } });
const { page } = workbench;

/** Draws what the selectors show, with some space around it; without a selector, the whole page below the title. */
async function draw(name, ...selectors) {
  // Not while something still moves or blinks.
  await page.waitForTimeout(700);
  const boxes = await Promise.all(selectors.map((selector) => page.locator(selector).first().boundingBox()));
  const margin = 12;
  const left = Math.max(0, Math.min(...boxes.map(({ x }) => x)) - margin);
  const top = Math.max(0, Math.min(...boxes.map(({ y }) => y)) - margin);
  const right = Math.min(width, Math.max(...boxes.map((box) => box.x + box.width)) + margin);
  const bottom = Math.max(...boxes.map((box) => box.y + box.height)) + margin;
  const whole = { x: 0, y: 36, width, height: 680 - 36 };
  const clip = boxes.length === 0 ? whole : { x: left, y: top, width: right - left, height: bottom - top };
  await page.screenshot({ path: `${images}/${name}.png`, clip, caret: "hide" });
}

/** The line of the editor with the text. */
const line = (text) => `.view-line:has-text("${text}")`;

try {
  await workbench.command("View: Toggle Primary Side Bar Visibility");
  await workbench.file("web.yaml");
  await workbench.command("Problems: Focus on Problems View");
  await workbench.comes("the findings are listed", workbench.shows(PROBLEMS, "Secret `regcred` is in namespace `infra`, not in `shop`"));
  await workbench.comes("and counted", async () => /podwright 3/.test(await workbench.text(STATUS)));
  await workbench.file("web.yaml");
  await workbench.goTo(24, 1);
  await page.mouse.move(5, 300);
  await draw("problems");

  await workbench.command("View: Hide Panel");
  await workbench.goTo(19, 30);
  await page.keyboard.press("Control+k");
  await page.keyboard.press("Control+i");
  await workbench.comes("hover", workbench.shows(".monaco-hover", "registry.example"));
  await draw("hover", ".monaco-hover:visible", line("image:"));
  await page.keyboard.press("Escape");

  await workbench.goTo(20, 30);
  await page.keyboard.press("Control+.");
  await workbench.comes("fixes", workbench.shows(".action-widget", "Replace with `Always`"));
  await draw("fixes", ".action-widget", line("imagePullPolicy"));
  await page.keyboard.press("Escape");

  await page.locator(STATUS).click();
  await workbench.comes("the menu", workbench.shows(".quick-input-widget", "Restart server"));
  await draw("menu", ".quick-input-widget");
  await page.keyboard.press("Escape");

  await workbench.file("web.yaml");
  await workbench.goTo(15, 20);
  await workbench.command("podwright: Explain");
  await workbench.comes("the explanation", workbench.previews("namespace"));
  await draw("explain");
} finally {
  await workbench.browser.close();
}
