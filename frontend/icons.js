// Copies the outlines of the few icons in use from @tabler/icons (MIT) to the app, where the templates draw them.
import { readFileSync, writeFileSync } from "node:fs";

const NAMES = [
  "adjustments-horizontal", "alert-triangle", "arrow-down", "arrow-left", "arrow-right", "arrow-up", "ban",
  "bell", "building-hospital", "calendar", "chart-bar", "check", "chevron-down", "chevron-left", "chevron-right",
  "circle", "circle-check", "circle-dashed", "circle-dot", "clock", "copy", "database", "device-floppy", "dots", "download",
  "external-link", "eye", "file-text", "file-upload", "filter", "flag", "help", "history", "home", "inbox", "info-circle",
  "key", "keyboard", "language", "link", "list", "lock", "logout", "mail", "map", "menu-2", "message", "minus", "moon",
  "pencil", "phone", "player-pause", "plus", "point", "printer", "refresh", "report-medical", "search", "send", "settings",
  "shield-check", "sun", "table", "trash", "upload", "user", "user-plus", "users", "virus", "world", "x",
];
const FILLED = ["circle", "circle-check", "point", "triangle"];
const TARGET = new URL("../src/tocsin/node/look/icons.json", import.meta.url);

function inside(kind, name) {
  const file = new URL(`node_modules/@tabler/icons/icons/${kind}/${name}.svg`, import.meta.url);
  const svg = readFileSync(file, "utf8").replace(/<!--[\s\S]*?-->/g, "").replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none" ?\/>/, "");
  return svg.slice(svg.indexOf(">") + 1, svg.lastIndexOf("</svg>")).replace(/\s*\n\s*/g, "");
}

const outline = Object.fromEntries(NAMES.map((name) => [name, inside("outline", name)]));
const filled = Object.fromEntries(FILLED.map((name) => [`${name}-filled`, inside("filled", name)]));
writeFileSync(TARGET, JSON.stringify({ outline, filled }, null, 1) + "\n");
