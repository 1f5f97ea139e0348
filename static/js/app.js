/* What htmx and plain HTML cannot do alone. Every page works without it. layouts/page.html names what is imported here,
   so that none waits for another to be found. */
import "./page.js";
import "./said.js";
import "./requests.js";
import "./swaps.js";
import "./panels.js";
import "./dialogs.js";
import "./session.js";
import "./unsent.js";
import "./shortcuts.js";
