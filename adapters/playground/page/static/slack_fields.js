// The input elements of Slack's modals: drawn, read in the shape of `view.state.values`, and filled again.

import { el } from "./dom.js";
import { chipNode, packed } from "./files.js";
import { optionsNode, selectNode } from "./slack_blocks.js";
import { t } from "./texts.js";
import { instantOf, wallOf } from "./times.js";

/** A field is {node, read(), write(state), empty()}; `node` carries data-test and the error's attributes. */
export function fieldOf(block, zone) {
  const element = block.element;
  const make = FIELDS[element.type];
  const traits = { test: `sl-field-${block.block_id}`, id: `field-${block.block_id}` };
  if (make) return make(element, traits, zone);
  const node = el("p", { ...traits, class: "b-unknown" }, t("unknownBlock", { kind: element.type }));
  return { node, read: () => ({ type: element.type }), write() {}, empty: () => false };
}

const FIELDS = {
  plain_text_input: (element, traits) => typed(element, traits, element.multiline ? "textarea" : "input", "value", "text"),
  number_input: (element, traits) => typed(element, { ...traits, inputmode: "decimal" }, "input", "value", "text"),
  url_text_input: (element, traits) => typed(element, traits, "input", "value", "url"),
  email_text_input: (element, traits) => typed(element, traits, "input", "value", "email"),
  datepicker: (element, traits) => typed(element, traits, "input", "selected_date", "date"),
  timepicker: (element, traits) => typed(element, traits, "input", "selected_time", "time"),
  datetimepicker: instant,
  file_input: attached,
  static_select: chosen,
  radio_buttons: (element, traits) => ticked(element, traits, "radio", "radiogroup"),
  checkboxes: (element, traits) => ticked(element, traits, "checkbox", "group"),
  multi_static_select: (element, traits) => ticked(element, { ...traits, class: "b-options boxed" }, "checkbox", "group"),
};

function typed(element, traits, tag, part, type) {
  const first = element.initial_value ?? element.initial_date ?? element.initial_time ?? "";
  const own = { placeholder: element.placeholder?.text, maxlength: element.max_length, dir: "auto" };
  const lines = tag === "textarea" ? { rows: "4" } : { type, value: first };
  const node = el(tag, { ...traits, ...own, ...lines, "data-focus": element.focus_on_load }, tag === "textarea" ? first : []);
  return {
    node,
    read: () => ({ type: element.type, [part]: node.value === "" ? null : node.value }),
    write: (state) => (node.value = state[part] ?? ""),
    empty: () => node.value.trim() === "",
  };
}

/** A moment, chosen on the reader's own wall clock. */
function instant(element, traits, zone) {
  const first = element.initial_date_time ? wallOf(element.initial_date_time, zone) : null;
  const node = el("input", { ...traits, type: "datetime-local", value: first });
  return {
    node,
    read: () => ({ type: element.type, selected_date_time: node.value ? instantOf(node.value, zone) : null }),
    write: (state) => (node.value = state.selected_date_time ? wallOf(state.selected_date_time, zone) : ""),
    empty: () => node.value === "",
  };
}

/** Files are read when they are chosen, so that the form can be filled in again after the bot changed it. */
function attached(element, traits) {
  let files = [];
  const most = element.max_files ?? 10;
  const accept = element.filetypes?.map((kind) => `.${kind}`).join(",");
  const chooser = el("input", { type: "file", multiple: most > 1, accept, test: `${traits.test}-chooser`, "aria-label": t("attach") });
  const list = el("div", { class: "chips" });
  const node = el("div", { ...traits, class: "attached", role: "group" }, chooser, list);
  const show = () => {
    const drop = (file) => () => {
      files = files.filter((one) => one !== file);
      show();
    };
    list.replaceChildren(...files.map((file) => chipNode(file, drop(file))));
  };
  chooser.addEventListener("change", async (event) => {
    event.stopPropagation(); // it has changed once the files are read
    const read = await Promise.all([...chooser.files].map(async (file) => ({ ...(await packed(file)), size: file.size })));
    files = [...files, ...read].slice(-most);
    chooser.value = "";
    show();
    for (const happened of ["input", "change"]) node.dispatchEvent(new Event(happened));
  });
  return {
    node,
    read: () => ({ type: element.type, files }),
    write(state) {
      files = state.files;
      show();
    },
    empty: () => files.length === 0,
  };
}

const optionOf = (element, value) => {
  const options = element.options ?? element.option_groups.flatMap((group) => group.options);
  return options.find((one) => one.value === value) ?? null;
};

function chosen(element, traits) {
  const node = selectNode(element, traits);
  return {
    node,
    read: () => ({ type: element.type, selected_option: optionOf(element, node.value) }),
    write: (state) => (node.value = optionOf(element, state.selected_option?.value)?.value ?? ""),
    empty: () => node.value === "",
  };
}

function ticked(element, traits, type, role) {
  const node = optionsNode(element, type, { class: "b-options", ...traits, role });
  const boxes = [...node.querySelectorAll("input")];
  const values = () => boxes.filter((box) => box.checked).map((box) => box.value);
  const picked = () => values().map((value) => optionOf(element, value));
  return {
    node,
    read: () =>
      type === "radio"
        ? { type: element.type, selected_option: picked()[0] ?? null }
        : { type: element.type, selected_options: picked() },
    write(state) {
      const before = (state.selected_options ?? [state.selected_option]).map((one) => one?.value);
      for (const box of boxes) box.checked = before.includes(box.value);
    },
    empty: () => values().length === 0,
  };
}
