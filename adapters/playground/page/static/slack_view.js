// A Slack modal over the chat: draws the view, keeps what was typed when the bot updates it, sends and closes it.

import { el, icon } from "./dom.js";
import { botFace } from "./people.js";
import { blockNodes, textNodes } from "./slack_blocks.js";
import { fieldOf } from "./slack_fields.js";
import { t } from "./texts.js";

/**
 * `send(view, values)` resolves with {acked, errors} or null; `close(view)`, `use(view, ...)` and `fill(view, ...)` act on
 * the view; `zone()` is the reader's.
 */
export function createModal(stage, { send, close, use, fill, nameOf, zone }) {
  const typed = new Map(); // view id -> what was filled in when the view was last on the screen
  let open = null; // {id, look, node, fields: Map block_id -> {block, field, box}}

  function fieldNode(view, block, fields) {
    const field = fieldOf(block, zone());
    const error = el("p", { class: "error", id: `error-${block.block_id}`, test: `sl-error-${block.block_id}`, hidden: true });
    const plain = ["INPUT", "TEXTAREA", "SELECT"].includes(field.node.tagName);
    const label = el(plain ? "label" : "span", { class: "label", id: `label-${block.block_id}`, for: plain ? field.node.id : null });
    label.append(...textNodes(block.label), block.optional ? el("small", {}, ` ${t("optional")}`) : "");
    field.node.setAttribute("aria-labelledby", label.id);
    field.node.setAttribute("aria-describedby", error.id);
    field.node.addEventListener("input", () => showError(fields.get(block.block_id), null));
    const tell = () => fill(view, block.block_id, block.element.action_id, field.read());
    if (block.dispatch_action) field.node.addEventListener("change", tell);
    const hint = block.hint && el("p", { class: "hint" }, textNodes(block.hint));
    fields.set(block.block_id, { block, field, error });
    return el("div", { class: "field" }, label, field.node, error, hint);
  }

  function showError({ field, error }, text) {
    error.hidden = !text;
    error.textContent = text ?? "";
    field.node.toggleAttribute("aria-invalid", Boolean(text));
  }

  function read(fields) {
    return Object.fromEntries([...fields].map(([id, { block, field }]) => [id, { [block.element.action_id]: field.read() }]));
  }

  function showErrors(fields, errors) {
    let first = null;
    for (const [id, entry] of fields) {
      showError(entry, errors[id]);
      if (errors[id]) first ??= entry.field.node;
    }
    (first?.matches("input, textarea, select") ? first : first?.querySelector("input"))?.focus();
  }

  async function submit(view, fields, node) {
    const missing = [...fields].filter(([, { block, field }]) => !block.optional && field.empty());
    if (missing.length) return showErrors(fields, Object.fromEntries(missing.map(([id]) => [id, t("required")])));
    node.classList.add("busy");
    const answer = await send(view, read(fields));
    node.classList.remove("busy");
    node.querySelector(".not-sent").hidden = Boolean(answer?.acked);
    showErrors(fields, answer?.errors ?? {});
  }

  function draw(view, kept) {
    const { payload } = view;
    const fields = new Map();
    const context = { nameOf, zone: zone(), state: payload.state?.values, use: (node, ...rest) => use(view, node, ...rest) };
    const blocks = payload.blocks.map((block) => (block.type === "input" ? fieldNode(view, block, fields) : blockNodes([block], context)));
    const shut = { type: "button", on: { click: () => close(view) } };
    const leave = payload.close ? textNodes(payload.close) : t("close");
    const node = el(
      "form",
      { class: "modal", role: "dialog", "aria-labelledby": "modal-title", test: "sl-modal", novalidate: true, tabindex: "-1" },
      el(
        "header",
        {},
        botFace(),
        el("h3", { id: "modal-title" }, textNodes(payload.title)),
        el("button", { ...shut, class: "bare", "aria-label": t("close"), test: "sl-modal-x" }, icon("close")),
      ),
      el("div", { class: "modal-body" }, blocks),
      el("p", { class: "error not-sent", role: "alert", hidden: true }, t("notSent")),
      el(
        "footer",
        {},
        el("button", { ...shut, test: "sl-modal-close" }, leave),
        (payload.submit || fields.size > 0) &&
          el("button", { type: "submit", class: "primary", test: "sl-modal-submit" }, payload.submit ? textNodes(payload.submit) : t("submit")),
      ),
    );
    node.addEventListener("submit", (event) => {
      event.preventDefault();
      submit(view, fields, node);
    });
    node.addEventListener("keydown", (event) => event.key === "Escape" && close(view));
    for (const [id, { block, field }] of fields) {
      const before = kept?.[id]?.[block.element.action_id];
      if (before?.type === block.element.type) field.write(before);
    }
    return { node: el("div", { class: "veil" }, node), fields };
  }

  /** Shows the topmost view, or none. */
  return function show(views, language) {
    const view = views.at(-1);
    // What was picked is no new look: drawn anew after it was sent, the form would lose the errors at its fields.
    const look = view ? JSON.stringify([{ ...view, payload: { ...view.payload, state: null } }, language]) : null;
    if (look === (open?.look ?? null)) return;
    const same = open && open.id === view?.id;
    if (open) typed.set(open.id, read(open.fields));
    const held = same && stage.contains(document.activeElement) ? document.activeElement.dataset.test : null;
    open?.node.remove();
    open = view ? { id: view.id, look, ...draw(view, typed.get(view.id)) } : null;
    for (const part of stage.querySelectorAll(":scope > .tabs, :scope > .log, :scope > .composer")) part.inert = Boolean(open);
    if (!open) return;
    stage.append(open.node);
    const wish = held ? `[data-test="${held}"]` : "[data-focus], .modal-body input, .modal-body textarea, .modal-body select";
    if (!same || held) (open.node.querySelector(wish) ?? open.node.firstChild).focus({ preventScroll: true });
  };
}
