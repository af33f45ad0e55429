// Slack's blocks as nodes, the same in messages and modals; input blocks are filled in by slack_fields.js.

import { ask } from "./dialogs.js";
import { el, icon, safeAddress } from "./dom.js";
import { menuButton } from "./menu.js";
import { mrkdwnNodes, withEmoji } from "./mrkdwn.js";
import { t } from "./texts.js";
import { instantOf, wallOf } from "./times.js";

/**
 * `context` is {nameOf, use, state, zone}: `use(node, block_id, action_id, {value, selected, entry})` sends what was pressed
 * or chosen; `state` is what a view's elements hold by now, `zone` the reader's.
 */
export function blockNodes(blocks, context) {
  return blocks.map((block) => (DRAWN[block.type] ?? unknown)(block, context));
}

const DRAWN = {
  header: (block) => el("h3", { class: "b-header", dir: "auto" }, textNodes(block.text)),
  divider: () => el("hr", { class: "b-divider" }),
  section: (block, context) =>
    el(
      "div",
      { class: "b-section" },
      el(
        "div",
        { class: "b-body" },
        block.text && el("div", { class: "b-text", dir: "auto" }, textNodes(block.text, context)),
        block.fields &&
          el("div", { class: "b-fields" }, block.fields.map((one) => el("div", { class: "b-text", dir: "auto" }, textNodes(one, context)))),
      ),
      block.accessory && el("div", { class: "b-accessory" }, elementNode(block.accessory, block, context)),
    ),
  context: (block, context) =>
    el("div", { class: "b-context" }, block.elements.map((one) => el("span", { dir: "auto" }, one.text ? textNodes(one, context) : one.alt_text))),
  image: (block) => el("p", { class: "b-context" }, block.title?.text ?? "", " ", block.alt_text),
  actions: (block, context) =>
    el("div", { class: "b-actions" }, block.elements.map((one) => elementNode(one, block, context))),
};

const unknown = (block) => el("p", { class: "b-unknown" }, t("unknownBlock", { kind: block.type }));

/** The nodes of a text object: mrkdwn is read, plain_text is taken as it is. */
export function textNodes(text, { nameOf = () => null } = {}) {
  if (!text) return [];
  return text.type === "mrkdwn" ? mrkdwnNodes(text.text, nameOf) : [withEmoji(text.text)];
}

function elementNode(element, block, context) {
  const draw = ELEMENTS[element.type] ?? unknown;
  const now = context.state?.[block.block_id]?.[element.action_id];
  const use = async (node, chosen) => {
    if (element.confirm && !(await agreed(element.confirm))) return;
    await context.use(node, block.block_id, element.action_id, chosen);
  };
  return draw(now?.type === element.type ? begun(element, now) : element, use, context);
}

/** An element that starts on what was chosen before: what its state calls selected_x, it calls initial_x itself. */
function begun(element, state) {
  const chosen = Object.entries(state).map(([part, value]) => [part.replace("selected_", "initial_"), value]);
  return { ...element, ...Object.fromEntries(chosen), type: element.type };
}

function agreed({ title, text, confirm, deny, style }) {
  const words = { title: title?.text, text: text?.text ?? "", yes: confirm?.text ?? t("ok"), no: deny?.text ?? t("cancel") };
  return ask({ ...words, danger: style === "danger", test: "sl-confirm" });
}

const ELEMENTS = {
  button(element, use) {
    const traits = { class: `b-button ${element.style ?? ""}`, test: "sl-button", dir: "auto" };
    const words = textNodes(element.text);
    const press = (event) => use(event.currentTarget, { value: element.value ?? null });
    const address = element.url && safeAddress(element.url);
    if (address) return el("a", { ...traits, href: address, target: "_blank", rel: "noopener noreferrer", on: { click: press } }, words);
    return el("button", { ...traits, type: "button", "aria-label": element.accessibility_label, on: { click: press } }, words);
  },
  static_select(element, use) {
    const choose = (event) => event.target.value !== "" && use(event.target, { selected: event.target.value });
    return selectNode(element, { class: "b-select", test: "sl-select", on: { change: choose } });
  },
  overflow(element, use) {
    const items = () =>
      element.options.map((option) => ({
        label: textNodes(option.text),
        test: "sl-option",
        act: (button) => use(button, { selected: option.value ?? "" }),
      }));
    const traits = { class: "b-button dots", test: "sl-overflow", "aria-label": t("more") };
    return menuButton(traits, icon("more"), items, lowDown);
  },
  radio_buttons(element, use) {
    const choose = (event) => use(event.target, { selected: event.target.value });
    return optionsNode(element, "radio", { class: "b-options", test: "sl-radio", role: "radiogroup", on: { change: choose } });
  },
  datepicker(element, use) {
    const choose = (event) => event.target.value && use(event.target, { selected: event.target.value });
    return el("input", { type: "date", class: "b-select", test: "sl-date", value: element.initial_date, on: { change: choose } });
  },
  datetimepicker(element, use, { zone }) {
    const value = element.initial_date_time ? wallOf(element.initial_date_time, zone) : null;
    const choose = (event) => event.target.value && use(event.target, { selected: String(instantOf(event.target.value, zone)) });
    return el("input", { type: "datetime-local", class: "b-select wide", test: "sl-datetime", value, on: { change: choose } });
  },
  checkboxes: (element, use) => severalNode(element, use, "b-options"),
  multi_static_select: (element, use) => severalNode(element, use, "b-options boxed"),
};

/** Choices of several, sent one after another as they are ticked. */
function severalNode(element, use, look) {
  const options = element.options ?? element.option_groups.flatMap((group) => group.options);
  const choose = (event) => {
    const ticked = [...event.currentTarget.querySelectorAll("input:checked")].map((box) => box.value);
    const selected_options = options.filter((one) => ticked.includes(one.value));
    use(event.target, { entry: { type: element.type, selected_options } });
  };
  return optionsNode(element, "checkbox", { class: look, test: "sl-several", role: "group", on: { change: choose } });
}

/** Whether a menu under this button would leave its box. */
export function lowDown(button) {
  const room = button.closest(".log, .modal-body").getBoundingClientRect();
  return button.getBoundingClientRect().bottom > room.top + room.height * 0.6;
}

/** A native select: one line, the keyboard and screen readers come with it. */
export function selectNode(element, traits) {
  const option = (one) => {
    const chosen = one.value === element.initial_option?.value;
    return el("option", { value: one.value, selected: chosen, title: one.description?.text }, textNodes(one.text));
  };
  const groups = element.option_groups?.map((group) => el("optgroup", { label: group.label.text }, group.options.map(option)));
  const empty = el("option", { value: "" }, element.placeholder?.text ?? t("choose"));
  return el("select", { ...traits, "aria-label": element.placeholder?.text ?? t("choose") }, empty, groups ?? element.options.map(option));
}

let groups = 0;

/** Checkboxes or radio buttons under each other. */
export function optionsNode(element, type, traits) {
  const first = (element.initial_options ?? [element.initial_option]).map((one) => one?.value);
  const name = `group-${(groups += 1)}`;
  const options = element.options ?? element.option_groups?.flatMap((group) => group.options) ?? [];
  const row = (one) =>
    el(
      "label",
      {},
      el("input", { type, name, value: one.value, checked: first.includes(one.value) }),
      el("span", { dir: "auto" }, textNodes(one.text), one.description && el("small", {}, textNodes(one.description))),
    );
  return el("div", traits, options.map(row));
}
