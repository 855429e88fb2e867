/* Huiyin works without this file; it only saves steps. ES2018, no inline code. */
"use strict";

(function () {
  const every = (root, selector, act) => root.querySelectorAll(selector).forEach(act);
  const made = (name, text) => Object.assign(document.createElement(name), text ? { textContent: text } : {});

  /* ── large type: at once and for good, without leaving what is being typed */

  const typeSwitch = (link) => {
    link.hidden = false;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const large = document.documentElement.classList.toggle("large");
      document.cookie = "type=" + (large ? "large; max-age=315360000" : "; max-age=0") + "; path=/; samesite=lax";
      link.textContent = large ? link.dataset.normal : link.dataset.large;
    });
  };

  /* ── the card */

  /* Its QR carries number and code behind #, which never leaves the phone by itself. */
  const cardForm = (form) => {
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
  };

  /* Scanned while another card is open: that one is shut first. A browser carries what stands behind # along. */
  const shutCard = (link) => {
    const shut = () => /^#\d+-\d{16}$/.test(location.hash) && location.replace(link.href + location.hash);
    window.addEventListener("hashchange", shut);
    shut();
  };

  const copyButton = (button) => {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", () =>
      navigator.clipboard.writeText(button.dataset.copy).then(() => (button.textContent = button.dataset.copied))
    );
  };

  const printButton = (button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  };

  /* What is folded on the screen is part of the paper. */
  window.addEventListener("beforeprint", () => every(document, "details.qr", (details) => (details.open = true)));

  /* ── sending: one tap sends once; coming back with the back button makes the button whole again */

  const sendOnce = (form) => {
    const button = form.querySelector("[data-busy]");
    const label = button.textContent;
    const rest = () => {
      button.disabled = false;
      button.textContent = label;
    };
    form.addEventListener("submit", (event) => {
      if (button.disabled) return event.preventDefault();
      button.disabled = true;
      button.textContent = button.dataset.busy;
      if (form.dataset.draft) drafts.isSent(drafts.NAME, "number");
      if (!form.chosen || !form.chosen.length) return;
      event.preventDefault();
      sendWithPhotos(form, button, rest);
    });
    window.addEventListener("pageshow", rest);
  };

  /* Photos take time: made smaller first, then sent with a bar, and the page stays until the answer is there. */
  const sendWithPhotos = (form, button, rest) => {
    const bar = made("progress");
    button.before(bar);
    const trouble = (sentence) => {
      bar.remove();
      rest();
      every(form, ".trouble", (old) => old.remove());
      const said = made("p", sentence || form.dataset.trouble);
      said.className = "notice trouble";
      said.setAttribute("role", "alert");
      button.before(said);
    };
    Promise.all(form.chosen.map((photo) => photo.small)).then((files) => {
      const data = new FormData(form);
      data.delete("photos");
      files.forEach((file, n) => data.append("photos", file, form.chosen[n].name));
      const request = new XMLHttpRequest();
      request.open("POST", form.action);
      request.setRequestHeader("HX-Request", "true");
      request.upload.onprogress = (sent) => {
        if (sent.lengthComputable) bar.value = sent.loaded / sent.total;
      };
      request.onerror = () => trouble();
      request.onload = () => {
        const next = request.getResponseHeader("HX-Redirect");
        if (next) return location.assign(next);
        const page = new DOMParser().parseFromString(request.responseText, "text/html");
        if ([409, 422].includes(request.status) && page.getElementById("main")) return askAgain(page, form.chosen);
        const [told] = page.querySelectorAll("#main h1");
        trouble(request.status === 413 && told && told.textContent);
      };
      request.send(data);
    });
  };

  /* The page with its faults, or the 110 page, in place of the one that was sent; the photos go along. */
  const askAgain = (page, photos) => {
    document.title = page.title;
    const main = document.getElementById("main");
    main.replaceWith(page.getElementById("main"));
    window.scrollTo(0, 0);
    wake(document.getElementById("main"));
    every(document, "input[data-most]", (input) => input.take(photos));
    every(document, ".lost", (said) => said.remove());
  };

  /* ── photos: seen before they are sent, taken out again, chosen in several goes */

  const SIDE = 1600;
  const CAN_SHRINK = window.createImageBitmap && CSS.supports("image-orientation: from-image"); // else it might lie on its side

  const drawn = (bitmap, side) => {
    const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
    const canvas = made("canvas");
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    return canvas;
  };

  /* A form that sends itself carries its photos in the field: small ones, as soon as they are. */
  const carry = (input, photos) => {
    const files = new DataTransfer();
    photos.forEach((photo) => files.items.add(photo.file));
    input.files = files.files;
  };
  const CAN_CARRY = (() => {
    try {
      return Boolean(new DataTransfer());
    } catch (_) {
      return false;
    }
  })();

  const photoInput = (input) => {
    const form = input.form;
    const carries = !("once" in form.dataset);
    if (carries && !CAN_CARRY) return;
    const most = Number(input.dataset.most);
    const list = made("ul");
    list.className = "photos";
    input.after(list);
    let turn = Promise.resolve();
    form.chosen = [];

    const show = (photo) => {
      const item = made("li");
      const remove = made("button", input.dataset.remove);
      remove.type = "button";
      remove.className = "quiet";
      remove.setAttribute("aria-label", input.dataset.remove + " " + photo.name);
      remove.addEventListener("click", () => {
        form.chosen.splice(form.chosen.indexOf(photo), 1);
        item.remove();
        if (carries) carry(input, form.chosen);
        input.focus();
      });
      const name = made("span", photo.name);
      item.append(name, remove);
      list.append(item);
      photo.small.then(() => photo.preview && name.replaceWith(photo.preview));
    };

    const shrink = (photo, file) =>
      createImageBitmap(file).then((bitmap) => {
        photo.preview = drawn(bitmap, 240);
        const small = drawn(bitmap, SIDE);
        bitmap.close();
        return new Promise((done) => small.toBlob((blob) => done(blob && blob.size < file.size ? blob : file), "image/jpeg", 0.85));
      });

    /* One at a time: a phone has little memory. What it can't read, the server may. */
    const add = (file) => {
      const photo = { name: file.name, file };
      photo.small = turn = turn.then(() => (CAN_SHRINK ? shrink(photo, file).catch(() => file) : file));
      form.chosen.push(photo);
      show(photo);
      photo.small.then((small) => {
        if (small !== file) photo.file = new File([small], file.name);
        if (carries) carry(input, form.chosen);
      });
    };

    input.take = (photos) => {
      form.chosen = photos.slice();
      photos.forEach(show);
    };
    input.addEventListener("change", () => {
      const room = most - form.chosen.length;
      const files = Array.from(input.files);
      every(form, ".too-many", (old) => old.remove());
      if (files.length > room) {
        const said = made("p", input.dataset.tooMany);
        said.className = "fault too-many";
        said.setAttribute("role", "alert");
        input.before(said);
      }
      files.slice(0, Math.max(0, room)).forEach(add);
      if (carries) carry(input, form.chosen);
      else input.value = "";
    });
  };

  /* ── drafts: the texts of a form, for a day, on this phone only; of a complaint none */

  const drafts = {
    NAME: "huiyin-draft",
    DAY: 24 * 3600 * 1000,
    names() {
      try {
        return Object.keys(localStorage).filter((name) => name.startsWith(this.NAME));
      } catch (_) {
        return [];
      }
    },
    read(name) {
      try {
        const kept = JSON.parse(localStorage.getItem(name));
        if (kept && Date.now() - kept.at < this.DAY) return kept;
      } catch (_) {} // eslint-disable-line no-empty
      this.keep(name, null);
      return null;
    },
    keep(name, kept) {
      try {
        if (kept) localStorage.setItem(name, JSON.stringify(kept));
        else localStorage.removeItem(name);
      } catch (_) {} // eslint-disable-line no-empty
    },
    /* It went off; that it arrived is known once a page shows the element with the id `proof`. */
    isSent(name, proof) {
      const kept = this.read(name);
      if (kept) this.keep(name, Object.assign(kept, { sent: proof }));
    },
  };

  const draftForm = (form) => {
    const fields = Array.from(form.querySelectorAll("[name=body], [name=place], [name=points]"));
    const note = document.getElementById(form.dataset.draft);
    const texts = () => fields.map((field) => field.value);
    const plate = form.elements.plate.value; // a place belongs to the plate that was scanned
    const isWritten = () => fields.some((field) => field.name !== "place" && field.value);
    const isComplaint = () => form.elements.kind.value === "complaint";
    const kept = drafts.read(drafts.NAME);
    if (kept && !form.elements.body.value) {
      fields.forEach((field, n) => {
        if (!field.value && (field.name !== "place" || kept.plate === plate)) field.value = kept.texts[n] || "";
      });
      every(form, "details", (details) => {
        if (fields.some((field) => field.value && details.contains(field))) details.open = true;
      });
    }
    note.hidden = !kept;
    form.addEventListener("input", () => {
      const keeps = isWritten() && !isComplaint();
      drafts.keep(drafts.NAME, keeps ? { at: Date.now(), texts: texts(), plate } : null);
      note.hidden = !keeps;
    });
    note.querySelector("button").addEventListener("click", () => {
      fields.forEach((field) => (field.value = ""));
      drafts.keep(drafts.NAME, null);
      note.hidden = true;
      form.elements.body.focus();
    });
  };

  /* The form of a step, by whom, record and step: staff's own words only, never how somebody can be reached. */
  const COUNTED = "[data-more], [type=time]"; // what may stand there before anybody types
  const KEPT = "[name=text], [name=words], [name=summary], [name=diary], [name=late_because], " + COUNTED;
  const draftName = (form) => drafts.NAME + "/" + form.dataset.keep;

  const keptForm = (form) => {
    const name = draftName(form);
    const note = form.querySelector(".draft");
    const fields = Array.from(form.querySelectorAll(KEPT));
    const isWritten = (field) => field.value && (field.value !== field.defaultValue || !field.matches(COUNTED));
    const kept = drafts.read(name);
    const isLost = (field) => (!field.value || field.matches(COUNTED)) && kept.texts[field.name] && kept.texts[field.name] !== field.value;
    const restored = kept ? fields.filter(isLost) : [];
    restored.forEach((field) => (field.value = kept.texts[field.name]));
    every(form, "details", (details) => {
      if (restored.some((field) => details.contains(field))) details.open = true;
    });
    note.hidden = !restored.length;
    form.addEventListener("input", () => {
      const texts = {};
      fields.forEach((field) => (texts[field.name] = field.value));
      drafts.keep(name, fields.some(isWritten) ? { at: Date.now(), texts } : null);
    });
    note.querySelector("button").addEventListener("click", () => {
      restored.forEach((field) => (field.value = field.defaultValue));
      drafts.keep(name, null);
      note.hidden = true;
      restored[0].focus();
    });
    form.addEventListener("htmx:beforeOnLoad", (event) => {
      if (event.target === form && event.detail.xhr.status === 200) drafts.keep(name, null);
    });
    form.addEventListener("submit", () => {
      if (!window.htmx) drafts.isSent(name, form.dataset.keep.split("/")[1]);
    });
  };

  /* No signal: what was typed stays, the button says so, and sending again does it once, for the version is the same. */
  const saysTrouble = (form) => {
    const button = form.querySelector("button.main");
    const label = button.textContent;
    const said = made("p", form.dataset.trouble);
    said.className = "notice trouble";
    said.setAttribute("role", "alert");
    form.addEventListener("htmx:beforeRequest", () => {
      said.remove();
      button.textContent = label;
    });
    ["htmx:sendError", "htmx:timeout"].forEach((name) =>
      form.addEventListener(name, () => {
        button.before(said);
        button.textContent = form.dataset.again;
      })
    );
  };

  /* Counting with a thumb: one less, one more. */
  const counter = (input) => {
    const box = made("span");
    box.className = "counter";
    const [less, more] = [-1, 1].map((step) => {
      const button = made("button", step < 0 ? "−" : "+");
      button.type = "button";
      button.className = "quiet";
      const label = input.labels.length ? input.labels[0].textContent : "";
      button.setAttribute("aria-label", label + " " + (step < 0 ? input.dataset.less : input.dataset.more));
      button.addEventListener("click", () => {
        input.value = Math.max(0, (parseInt(input.value, 10) || 0) + step);
        input.dispatchEvent(new Event("input", { bubbles: true }));
      });
      return button;
    });
    input.replaceWith(box);
    box.append(less, input, more);
  };

  /* The answers that a station often gives: a button each, which puts it behind what is typed and marks what to fill in. */
  const phrases = (details) => {
    const form = details.closest("form");
    const field = form.elements.text;
    const buttons = made("div");
    buttons.className = "phrases buttons";
    every(details, ".phrase", (phrase) => {
      const button = made("button", phrase.querySelector("b").textContent);
      button.type = "button";
      button.className = "quiet " + phrase.className;
      button.addEventListener("click", () => {
        const before = field.value.trimEnd();
        const start = before ? before.length + 1 : 0;
        field.value = (before && before + "\n") + phrase.querySelector(".said").textContent;
        const outcome = form.querySelector(`[name=outcome][value="${phrase.dataset.outcome}"]`);
        if (outcome && !form.querySelector("[name=outcome]:checked")) outcome.checked = true;
        field.dispatchEvent(new Event("input", { bubbles: true }));
        field.focus();
        const gap = /【[^】]*】/.exec(field.value.slice(start));
        if (gap) field.setSelectionRange(start + gap.index, start + gap.index + gap[0].length);
      });
      buttons.append(button);
    });
    details.querySelector("ul").replaceWith(buttons);
    details.open = true;
  };

  /* A tablet goes from hand to hand: who signs out leaves nothing behind. */
  const forgetting = (form) =>
    form.addEventListener("submit", () => drafts.names().forEach((name) => drafts.keep(name, null)));

  /* ── waking what a page holds, and what comes later */

  const wake = (root) => {
    every(root, "input[data-most]", photoInput);
    every(root, "form[data-once]", sendOnce);
    every(root, "form[data-draft]", draftForm);
    every(root, "[data-more]", counter);
    every(root, "form[data-again]", saysTrouble);
    every(root, "form[data-keep]", keptForm);
    every(root, "form[data-forget]", forgetting);
    every(root, "details.phrases", phrases);
    every(root, "[data-card-form]", cardForm);
    every(root, "[data-shut]", shutCard);
    every(root, "[data-copy]", copyButton);
    every(root, "[data-print]", printButton);
    focus(root);
  };

  /* What went wrong takes the focus, on a page and in a piece that htmx brought. */
  const focus = (root) => {
    const first = root.querySelector("[data-focus]");
    if (first) first.focus();
  };

  every(document, "#type", typeSwitch);
  wake(document);
  document.addEventListener("htmx:load", (event) => event.detail.elt === document.body || wake(event.detail.elt));

  /* A record that took the place of its form: its title says where one is now. */
  document.addEventListener("htmx:load", (event) => {
    const title = event.detail.elt.matches(".record") && event.detail.elt.querySelector("h1");
    if (!title) return;
    document.title = title.textContent;
    title.tabIndex = -1;
    title.focus();
  });

  const asked = Array.from(document.querySelectorAll("form[data-keep]"), draftName);
  drafts.names().forEach((name) => {
    const left = drafts.read(name); // also forgets what is older than a day
    if (left && left.sent && document.getElementById(left.sent) && !asked.includes(name)) drafts.keep(name, null);
  });
})();
