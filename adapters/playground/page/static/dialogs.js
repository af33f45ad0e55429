// Small windows over a panel or the page: a question with two answers, an alert, a passing toast.

import { el } from "./dom.js";
import { t } from "./texts.js";

/** Resolves true when the visitor agrees. */
export function ask({ title, text, yes, no, danger, test }) {
  return new Promise((resolve) => {
    const close = (agreed) => () => {
      box.close();
      box.remove();
      resolve(agreed);
    };
    const agree = { type: "button", class: danger ? "danger" : "primary", test: `${test}-yes`, on: { click: close(true) } };
    const refuse = { type: "button", test: `${test}-no`, on: { click: close(false) } };
    const box = el(
      "dialog",
      { class: "ask", test, on: { cancel: close(false) } },
      title && el("h2", {}, title),
      el("p", {}, text),
      el("div", { class: "answers" }, no !== null && el("button", refuse, no ?? t("cancel")), el("button", agree, yes)),
    );
    document.body.append(box);
    box.showModal();
  });
}

/** Telegram's popup after a tap: one text, one button. */
export const alertPopup = (text) => ask({ title: "Soglas", text, yes: t("ok"), no: null, test: "tg-alert" });

/** A text that comes and goes by itself inside `panel`. */
export function toast(panel, text, test) {
  for (const old of panel.querySelectorAll(".toast")) old.remove();
  const node = el("div", { class: "toast", role: "status", test }, text);
  panel.append(node);
  setTimeout(() => node.remove(), Math.max(3500, text.length * 60));
}
