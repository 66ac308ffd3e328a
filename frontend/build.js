// Styles and scripts of the node, one file each, so that a page asks for few things and a name never changes.
import { build } from "esbuild";
import { fileURLToPath } from "node:url";
import { onlyWhatWeUse } from "./trim.js";

const TARGET = fileURLToPath(new URL("../src/tocsin/node/look/static/look/", import.meta.url));
const here = (name) => fileURLToPath(new URL(`src/${name}`, import.meta.url));

await build({
  entryPoints: ["theme.js", "look.js", "charts.js", "look.css"].map(here),
  outdir: TARGET,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["es2022", "chrome111", "firefox115", "safari16.4"],
  legalComments: "eof",
  charset: "utf8",
  plugins: [onlyWhatWeUse],
  logLevel: "warning",
});
