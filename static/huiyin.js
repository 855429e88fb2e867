/* Huiyin works without this file; it only saves steps. ES2018, no inline code. */
"use strict";

(function () {
  const each = (selector, act) => document.querySelectorAll(selector).forEach(act);

  /* Large type at once and for good, without leaving what is being typed. */
  each("#type", (link) =>
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const large = document.documentElement.classList.toggle("large");
      document.cookie = "type=" + (large ? "large; max-age=315360000" : "; max-age=0") + "; path=/; samesite=lax";
      link.textContent = large ? link.dataset.normal : link.dataset.large;
    })
  );

  /* The QR of a card carries number and code behind #, which never leaves the phone by itself. */
  each("[data-card-form]", (form) => {
    const open = () => {
      const [, number, code] = location.hash.match(/^#(\d+)-(\d{16})$/) || [];
      if (!code) return;
      history.replaceState(null, "", location.pathname);
      form.elements.number.value = number;
      form.elements.code.value = code;
      form.submit();
    };
    window.addEventListener("hashchange", open);
    open();
  });

  /* One tap sends once; coming back with the back button makes the button whole again. */
  each("form[data-once]", (form) => {
    const button = form.querySelector("[data-busy]");
    const label = button.textContent;
    form.addEventListener("submit", (event) => {
      if (button.disabled) return event.preventDefault();
      button.disabled = true;
      button.textContent = button.dataset.busy;
    });
    window.addEventListener("pageshow", () => {
      button.disabled = false;
      button.textContent = label;
    });
  });

  each("[data-copy]", (button) => {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", () =>
      navigator.clipboard.writeText(button.dataset.copy).then(() => (button.textContent = button.dataset.copied))
    );
  });

  /* What is folded on the screen is part of the paper. */
  window.addEventListener("beforeprint", () => each("details.qr", (details) => (details.open = true)));
  each("[data-print]", (button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });

  /* What went wrong takes the focus, on a page and in a piece that htmx brought. */
  const focus = (root) => {
    const first = root.querySelector("[data-focus]");
    if (first) first.focus();
  };
  focus(document);
  document.addEventListener("htmx:load", (event) => focus(event.detail.elt));
})();
