// A file in a chat: its name and a way to keep it; the content is never shown in the page.

import { el, icon, safeAddress } from "./dom.js";
import { t } from "./texts.js";

export function documentNode({ name, url }) {
  const kind = (name.match(/\.([\p{L}\p{N}]{1,5})$/u)?.[1] ?? t("file")).toUpperCase();
  const address = safeAddress(url);
  return el(
    address ? "a" : "span",
    { class: "document", href: address, download: name, test: "document", "aria-label": t("download", { name }) },
    el("span", { class: "sheet" }, icon("file")),
    el("span", {}, el("bdi", { class: "file-name" }, name), el("small", {}, kind)),
  );
}
