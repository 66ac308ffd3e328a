import htmx from "htmx.org";
import "./menus.js";
import "./keyboard.js";
import "./drafts.js";
import "./session.js";
import "./selection.js";
import "./shortcuts.js";
import "./upload.js";
import "./files.js";
import "./keeping.js";
import "./codes.js";
import "./calls.js";
import "./print.js";

// The npm module does not set it; page scripts and tests expect it where its documentation says.
window.htmx = htmx;
