// Passkeys: what the server wants asked of the authenticator, and its answer into a form. Part of app.js (http/assets.ts).
// Written out by hand, since neither browsers nor password managers can all be relied on for toJSON and its likes.
// @ts-check

{
  /** Well within the life of a challenge, so that a page that stays open keeps working. */
  const refreshMs = 240_000;

  /** @param {string} text */
  const bytesOf = (text) =>
    Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));
  /** @param {ArrayBuffer} buffer */
  const textOf = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .replaceAll('=', '');
  /** @param {{ id: string }[]} credentials */
  const idsOf = (credentials = []) => credentials.map((one) => ({ ...one, id: bytesOf(one.id) }));

  /** @param {any} options */
  const decoded = (options) => ({
    ...options,
    challenge: bytesOf(options.challenge),
    ...(options.user && { user: { ...options.user, id: bytesOf(options.user.id) } }),
    ...(options.allowCredentials && { allowCredentials: idsOf(options.allowCredentials) }),
    ...(options.excludeCredentials && { excludeCredentials: idsOf(options.excludeCredentials) }),
  });

  /** @param {any} credential */
  function encoded({ id, rawId, type, response }) {
    /** @type {Record<string, unknown>} */
    const sent = { clientDataJSON: textOf(response.clientDataJSON) };
    for (const name of ['authenticatorData', 'signature', 'attestationObject', 'userHandle'])
      if (response[name]) sent[name] = textOf(response[name]);
    // An assertion's alone: a new credential tells its authenticator's data a second time.
    if (response.attestationObject) {
      delete sent.authenticatorData;
      sent.transports = response.getTransports?.() ?? [];
    }
    return JSON.stringify({ id, rawId: textOf(rawId), type, response: sent });
  }

  /**
   * What is to be asked, read anew before its challenge dies.
   * @param {HTMLFormElement} form
   */
  function questionOf({ dataset: { passkey = '{}', refresh } }) {
    let options = JSON.parse(passkey);
    let readAt = Date.now();
    return async () => {
      if (refresh && Date.now() - readAt > refreshMs) {
        options = (await fetch(refresh).then((answer) => answer.json())) ?? options;
        readAt = Date.now();
      }
      return decoded(options);
    };
  }

  /** @param {HTMLFormElement} form */
  function enablePasskey(form) {
    const field = form.elements.namedItem('credential');
    const button = form.querySelector('button');
    if (!(field instanceof HTMLInputElement) || !button) return;
    const question = questionOf(form);
    let waiting = new AbortController();
    button.hidden = false;
    for (const note of form.querySelectorAll('[data-no-passkey]')) note.remove();

    /** @param {Credential | null} credential */
    const send = (credential) => {
      if (!credential) return;
      field.value = encoded(credential);
      form.submit();
    };
    /** @param {boolean} asked by the button, and not only offered in the address field */
    const ask = async (asked) => {
      // One question at a time: a browser refuses the second.
      waiting.abort();
      waiting = new AbortController();
      const { signal } = waiting;
      const publicKey = await question();
      if (signal.aborted) return;
      if (publicKey.user) return send(await navigator.credentials.create({ publicKey, signal }));
      send(await navigator.credentials.get({ publicKey, signal, ...(!asked && { mediation: 'conditional' }) }));
    };
    let pressed = false;
    const offer = async () => {
      if (form.dataset.conditional === undefined || pressed) return;
      if (await PublicKeyCredential.isConditionalMediationAvailable?.()) ask(false).catch(() => {});
    };
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      if (pressed) return;
      pressed = true;
      // The person said no, or waited too long, or there is none: the page stands as it was.
      await ask(true).catch(() => {});
      pressed = false;
      if (field.value === '') offer();
    });
    offer();
    // Offered again with a challenge that still lives.
    setInterval(offer, refreshMs + 1_000);
  }

  if (window.PublicKeyCredential) {
    for (const form of document.querySelectorAll('form[data-passkey]'))
      if (form instanceof HTMLFormElement) enablePasskey(form);
  }
}
