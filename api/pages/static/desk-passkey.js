// A form that a passkey answers: what the browser gives is put into its field, then the form is sent as any other.
// Without this script, or in a browser without passkeys, such a form is not shown.

const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const named = (keys) => (keys ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

function asked(told) {
  const options = { ...told, challenge: bytes(told.challenge) };
  if (told.user) options.user = { ...told.user, id: bytes(told.user.id) };
  if (told.excludeCredentials) options.excludeCredentials = named(told.excludeCredentials);
  if (told.allowCredentials) options.allowCredentials = named(told.allowCredentials);
  return { publicKey: options };
}

function answered(credential) {
  const given = credential.response;
  const response = { clientDataJSON: text(given.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (given[name]) response[name] = text(given[name]);
  }
  if (given.getTransports) response.transports = given.getTransports();
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  });
}

async function send(form) {
  const [alert, button] = [form.querySelector("[role=alert]"), form.querySelector("button")];
  alert.hidden = true;
  button.disabled = true;
  try {
    const credential = await navigator.credentials[form.dataset.passkey](asked(JSON.parse(form.dataset.options)));
    form.elements.credential.value = answered(credential);
    form.submit();
  } catch {
    alert.textContent = form.dataset.failed;
    alert.hidden = false;
    button.disabled = false;
  }
}

if (window.PublicKeyCredential && navigator.credentials) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void send(form);
    });
  }
  for (const told of document.querySelectorAll("[data-without-passkeys]")) told.hidden = true;
}
