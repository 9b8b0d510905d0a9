// The element <signpost-chat>. A script tag alone makes one. What stands inside the element is what
// is seen while this script has not run, or never does: the emergency panel and a link to /chat.

const SCRIPT = document.currentScript;
const SERVER = new URL(SCRIPT.src).origin;

const setting = (element, name) => element.dataset[name] ?? SCRIPT.dataset[name] ?? "";

const settingsOf = (element) => ({
  server: SERVER,
  language: setting(element, "language") || document.documentElement.lang.split("-")[0],
  position: setting(element, "position") === "left" ? "left" : "right",
  colour: setting(element, "colour"),
  open: ["", "true"].includes(element.dataset.open ?? SCRIPT.dataset.open ?? "no"),
  context: setting(element, "context"),
  leave: setting(element, "leave"),
});

/** Styles that a strict Content-Security-Policy of the page does not stop. */
const style = (root) => {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(BUILT.css);
    root.adoptedStyleSheets = [sheet];
  } catch {
    root.append(el("style", {}, BUILT.css));
  }
};

class SignpostChat extends HTMLElement {
  connectedCallback() {
    if (this.shadowRoot) return;
    const root = this.attachShadow({ mode: "open" });
    style(root);
    this.chat = new Chat(root, settingsOf(this));
  }
}

const begin = () => {
  if (!customElements.get("signpost-chat")) customElements.define("signpost-chat", SignpostChat);
  if (!document.querySelector("signpost-chat")) document.body.append(el("signpost-chat"));
};

if (document.body) begin();
else addEventListener("DOMContentLoaded", begin);
