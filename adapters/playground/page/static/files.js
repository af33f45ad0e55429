// A file in a chat: its name and size, a look at it when it is a picture, and a way to keep it. Also files on their way out.

import { el, icon, safeAddress } from "./dom.js";
import { language, t } from "./texts.js";

const UNITS = ["kilobyte", "megabyte", "gigabyte"];
export const MOST_BYTES = 20 * 1024 * 1024;

/** "312 kB": as people say it, in thousands. */
export function sizeText(bytes) {
  const kilobytes = Math.max(bytes / 1000, 1);
  const step = Math.min(UNITS.length - 1, Math.floor(Math.log10(kilobytes) / 3));
  const wish = { style: "unit", unit: UNITS[step], unitDisplay: "short", maximumFractionDigits: step && 1 };
  return new Intl.NumberFormat(language(), wish).format(kilobytes / 1000 ** step);
}

export function documentNode({ name, url, size, picture, kind }) {
  const called = name || t("file");
  const ending = (called.match(/\.([\p{L}\p{N}]{1,5})$/u)?.[1] ?? t("file")).toUpperCase();
  const address = safeAddress(url);
  const about = size ? `${ending} · ${sizeText(size)}` : ending;
  const sheet = el("span", { class: "sheet" }, icon(kind === "video" ? "play" : "file"));
  return el(
    address ? "a" : "span",
    { class: picture ? "document pictured" : "document", href: address, download: called, test: "document", "aria-label": t("download", { name: called }) },
    picture && address ? el("img", { class: "look", src: `${address}/picture`, alt: "", test: "picture" }) : sheet,
    el("span", {}, el("bdi", { class: "file-name" }, called), el("small", {}, about)),
  );
}

/** A chosen file as it is sent: {name, data in base64}. */
export async function packed(file) {
  const whole = await new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(reader.result));
    reader.addEventListener("error", () => reject(reader.error));
    reader.readAsDataURL(file);
  });
  return { name: file.name, data: whole.slice(whole.indexOf(",") + 1) };
}

/** A file that is about to be sent, with a cross to leave it out. */
export function chipNode(file, drop, ...more) {
  const label = t("leaveOut", { name: file.name });
  return el(
    "span",
    { class: "chip", test: "chip" },
    icon("clip"),
    el("bdi", {}, file.name),
    el("small", {}, sizeText(file.size)),
    ...more,
    el("button", { type: "button", class: "bare", "aria-label": label, title: label, on: { click: drop } }, icon("close")),
  );
}
