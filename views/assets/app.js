// Enhances pages that work without it: nothing here may be needed to get through.
// @ts-check

/** After an error the reader starts at the summary, after a deed at its outcome, not at the top. */
function focusNews() {
  const news = document.querySelector('.summary, .notice[tabindex]');
  if (news instanceof HTMLElement) news.focus();
}

/** @param {HTMLButtonElement} button */
function enableShowPassword(button) {
  const input = document.getElementById(button.getAttribute('aria-controls') ?? '');
  const status = button.nextElementSibling;
  if (!(input instanceof HTMLInputElement)) return;
  /** @param {boolean} shown */
  const show = (shown) => {
    input.type = shown ? 'text' : 'password';
    button.textContent = (shown ? button.dataset.hide : button.dataset.show) ?? '';
  };
  button.hidden = false;
  button.addEventListener('click', () => {
    show(input.type === 'password');
    if (status) status.textContent = (input.type === 'text' ? button.dataset.shown : button.dataset.hidden) ?? '';
  });
  // Browsers offer to save only what is a password when it is sent.
  input.form?.addEventListener('submit', () => show(false));
}

/** @param {HTMLElement} list */
function enableChecklist(list) {
  const input = document.getElementById(list.dataset.for ?? '');
  const status = document.getElementById('rules-status');
  if (!(input instanceof HTMLInputElement) || !status) return;
  // Set here because validators do not know the attribute.
  if (list.dataset.passwordrules) input.setAttribute('passwordrules', list.dataset.passwordrules);
  const rules = [...list.querySelectorAll('li')].map((item) => {
    const state = item.appendChild(document.createElement('span'));
    state.className = 'visually-hidden';
    // The server's own rule: the page knows none of its own.
    return { item, state, pattern: new RegExp(item.dataset.pattern ?? '', 'u') };
  });
  let timer = 0;
  const update = () => {
    const password = input.value.normalize('NFC');
    let met = 0;
    for (const { item, state, pattern } of rules) {
      const good = pattern.test(password);
      item.classList.toggle('met', good);
      state.textContent = ` (${good ? list.dataset.met : list.dataset.unmet})`;
      if (good) met += 1;
    }
    const progress = list.dataset.progress?.replace('{met}', `${met}`).replace('{total}', `${rules.length}`);
    clearTimeout(timer);
    // Said once typing pauses, else every key would interrupt.
    timer = setTimeout(() => {
      status.textContent = (met === rules.length ? list.dataset.done : progress) ?? '';
    }, 1000);
  };
  input.addEventListener('input', update);
}

/** @param {HTMLFormElement} form */
function guardDoubleSubmit(form) {
  let sent = false;
  form.addEventListener('submit', (event) => {
    if (sent) event.preventDefault();
    sent = true;
    // A lost connection or the back button must not leave a dead form.
    setTimeout(() => {
      sent = false;
    }, 5000);
  });
}

/** @param {HTMLElement} status */
function pollLink(status) {
  let misses = 0;
  const timer = setInterval(async () => {
    const opened = await fetch(status.dataset.poll ?? '', { headers: { accept: 'application/json' } })
      .then((response) => (response.ok ? response.json() : Promise.reject(response.status)))
      .then((answer) => answer.opened === true)
      .catch(() => {
        misses += 1;
        return false;
      });
    if (opened) {
      status.textContent = status.dataset.opened ?? '';
      status.classList.replace('info', 'status');
    }
    if (opened || misses === 3) clearInterval(timer);
  }, 5000);
}

// The way back to a client that wants its answer posted: nobody has to press the button.
for (const form of document.querySelectorAll('form[data-onward]')) {
  if (form instanceof HTMLFormElement) addEventListener('load', () => form.submit());
}

focusNews();
for (const button of document.querySelectorAll('button[data-show]')) {
  if (button instanceof HTMLButtonElement) enableShowPassword(button);
}
for (const form of document.forms) guardDoubleSubmit(form);
for (const element of document.querySelectorAll('.rules, [data-poll]')) {
  if (!(element instanceof HTMLElement)) continue;
  if (element.dataset.poll) pollLink(element);
  else enableChecklist(element);
}
