// Writes moments for a reader: in their language and in a named time zone, never in the browser's own.

const LOCALES = { en: "en-US", ru: "ru-RU" };
const kept = new Map();

function format(moment, zone, language, wish) {
  const key = JSON.stringify([zone, language, wish]);
  if (!kept.has(key)) kept.set(key, new Intl.DateTimeFormat(LOCALES[language] ?? language, { timeZone: zone, ...wish }));
  return kept.get(key).format(new Date(moment)).replaceAll("\u202f", "\u00a0");
}

export const time = (moment, zone, language) => format(moment, zone, language, { hour: "numeric", minute: "2-digit" });

export const day = (moment, zone, language) => format(moment, zone, language, { month: "long", day: "numeric" });

export const weekday = (moment, zone, language) =>
  format(moment, zone, language, { weekday: "short", month: "short", day: "numeric" });

export const dayKey = (moment, zone) =>
  format(moment, zone, "en", { year: "numeric", month: "2-digit", day: "2-digit" });

/** The time alone when it is the same day there as `now`, else weekday and time. */
export function soon(moment, now, zone, language) {
  if (dayKey(moment, zone) === dayKey(now, zone)) return time(moment, zone, language);
  const near = new Date(moment) - new Date(now) < 6 * 24 * 3600 * 1000;
  const wish = near ? { weekday: "short" } : { month: "short", day: "numeric" };
  return `${format(moment, zone, language, wish)} ${time(moment, zone, language)}`;
}

/** The wall clock's "2026-12-30T17:20" in a zone as an instant in seconds; of an hour that comes twice, the first. */
export function instantOf(wall, zone) {
  const asUtc = Date.parse(`${wall}:00Z`);
  const away = (at) => Date.parse(`${wallOf(at / 1000, zone)}:00Z`) - at;
  const first = asUtc - away(asUtc);
  return (asUtc - away(first)) / 1000;
}

/** An instant in seconds as "2026-12-30T17:20" on a zone's wall clock. */
export function wallOf(seconds, zone) {
  const wish = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  return format(seconds * 1000, zone, "sv", wish).replace(" ", "T");
}

export function zoneOf(clock, market) {
  const office = clock.offices.find((one) => one.market === market) ?? clock.offices[0];
  return office?.zone ?? "UTC";
}
