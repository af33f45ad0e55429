// The line one writes in, the same for both messengers: grows with its text, Enter sends, keeps a draft per person.

import { el, icon } from "./dom.js";
import { t } from "./texts.js";

export function createComposer({ prefix, placeholder, send }) {
  const drafts = new Map();
  let person = null;
  const note = el("div", { class: "note", hidden: true });
  const input = el("textarea", { rows: "1", dir: "auto", test: `${prefix}-input` });
  const button = el("button", { class: "send", type: "submit", test: `${prefix}-send` }, icon("send"));
  const node = el("form", { class: "composer" }, note, el("div", { class: "line" }, input, button));

  const fit = () => {
    input.style.height = "auto";
    input.style.height = `${Math.min(input.scrollHeight, 140)}px`;
    button.disabled = input.value.trim() === "";
  };
  const submit = async () => {
    const text = input.value.trim();
    if (!text) return;
    input.value = "";
    fit();
    if (!(await send(text)) && !input.value) input.value = text;
    fit();
  };
  node.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  input.addEventListener("input", fit);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") node.dispatchEvent(new CustomEvent("forget"));
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit();
  });

  return {
    node,
    focus: () => input.focus(),
    /** Shows whose line this is; the draft follows the person. */
    show(id, hint) {
      if (id !== person) {
        drafts.set(person, input.value);
        input.value = drafts.get(id) ?? "";
        person = id;
      }
      input.placeholder = hint ?? t(placeholder);
      input.setAttribute("aria-label", input.placeholder);
      button.setAttribute("aria-label", t("send"));
      fit();
    },
    /** What the next message answers to; nothing to take the note away. */
    setNote(title, text, drop) {
      note.hidden = !title;
      note.replaceChildren();
      if (!title) return;
      const label = t("replyDrop");
      const close = { class: "bare", type: "button", test: `${prefix}-note-close`, "aria-label": label, on: { click: drop } };
      note.append(
        el("div", { class: "noted" }, el("strong", {}, title), el("span", { dir: "auto" }, text)),
        el("button", close, icon("close")),
      );
    },
    onEscape: (drop) => node.addEventListener("forget", drop),
  };
}
