// Turns Slack's mrkdwn into nodes; the text of a plain_text object, or of a person, does not come here.

import { el, link } from "./dom.js";

const EMOJI = {
  white_check_mark: "✅", heavy_check_mark: "✔️", x: "❌", warning: "⚠️", hourglass: "⌛", hourglass_flowing_sand: "⏳",
  lock: "🔒", no_entry: "⛔", bell: "🔔", memo: "📝", leftwards_arrow_with_hook: "↩️", arrow_right: "➡️", eyes: "👀",
  large_green_circle: "🟢", large_yellow_circle: "🟡", large_blue_circle: "🔵", red_circle: "🔴", white_circle: "⚪",
  speech_balloon: "💬", calendar: "📅", alarm_clock: "⏰", paperclip: "📎", black_circle: "⚫", question: "❓",
};
// A mark of formatting stands between words, never inside one: snake_case_names and 2*3*4 stay as they are.
const marked = (mark) => `(?<![\\p{L}\\p{N}${mark}])[${mark}](?! )([^${mark}\\n]+)(?<! )[${mark}](?![\\p{L}\\p{N}])`;
const TOKENS = new RegExp(
  ["```\\n?([^]+?)\\n?```", "`([^`\\n]+)`", "<([^<>\\n]+)>", marked("*"), marked("_"), marked("~"), ":([a-z0-9_+-]+):"].join("|"),
  "gu",
);

const unescape = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

export const withEmoji = (text) => text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => EMOJI[name] ?? whole);

/** `nameOf` gives a person's name for a Slack id, or nothing. */
export function mrkdwnNodes(text, nameOf) {
  const nodes = [];
  const parts = text.split(/(```[^]+?```)/);
  for (const [index, part] of parts.entries()) {
    if (index % 2) nodes.push(...inline(part, nameOf));
    else nodes.push(...lines(part, nameOf));
  }
  return nodes;
}

function lines(text, nameOf) {
  const nodes = [];
  let quoted = null;
  for (const [index, line] of text.split("\n").entries()) {
    const inQuote = line.match(/^(?:>|&gt;) ?(.*)$/);
    if (inQuote) {
      if (quoted) quoted.append("\n");
      else nodes.push((quoted = el("blockquote")));
      quoted.append(...inline(inQuote[1], nameOf));
      continue;
    }
    if (index > 0 && !quoted) nodes.push("\n");
    quoted = null;
    nodes.push(...inline(line, nameOf));
  }
  return nodes;
}

function inline(text, nameOf) {
  const nodes = [];
  let end = 0;
  for (const found of text.matchAll(TOKENS)) {
    nodes.push(unescape(text.slice(end, found.index)), tokenNode(found, nameOf));
    end = found.index + found[0].length;
  }
  nodes.push(unescape(text.slice(end)));
  return nodes.filter((node) => node !== "");
}

function tokenNode([whole, pre, code, angled, bold, italic, struck, emoji], nameOf) {
  if (pre !== undefined) return el("pre", {}, unescape(pre));
  if (code !== undefined) return el("code", {}, unescape(code));
  if (angled !== undefined) return angledNode(angled, nameOf);
  if (bold !== undefined) return el("b", {}, inline(bold, nameOf));
  if (italic !== undefined) return el("i", {}, inline(italic, nameOf));
  if (struck !== undefined) return el("s", {}, inline(struck, nameOf));
  return EMOJI[emoji] ?? whole;
}

/** What stands in angle brackets: a link, or a mention, which notifies people and is therefore shown as one. */
function angledNode(inside, nameOf) {
  const [target, label] = inside.split("|");
  const mention = (text) => el("span", { class: "mention" }, text);
  if (target.startsWith("@")) return mention(`@${nameOf(target.slice(1)) ?? label ?? target.slice(1)}`);
  if (target.startsWith("#")) return mention(`#${label ?? target.slice(1)}`);
  if (target.startsWith("!date^")) return el("span", {}, unescape(label ?? target));
  if (target.startsWith("!")) return mention(label ?? `@${target.slice(1).split("^")[0]}`);
  return link(unescape(target), unescape(label ?? target));
}
