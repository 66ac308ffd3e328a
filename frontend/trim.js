// Tabler brings every part that any site may want: 630 kB of styles, minutes on a slow line. Rules for parts that
// no page of ours has are left out: by name, so that a page may use any of the rest without building anew.
import { readFile } from "node:fs/promises";
import { transform } from "esbuild";

const UNUSED = new RegExp(
  "\\[data-bs-(?!theme)|\\.(?:" +
    [
      "accordion", "alert", "apexcharts", "avatar", "badge-", "bg-", "border-", "breadcrumb", "btn-(?:twitter|x\\b|facebook|linkedin|google|youtube|vimeo|dribbble|github|instagram|pinterest|vk|rss|flickr|bitbucket|tabler|azure|indigo|purple|pink|orange|yellow|lime|teal|cyan|blue|red|green|gray|ghost|outline|action|floating|pill|square|animate)",
      "card-", "carousel", "chat", "chart", "chip", "coloris", "clr-", "col-\\w+-", "countup", "dropzone", "dz-", "datagrid", "dropdown", "flag", "form-(?:colorinput|imagecheck|selectgroup|floating|range)",
      "fslightbox", "fc-", "full-calendar", "g[xy]?-(?:sm|md|xl|xxl)", "gradient", "icon-", "iti", "jsvectormap", "jvm-", "lightbox", "link-", "list-", "litepicker", "modal", "nav", "noUi", "offcanvas", "offset", "object-",
      "order-", "page-", "payment", "placeholder", "plyr", "popover", "progress", "ratio", "ribbon", "row-cols", "row-deck", "shadow", "signature", "social", "space-", "sparkline", "spinner", "star-rating", "status-", "steps", "step-",
      "stamp", "swatch", "switch-", "tag", "text-(?:azure|indigo|purple|pink|orange|yellow|lime|teal|cyan|blue|red|green|gray|x\\b|facebook|twitter|bg)", "theme-", "timeline", "toast", "tom-select", "ts-", "tooltip",
      "tracking", "tox", "typed", "[mp][trblsexy]?-(?:sm|md|lg|xl|xxl)-", "gap-(?:sm|md|lg|xl|xxl)-", "(?:row|column)-gap-", "bs-tooltip", "bs-popover", "antialiased", "hover-", "opacity-", "rotate", "fs-", "w-(?:sm|md|lg|xl)", "z-", "float-", "pagination", "segmented", "empty", "sidebar", "layout-", "table-(?:primary|secondary|success|danger|warning|info|light|dark|azure)",
    ].join("|") +
    ")",
);
const KEYFRAMES = /^@(?:-webkit-)?keyframes/;

// The text between the braces that open at `at`; strings and comments are gone by then or hold no brace.
function blockEnd(css, at) {
  let depth = 0;
  for (let i = at; i < css.length; i += 1) {
    if (css[i] === '"' || css[i] === "'") i = css.indexOf(css[i], i + 1);
    else if (css[i] === "{") depth += 1;
    else if (css[i] === "}" && --depth === 0) return i;
  }
  return css.length;
}

// The selectors of a rule: commas inside parentheses part nothing.
function selectors(head) {
  const parts = [""];
  let depth = 0;
  for (const sign of head) {
    if (sign === "(") depth += 1;
    else if (sign === ")") depth -= 1;
    if (sign === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += sign;
  }
  return parts.filter((selector) => !UNUSED.test(selector));
}

function trimmed(css) {
  let out = "";
  for (let at = 0; at < css.length; ) {
    const open = css.indexOf("{", at);
    if (open < 0) return out + css.slice(at);
    const close = blockEnd(css, open);
    const head = css.slice(at, open).replace(/^(?:@charset[^;]*;|;)+/, "").trim();
    const body = css.slice(open + 1, close);
    if (/^@(?:media|supports|layer|container)/.test(head)) {
      const inner = trimmed(body);
      if (inner.trim()) out += `${head}{${inner}}`;
    } else if (head.startsWith("@")) {
      if (!KEYFRAMES.test(head)) out += `${head}{${body}}`;
    } else {
      const kept = selectors(head);
      if (kept.length) out += `${kept.join(",")}{${body}}`;
    }
    at = close + 1;
  }
  return out;
}

export const onlyWhatWeUse = {
  name: "only-what-we-use",
  setup(build) {
    build.onLoad({ filter: /tabler\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true, charset: "utf8", legalComments: "none" });
      return { contents: trimmed(code), loader: "css" };
    });
  },
};
