/* What htmx and plain HTML cannot do alone. Every page works without this file.
   Looks elements up when they are needed: a swap may have replaced them. */
(() => {
  "use strict";
  const byId = (id) => document.getElementById(id);
  const on = (name, listener, options) => document.addEventListener(name, listener, options);
  const seconds = (name, otherwise) => Number(document.body.dataset[name] ?? otherwise);

  // ── htmx under `require-trusted-types-for 'script'`: answers are HTML, never script ─────────────

  if (window.trustedTypes) {
    const policy = trustedTypes.createPolicy("htmx", { createHTML: (html) => html, createScript: () => "" });
    htmx.registerExtension("trusted", { init: (internal) => internal.initSecurity(policy) });
  }

  // ── what is said: one polite and one alert region ──────────────────────────────────────────────

  let said = null;

  function say(sentence) {
    const region = byId("status");
    if (!region) return;
    region.textContent = region.className = "";
    setTimeout(() => { region.textContent = sentence; said = region; }, 100);
  }

  /** A region that came with its text in it is not read aloud; writing the text again is. */
  function repeatWhatTheServerSaid() {
    const region = byId("status");
    if (!region || region === said) return;
    said = region;
    if (region.textContent.trim()) setTimeout(() => { region.textContent = region.textContent.trim(); }, 150);
  }

  const NOT_FOUND = "Siden findes ikke, eller du har ikke adgang.";
  const ERRORS = {
    400: "Det kunne ikke gemmes. Genindlæs siden, og prøv igen.",
    403: NOT_FOUND,
    404: NOT_FOUND,
    413: "Filen er for stor. Vælg en mindre fil.",
    429: "Du har prøvet mange gange. Vent lidt, og prøv igen.",
    507: "Der er ikke plads på serveren, så det er ikke gemt. Din tekst er ikke væk. Prøv igen om lidt.",
  };
  const NOT_SAVED = "Det lykkedes ikke at gemme. Din tekst er ikke væk. Prøv igen om lidt.";
  const NOT_FETCHED = "Det lykkedes ikke at hente siden. Prøv igen om lidt.";

  function showError(ctx, because) {
    const status = ctx.response?.status ?? 0;
    const reference = ctx.response?.headers.get("X-Request-Id");
    let sentence = because ?? ERRORS[status] ?? (ctx.request.method === "GET" ? NOT_FETCHED : NOT_SAVED);
    if (reference && status >= 500) sentence += ` (Fejl-id ${reference})`;
    const paragraph = Object.assign(document.createElement("p"), { textContent: sentence });
    byId("fejl").replaceChildren(paragraph);
    if (because || (status >= 400 && status < 500 && status !== 429)) return;
    const button = Object.assign(document.createElement("button"), {
      type: "button", className: "button button-secondary sk-small", textContent: "Prøv igen",
    });
    button.addEventListener("click", () => { clearError(); focusOn(ctx.request.submitter ?? ctx.sourceElement); again(ctx); });
    byId("fejl").append(button);
  }

  const clearError = () => byId("fejl")?.replaceChildren();

  /** Send a request anew, read afresh from its form, so that text typed since goes with it. */
  function again(ctx) {
    if (ctx.again) return ctx.again();
    if (!ctx.sourceElement.isConnected) return;
    const { method, action } = ctx.request;
    htmx.ajax(method, action, { source: ctx.sourceElement, event: ctx.sourceEvent, confirm: null });
  }

  // ── a request on its way ───────────────────────────────────────────────────────────────────────

  const underWay = new WeakMap();
  const isPoll = (ctx) => ["every", "load"].includes(ctx.sourceEvent?.type);
  const isWrite = (ctx) => ctx.request.method !== "GET";
  const swapped = (status) => status < 400 || status === 409 || status === 422;

  function busyAfterAMoment(button) {
    if (!button?.matches?.("button")) return () => {};
    let before = null;
    const timer = setTimeout(() => {
      before = [...button.childNodes];
      button.setAttribute("aria-busy", "true");
      button.replaceChildren("Gemmer …");
    }, 300);
    return () => {
      clearTimeout(timer);
      if (!before) return;
      button.removeAttribute("aria-busy");
      button.replaceChildren(...before);
    };
  }

  on("htmx:config:request", (event) => {
    const { ctx } = event.detail;
    if (isWrite(ctx) && underWay.has(ctx.sourceElement)) event.preventDefault();
  });

  on("htmx:before:request", ({ detail: { ctx } }) => {
    ctx.sent = ctx.request.form && content(ctx.request.form);
    if (isWrite(ctx)) underWay.set(ctx.sourceElement, busyAfterAMoment(ctx.request.submitter ?? ctx.sourceElement));
  });

  on("htmx:finally:request", ({ detail: { ctx } }) => {
    underWay.get(ctx.sourceElement)?.();
    underWay.delete(ctx.sourceElement);
  });

  on("htmx:after:request", ({ detail: { ctx } }) => {
    if (!isPoll(ctx)) sessionProlonged();
    if (!swapped(ctx.response.status)) return;
    if (!isPoll(ctx)) clearError();
    if (ctx.response.status < 400 && ctx.sent) saved.set(ctx.request.form, ctx.sent);
  });

  on("htmx:response:error", ({ detail: { ctx } }) => {
    const { status } = ctx.response;
    if (status === 401) askToSignIn(ctx);
    else if (!swapped(status) && !isPoll(ctx)) showError(ctx);
  });

  on("htmx:error", ({ detail: { ctx } }) => {
    if (ctx && !ctx.response && !isPoll(ctx)) showError(ctx);
  });

  // A plain form, sent without htmx: the same button, and no second sending.
  const sending = new Map();

  on("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.matches("[data-htmx-powered]")) return;
    if (sending.has(form)) return event.preventDefault();
    const idle = busyAfterAMoment(event.submitter);
    sending.set(form, idle);
    if (form.matches("[data-progress]")) {
      event.preventDefault();
      return sendFiles(form);
    }
    setTimeout(() => { idle(); sending.delete(form); }, 15000);
  });

  window.addEventListener("pageshow", () => { sending.forEach((idle) => idle()); sending.clear(); });

  // ── files, which take a while: how far they have come, and what became of them ─────────────────

  const TOO_LARGE = "Filerne er for store til at blive sendt på én gang. Send dem i flere omgange.";

  function sendFiles(form) {
    const body = new FormData(form);
    const sent = [...body.values()].reduce((sum, value) => sum + (value.size ?? 0), 0);
    const ctx = { request: { method: "POST", submitter: form.querySelector("button:not([type])") }, again: () => form.requestSubmit() };
    clearError();
    if (sent > Number(form.dataset.largest)) return filesFailed(form, ctx, TOO_LARGE);
    const request = new XMLHttpRequest();
    request.upload.onprogress = ({ loaded, total }) => showProgress(form, loaded / total);
    request.onerror = () => filesFailed(form, ctx);
    request.onload = () => filesSent(form, request, ctx);
    request.open("POST", form.action);
    request.setRequestHeader("HX-Request", "true");
    request.responseType = "document";      // parsed by the browser, no script in it runs
    request.send(body);
  }

  function showProgress(form, part) {
    const shown = form.querySelector(".sk-upload");
    const percent = Math.round(part * 100);
    const told = percent < 100 ? `${percent} % er sendt` : "Alt er sendt. Gemmer …";
    shown.hidden = false;
    shown.querySelector("progress").value = percent;
    shown.querySelector("span").textContent = told;
    const quarter = Math.floor(percent / 25);
    if (form.dataset.told === String(quarter)) return;
    form.dataset.told = quarter;
    form.querySelector("[role=status]").textContent = told;
  }

  function filesSent(form, request, ctx) {
    const there = request.getResponseHeader("HX-Redirect");
    if (there) return location.assign(there);
    ctx.response = { status: request.status, headers: { get: (name) => request.getResponseHeader(name) } };
    const main = request.response?.getElementById("main");
    if (!main || !swapped(request.status)) {
      if (request.status === 401) askToSignIn(ctx);
      return filesFailed(form, ctx);
    }
    const chosen = form.querySelector("[type=file]").files;
    sessionProlonged();
    sending.delete(form);
    byId("main").replaceWith(document.adoptNode(main));
    htmx.process(byId("main"));
    const files = main.querySelector("form[data-nothing-kept] [type=file]");
    if (files) files.files = chosen;
    markTitle(request.status === 422);
    focusOn(main.querySelector(".sk-error-summary") ?? main.querySelector("h1"));
  }

  function filesFailed(form, ctx, sentence) {
    sending.get(form)?.();
    sending.delete(form);
    form.querySelector(".sk-upload").hidden = true;
    if (ctx.response?.status !== 401) showError(ctx, sentence);
  }

  // ── focus ──────────────────────────────────────────────────────────────────────────────────────

  const FOCUSABLE = "[data-focus], .sk-undo button, button:not([disabled]), a[href], summary, input:not([type=hidden]), select, textarea";

  function focusOn(element) {
    if (!element) return;
    if (!element.matches("button, a[href], summary, input, select, textarea, [tabindex]")) element.tabIndex = -1;
    element.focus();
  }

  let leaving = null;                       // where focus was, when what it stands in is replaced

  on("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
    const main = tasks.find((task) => task.type === "main" && task.target?.contains?.(document.activeElement));
    const target = main?.target;
    leaving = target && target !== document.body ? { id: target.id, next: target.nextElementSibling, from: target.parentElement } : null;
  });

  /** Focus goes to what took the place, else to the next in the list, else to the heading above. */
  function keepFocus() {
    if (!leaving || document.activeElement !== document.body) return;
    const place = (leaving.id && byId(leaving.id)) || (leaving.next?.isConnected && leaving.next);
    if (place) focusOn(place.querySelector("[data-focus]") ?? place.querySelector(FOCUSABLE) ?? place);
    else focusOn(leaving.from?.closest("section, main")?.querySelector("h1, h2, h3"));
  }

  function markTitle(failed) {
    const bare = document.title.replace(/^Fejl: /, "");
    document.title = failed ? `Fejl: ${bare}` : bare;
  }

  /** What was done inside a cell of the board shows in the cell's own words at once. */
  function retell(ctx) {
    const cell = (byId(ctx.target?.id) ?? ctx.target)?.closest?.(".sk-cell");
    const filled = cell?.querySelector("[hx-get]");
    if (!filled || !isWrite(ctx)) return;
    const target = cell.querySelector("summary > span:not(.sr-only)");
    htmx.ajax("GET", filled.getAttribute("hx-get"), { target, select: "#sammendrag > *", swap: "innerHTML" });
  }

  /** What was refused is shown in the card it came from, else in place of the page: there the first fault has focus. */
  function tellOfRefusal(ctx) {
    const place = ctx.sourceElement.closest?.(".sk-task") ?? byId("main");
    byId("status")?.replaceChildren();
    focusOn([".sk-error-summary", "[aria-invalid=true]", "[data-fault]", "h1"].map((one) => place.querySelector(one)).find(Boolean));
  }

  on("htmx:after:swap", ({ detail: { ctx } }) => {
    repeatWhatTheServerSaid();
    retell(ctx);
    const status = ctx.response?.status;
    if (isWrite(ctx)) setTimeout(() => markTitle(status === 422));
    if (status === 409 || status === 422) return tellOfRefusal(ctx);
    const heading = (ctx.request.headers["HX-Boosted"] || ctx.push) && document.querySelector("main h1");
    if (heading) focusOn(heading); else keepFocus();
  });

  // ── forms that open in place, and menus ────────────────────────────────────────────────────────

  const PANEL = "details.sk-inline-form, details.sk-user, details.sk-more, details.sk-menu";
  let pressed = null;

  function close(details) {
    const opener = details.querySelector("summary");
    details.open = false;
    focusOn(opener.checkVisibility() ? opener : document.querySelector("main .sk-more > summary"));
  }

  on("toggle", ({ target }) => {
    if (!target.matches?.("details.sk-inline-form") || !target.open || pressed !== target) return;
    target.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  }, true);

  on("click", (event) => {
    const summary = event.target.closest("summary");
    pressed = summary?.parentElement ?? null;
    document.querySelectorAll("details.sk-user[open], details.sk-more[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
    const button = event.target.closest("[data-cover], [data-print], [data-copy], [data-close], [data-stay]");
    if (!button) return;
    if (button.matches("[data-cover]")) cover();
    if (button.matches("[data-print]")) window.print();
    if (button.matches("[data-copy]")) copy(document.querySelector(button.dataset.copy));
    if (button.matches("[data-close]")) close(button.closest("details"));
    if (button.matches("[data-stay]")) stay();
  });

  on("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    const panel = event.target.closest?.(PANEL);
    if (panel?.open) { event.preventDefault(); close(panel); }
  });

  /** Ctrl+Enter sends the form that one types in, also from a field of several lines. */
  on("keydown", (event) => {
    const form = event.target.matches?.("input, select, textarea") && event.target.form;
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.repeat || !form || form.method !== "post") return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("button:not([type=button])"));
  });

  async function copy(source) {
    try {
      await navigator.clipboard.writeText(source.textContent);
      say("Kopieret.");
    } catch {
      source.closest("details").open = true;
      getSelection().selectAllChildren(source);
      say("Teksten er markeret. Tryk Ctrl+C for at kopiere.");
    }
  }

  // ── dialogs ────────────────────────────────────────────────────────────────────────────────────

  const waiting = new Set();                // dialogs that came while the screen was covered

  function open(id) {
    const dialog = byId(id);
    if (!dialog || dialog.open) return dialog;
    if (covered) waiting.add(id); else dialog.showModal();
    return dialog;
  }

  on("htmx:confirm", (event) => {
    const { ctx, issueRequest, dropRequest } = event.detail;
    const dialog = byId("sk-confirm");
    if (!dialog) return;
    event.preventDefault();
    const button = ctx.request.submitter ?? ctx.sourceElement;
    dialog.querySelector("p").textContent = ctx.confirm;
    dialog.querySelector("[value=yes]").textContent = button.matches("button") ? button.innerText : "Fortsæt";
    dialog.returnValue = "";
    dialog.addEventListener("close", () => (dialog.returnValue === "yes" ? issueRequest() : dropRequest()), { once: true });
    dialog.showModal();
  });

  // ── signing in again over the untouched page ───────────────────────────────────────────────────

  let blocked = [];
  const tabs = "BroadcastChannel" in window ? new BroadcastChannel("session") : null;

  function askToSignIn(ctx) {
    if (ctx && !isPoll(ctx)) blocked.push(ctx);
    byId("sk-session")?.close();
    delete byId("sk-sign-in")?.dataset.done;
    open("sk-sign-in");
  }

  function signedIn(token) {
    document.querySelectorAll("input[name=csrf_token]").forEach((input) => { input.value = token; });
    document.body.setAttribute("hx-headers:inherited", JSON.stringify({ "X-CSRF-Token": token }));
    waiting.delete("sk-sign-in");
    const dialog = byId("sk-sign-in");
    if (dialog?.open) { dialog.dataset.done = ""; dialog.close(); }
    sessionProlonged();
    const requests = blocked;
    blocked = [];
    requests.forEach(again);
  }

  const WRONG = "Brugernavn eller adgangskode passer ikke.";

  async function signIn(form) {
    const problem = form.querySelector("[role=alert]");
    problem.textContent = "";
    try {
      const answer = await fetch(form.action, {
        method: "POST", headers: { Accept: "application/json" }, body: new URLSearchParams(new FormData(form)),
      });
      const told = await answer.json().catch(() => ({}));
      form.elements.password.value = "";
      if (answer.ok && told.reload) return location.reload();
      if (!answer.ok) throw told.error ?? (answer.status === 422 ? WRONG : ERRORS[answer.status]);
      signedIn(told.csrf_token);
      tabs?.postMessage({ token: told.csrf_token });
    } catch (error) {
      problem.textContent = typeof error === "string" ? error : "Det lykkedes ikke at logge ind. Prøv igen om lidt.";
      form.elements.password.focus();
    }
  }

  on("submit", (event) => {
    if (!event.target.closest("#sk-sign-in")) return;
    event.preventDefault();
    signIn(event.target);
  }, true);

  /** The page behind is hidden until someone has signed in; a browser lets a second Escape past `cancel`. */
  on("close", (event) => {
    if (event.target.id === "sk-sign-in" && !("done" in event.target.dataset)) event.target.showModal();
  }, true);

  // ── the session's end is told five minutes before; polls do not prolong it ─────────────────────

  let lastSeen = Date.now();

  function sessionProlonged(fromThisTab = true) {
    lastSeen = Date.now();
    waiting.delete("sk-session");
    byId("sk-session")?.close();
    if (fromThisTab) tabs?.postMessage({ prolonged: true });
  }

  tabs?.addEventListener("message", ({ data }) => (data.token ? signedIn(data.token) : sessionProlonged(false)));

  const ours = () => ({ ...JSON.parse(document.body.getAttribute("hx-headers:inherited") ?? "{}"), "HX-Request": "true" });

  async function stay() {
    try {
      const answer = await fetch("/session/forlaeng", { method: "POST", headers: ours() });
      if (answer.ok) sessionProlonged(); else askToSignIn();
    } catch {
      byId("sk-session").querySelector("[role=alert]").textContent = "Det lykkedes ikke. Prøv igen om lidt.";
    }
  }

  function watchSession() {
    const idle = seconds("idleSeconds", 0);
    if (!idle || byId("sk-sign-in")?.open) return;
    const left = idle - (Date.now() - lastSeen) / 1000;
    if (left <= 0) return askToSignIn();
    if (left > Math.min(300, idle / 2)) return;
    const dialog = open("sk-session");
    const minutes = Math.ceil(left / 60);
    const rest = minutes > 1 ? `${minutes} minutter` : "under 1 minut";
    const shown = dialog?.querySelector("[data-left]");
    if (shown && shown.textContent !== rest) shown.textContent = rest;
  }

  // ── Skjul skærm: at once, over everything, and nothing is lost ─────────────────────────────────

  let covered = null;
  let lastTouch = Date.now();
  let shifts = [];
  const NEUTRAL = "Koordinering";

  function cover() {
    const screen = byId("sk-cover");
    if (!screen || covered) return;
    covered = { title: document.title, focus: document.activeElement, at: Date.now() };
    screen.showModal();
    for (const part of document.body.children) if (part !== screen) part.inert = true;
    document.title = NEUTRAL;
  }

  function uncover() {
    const { title, focus } = covered;
    covered = null;
    for (const part of document.body.children) part.inert = false;
    byId("sk-cover").close();
    document.title = title;
    if (focus?.isConnected) focus.focus({ preventScroll: true });
    waiting.forEach(open);
    waiting.clear();
  }

  const QUIET = ["Alt", "AltGraph", "Control", "Meta", "CapsLock", "NumLock", "OS"];

  window.addEventListener("keydown", (event) => {
    lastTouch = Date.now();
    if (covered) {
      event.preventDefault();
      event.stopImmediatePropagation();
      const stillPressing = event.key === "Shift" && Date.now() - covered.at < 1000;
      if (!event.repeat && !QUIET.includes(event.key) && !stillPressing) uncover();
      return;
    }
    if (event.key !== "Shift") { shifts = []; return; }
    if (event.repeat) return;
    shifts = [...shifts.filter((at) => event.timeStamp - at < 1000), event.timeStamp];
    if (shifts.length >= 3) { shifts = []; cover(); }
  }, true);

  window.addEventListener("click", (event) => {
    if (!covered || !event.isTrusted) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    uncover();
  }, true);

  on("cancel", (event) => { if (event.target.id === "sk-cover") event.preventDefault(); }, true);
  on("htmx:finally:swap", () => {
    if (!covered || document.title === NEUTRAL) return;
    covered.title = document.title;
    document.title = NEUTRAL;
  });

  for (const sign of ["pointermove", "pointerdown", "wheel", "scroll", "input"]) {
    window.addEventListener(sign, () => { lastTouch = Date.now(); }, { capture: true, passive: true });
  }

  setInterval(() => {
    watchSession();
    if (document.body.dataset.idleSeconds && Date.now() - lastTouch > seconds("coverSeconds", 180) * 1000) cover();
  }, 1000);

  // ── leaving a page that holds changed, unsent text ─────────────────────────────────────────────

  const saved = new WeakMap();
  const OURS = ["csrf_token", "key", "version", "kladde"];

  const content = (form) => JSON.stringify(
    [...new FormData(form)].filter(([name]) => !OURS.includes(name)).map(([name, value]) => [name, value.name ?? value]),
  );
  const isGuarded = (form) => form.method === "post" && !form.matches("[data-unguarded]") && !form.querySelector("[type=password]");
  const isUnsent = (form) => isGuarded(form) && !sending.has(form)
    && (form.querySelector("[aria-invalid=true]") || (saved.has(form) && saved.get(form) !== content(form)));

  on("focusin", ({ target }) => {
    if (target.form && !saved.has(target.form)) saved.set(target.form, content(target.form));
  });

  window.addEventListener("beforeunload", (event) => {
    if ([...document.forms].some(isUnsent)) event.preventDefault();
  });

  // ── long texts are kept on the server while they are typed ─────────────────────────────────────

  const FIRST_MS = 2000;
  const EVERY_MS = 10000;
  const drafts = new Map();                 // form → what of it is kept, when that was, and the timer of the next time

  /** A draft is named by its form, so that the same sending that takes the form lets go of the draft. */
  function nameDraft(form, anew) {
    const field = form.querySelector("input[name=kladde]") ?? Object.assign(document.createElement("input"), { type: "hidden", name: "kladde" });
    const letters = crypto.getRandomValues(new Uint8Array(26));
    if (!field.value || anew) field.value = Array.from(letters, (one) => "abcdefghijklmnopqrstuvwxyz234567"[one % 32]).join("");
    if (!field.isConnected) form.prepend(field);
  }

  function tellOfDraft(form, sentence) {
    const line = form.querySelector("[data-kept]") ?? form.appendChild(document.createElement("p"));
    line.className = "sk-meta";
    line.dataset.kept = "";
    if (line.textContent !== sentence) line.textContent = sentence;
  }

  function keepSoon(form) {
    const draft = drafts.get(form);
    draft.timer ??= setTimeout(keep, Math.max(FIRST_MS, draft.at + EVERY_MS - Date.now()), form);
  }

  async function keep(form) {
    const draft = drafts.get(form);
    const typed = content(form);
    clearTimeout(draft.timer);
    draft.timer = null;
    if (!form.isConnected || sending.has(form) || underWay.has(form) || (draft.typed ?? saved.get(form)) === typed) return;
    draft.at = Date.now();
    nameDraft(form);
    const body = new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));
    body.set("kladde_til", new URL(form.getAttribute("action"), location.href).pathname);
    body.set("kladde_side", location.pathname);
    try {
      const answer = await fetch("/kladder", { method: "POST", headers: ours(), body, keepalive: `${body}`.length < 60000 });
      if (answer.status === 409) nameDraft(form, true);
      if (!answer.ok) throw answer.status;
      draft.typed = typed;
      tellOfDraft(form, `Kladde gemt kl. ${(await answer.json()).at}`);
    } catch (status) {
      if (status !== 409) tellOfDraft(form, "Kladden er ikke gemt. Din tekst står her stadig.");
      keepSoon(form);
    }
  }

  on("input", ({ target }) => {
    const form = target.form;
    if (!form?.matches("[data-draft]")) return;
    if (!drafts.has(form)) drafts.set(form, { at: -Infinity });
    keepSoon(form);
  });

  on("visibilitychange", () => {
    if (document.hidden) drafts.forEach((draft, form) => { if (draft.timer) keep(form); });
  });

  // ── the page has just come ─────────────────────────────────────────────────────────────────────

  repeatWhatTheServerSaid();
  if (document.body.dataset.idleSeconds) sessionProlonged();
})();
