/* Passkeys: the browser makes one, or signs with one, for a form that carries the answer. */
import { on, onPress, ours } from "./page.js";

const CAN = Boolean(window.PublicKeyCredential?.parseCreationOptionsFromJSON && navigator.credentials);

function show() {
  document.querySelectorAll("[data-passkey]").forEach((one) => { one.hidden = !CAN; });
  document.querySelectorAll("[data-no-passkey]").forEach((one) => { one.hidden = CAN; });
}

async function asked(place) {
  const answer = await fetch(place.dataset.challenge, { method: "POST", headers: ours() });
  if (!answer.ok) throw new Error(answer.status === 401 ? "Du er logget af. Genindlæs siden." : "Det lykkedes ikke. Prøv igen om lidt.");
  return (await answer.json()).publicKey;
}

async function answered(place) {
  const options = await asked(place);
  const made = place.dataset.passkey === "create"
    ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
    : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  return JSON.stringify(made);
}

const SAID = {
  NotAllowedError: "Adgangsnøglen blev ikke brugt. Prøv igen.",
  InvalidStateError: "Den adgangsnøgle er tilføjet i forvejen.",
};

onPress("[data-passkey] button", async (button) => {
  const place = button.closest("[data-passkey]");
  const problem = place.querySelector("[role=alert]");
  const { form } = button;
  const empty = [form.elements.password, form.elements.name].find((field) => field && !field.value);
  problem.textContent = empty ? `Udfyld først «${empty.labels[0].textContent}».` : "";
  if (empty) return empty.focus();
  button.disabled = true;
  try {
    form.elements.answer.value = await answered(place);
    form.requestSubmit();
  } catch (error) {
    const elsewhere = place.dataset.base && place.dataset.base !== location.origin;
    problem.textContent = elsewhere ? `Adgangsnøgler virker kun på ${place.dataset.base}.` : SAID[error.name] ?? (error.name === "Error" ? error.message : "Det lykkedes ikke. Prøv igen.");
  } finally {
    button.disabled = false;
  }
});

on("htmx:after:swap", show);
show();
