"use strict";
(() => {
  const form = document.getElementById("filters");
  const main = document.getElementById("findings");
  const status = document.getElementById("status");
  if (!form || !main) return;
  form.hidden = false;
  const articles = Array.from(main.querySelectorAll("article"));
  const pictures = new Map();
  for (const picture of main.querySelectorAll("details[data-picture]")) pictures.set(picture.dataset.picture, picture);
  let shownBy = "object";

  const group = (by) => {
    const sections = new Map();
    for (const article of articles) {
      const key = article.dataset[by];
      if (!sections.has(key)) sections.set(key, []);
      sections.get(key).push(article);
    }
    main.replaceChildren();
    for (const [key, members] of sections) {
      const section = document.createElement("section");
      const heading = document.createElement("h2");
      heading.textContent = key;
      section.append(heading, ...members);
      if (by === "object" && pictures.has(key)) section.append(pictures.get(key));
      main.append(section);
    }
    shownBy = by;
  };

  const apply = () => {
    const data = new FormData(form);
    const levels = new Set(data.getAll("level"));
    const rule = data.get("rule");
    const words = String(data.get("text")).toLowerCase().split(/\s+/).filter(Boolean);
    if (data.get("by") !== shownBy) group(data.get("by"));
    let count = 0;
    for (const article of articles) {
      const text = article.textContent.toLowerCase();
      const isShown = levels.has(article.dataset.level) && (rule === "" || rule === article.dataset.rule)
        && words.every((word) => text.includes(word));
      article.hidden = !isShown;
      if (isShown) count += 1;
    }
    for (const section of main.querySelectorAll("section")) {
      section.hidden = !section.querySelector("article:not([hidden])");
    }
    status.textContent = count === articles.length
      ? `${count} findings` : `${count} of ${articles.length} findings`;
  };

  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(apply, 0));
  for (const button of document.querySelectorAll("button[data-rule]")) {
    button.addEventListener("click", () => {
      form.elements.rule.value = button.dataset.rule;
      apply();
      form.elements.rule.focus();
    });
  }
  apply();
})();
