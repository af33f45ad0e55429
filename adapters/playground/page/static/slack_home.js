// The app's two tabs in Slack, Home and Messages, and what stands on the first.

import { el } from "./dom.js";
import { blockNodes } from "./slack_blocks.js";
import { t } from "./texts.js";

const TABS = ["home", "messages"];

/** `look(tab)` tells the app that its tab was turned to; `parts` belong to the messages. */
export function createTabs({ parts, look, nameOf, use, zone }) {
  let tab = "messages";
  let person = null;
  let drawn = null;
  const list = el("div", { class: "tabs", role: "tablist" });
  const page = el("div", { class: "home log", role: "tabpanel", tabindex: "0", test: "sl-home", hidden: true });

  function turn(wish) {
    tab = wish;
    page.hidden = tab !== "home";
    for (const part of parts) part.hidden = tab === "home";
    for (const button of list.children) {
      const here = button.dataset.test === `sl-tab-${tab}`;
      button.setAttribute("aria-selected", String(here));
      button.tabIndex = here ? 0 : -1;
    }
    look(tab);
  }

  for (const name of TABS) {
    list.append(el("button", { type: "button", role: "tab", test: `sl-tab-${name}`, "aria-selected": String(name === tab), on: { click: () => turn(name) } }));
  }
  list.addEventListener("keydown", (event) => {
    if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    turn(TABS.find((name) => name !== tab));
    list.querySelector('[aria-selected="true"]').focus();
  });

  return {
    nodes: [list, page],
    /** Shows somebody's home; whoever is looked at anew has just turned to the tab. */
    show(id, home, language) {
      for (const [index, name] of TABS.entries()) list.children[index].textContent = t(`tab_${name}`);
      if (id !== person && tab === "home") look(tab);
      person = id;
      const now = JSON.stringify([id, home, language]);
      if (now === drawn) return;
      drawn = now;
      const context = { nameOf, zone: zone(), state: home?.payload.state?.values, use: (...rest) => use(home.id, ...rest) };
      const held = page.contains(document.activeElement) ? document.activeElement.dataset.test : null;
      page.replaceChildren(...(home ? blockNodes(home.payload.blocks, context) : [el("p", { class: "empty" }, t("noHome"))]));
      if (held) page.querySelector(`[data-test="${held}"]`)?.focus({ preventScroll: true });
    },
  };
}
