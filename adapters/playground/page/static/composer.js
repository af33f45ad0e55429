// The line one writes in, the same for both messengers: grows with its text, Enter sends, keeps a draft per person.

import { el, icon } from "./dom.js";
import { chipNode, MOST_BYTES } from "./files.js";
import { t } from "./texts.js";

/**
 * `send(text, files)` resolves with something true when it was taken. `beside` are the messenger's own buttons,
 * `about(file)` what can be said of a chosen file. `refused(words)` tells that a file cannot be sent.
 */
export function createComposer({ prefix, placeholder, send, beside = [], about = () => [], most = 10, refused }) {
  const drafts = new Map(); // person id -> {text, files}
  let person = null;
  let files = [];
  const note = el("div", { class: "note", hidden: true });
  const chips = el("div", { class: "chips", hidden: true });
  const input = el("textarea", { rows: "1", dir: "auto", test: `${prefix}-input` });
  const button = el("button", { class: "send", type: "submit", test: `${prefix}-send` }, icon("send"));
  const chooser = el("input", { type: "file", hidden: true, multiple: most > 1, test: `${prefix}-file`, tabindex: "-1" });
  const clip = el("button", { class: "bare clip", type: "button", test: `${prefix}-attach`, on: { click: () => chooser.click() } }, icon("clip"));
  const node = el("form", { class: "composer" }, note, chips, el("div", { class: "line" }, ...beside, clip, chooser, input, button));

  const fit = () => {
    input.style.height = "auto";
    input.style.height = `${Math.min(input.scrollHeight, 140)}px`;
    button.disabled = input.value.trim() === "" && files.length === 0;
  };
  function hold(chosen) {
    files = chosen;
    chips.hidden = files.length === 0;
    const drop = (file) => () => hold(files.filter((one) => one !== file));
    chips.replaceChildren(...files.map((file) => chipNode(file, drop(file), ...about(file))));
    fit();
  }
  function take(chosen) {
    const good = chosen.filter((file) => file.size > 0 && file.size <= MOST_BYTES);
    if (good.length < chosen.length) refused(t("fileRefused"));
    hold([...files, ...good].slice(-most));
    input.focus();
  }
  const submit = async () => {
    const [text, given] = [input.value.trim(), files];
    if (!text && !given.length) return;
    input.value = "";
    hold([]);
    const taken = await send(text, given);
    if (taken) return;
    if (!input.value) input.value = text;
    hold([...given, ...files].slice(-most));
  };
  node.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  chooser.addEventListener("change", () => {
    take([...chooser.files]);
    chooser.value = "";
  });
  input.addEventListener("paste", (event) => event.clipboardData.files.length && take([...event.clipboardData.files]));
  node.addEventListener("dragover", (event) => event.preventDefault());
  node.addEventListener("drop", (event) => {
    event.preventDefault();
    take([...event.dataTransfer.files]);
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
        drafts.set(person, { text: input.value, files });
        input.value = drafts.get(id)?.text ?? "";
        hold(drafts.get(id)?.files ?? []);
        person = id;
      }
      input.placeholder = hint ?? t(placeholder);
      input.setAttribute("aria-label", input.placeholder);
      button.setAttribute("aria-label", t("send"));
      for (const name of ["aria-label", "title"]) clip.setAttribute(name, t("attach"));
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
