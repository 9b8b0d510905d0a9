// While somebody types: what the check says of it. Pages that wait for something renew themselves.
// Without this script the buttons do the same.
"use strict";
(() => {
  const form = document.querySelector("form[data-check]");
  const found = document.getElementById("found");
  let timer = 0;
  let asked = 0;
  async function check() {
    const mine = ++asked;
    const body = new FormData(form);
    try {
      const answer = await fetch(form.dataset.check, {
        method: "POST",
        body,
        headers: { "X-CSRF-Token": body.get("csrf") },
      });
      if (answer.ok && mine === asked) found.innerHTML = await answer.text();
    } catch {
      // The button "Save and check" says what is wrong.
    }
  }
  if (form && found) {
    form.addEventListener("input", (event) => {
      if (event.target.name === "reason") return;
      clearTimeout(timer);
      timer = setTimeout(check, 700);
    });
    // A problem's field may be folded away.
    found.addEventListener("click", (event) => {
      const link = event.target.closest("a[href^='#']");
      const target = link && document.getElementById(link.getAttribute("href").slice(1));
      for (let each = target; each; each = each.parentElement) {
        if (each instanceof HTMLDetailsElement) each.open = true;
      }
    });
  }
  const waiting = document.getElementById("progress");
  async function renew() {
    try {
      const answer = await fetch(location.href);
      const text = await answer.text();
      const page = new DOMParser().parseFromString(text, "text/html");
      const fresh = page.getElementById("progress");
      const here = document.getElementById("progress");
      if (!answer.ok || !fresh || !here) return;
      const ended = here.dataset.reload && !fresh.dataset.reload;
      if (ended) {
        location.reload();
        return;
      }
      if (!here.contains(document.activeElement)) here.replaceWith(fresh);
    } catch {
      // The next round asks again.
    }
    later();
  }
  function later() {
    const seconds = Number(document.getElementById("progress")?.dataset.reload);
    if (seconds) setTimeout(renew, seconds * 1000);
  }
  if (waiting) later();
})();
