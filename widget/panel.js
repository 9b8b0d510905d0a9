// What is seen: the launcher and the panel. The emergency panel stands here, not in what the bot
// says, so that it is there whatever happens to the bot.

// On a phone the panel takes the whole screen and the page behind it is out of reach.
const SMALL = "(max-width: 40rem), (max-height: 34rem)";

class Panel {
  /** `acts` are the functions that its controls call. */
  constructor(root, words, settings, acts) {
    this.words = words;
    this.acts = acts;
    this.launcher = this.makeLauncher();
    this.log = el("div", { class: "log", role: "log", "aria-label": words.conversation });
    this.notices = el("div", { class: "notices" });
    this.status = el("div", { class: "status", role: "status" });
    this.choices = el("div", { class: "choices", role: "group", "aria-label": words.choose, hidden: true });
    this.feedback = el("div", { class: "feedback", hidden: true });
    this.title = el("h2", { id: "title", tabindex: "-1" }, words.heading);
    this.council = el("span", { class: "council" });
    this.emergencyCeop = null;
    this.body = this.makeBody();
    this.dialog = this.makeDialog();
    this.app = el(
      "div",
      { class: `app ${settings.position}`, lang: words.language, dir: words.direction },
      this.launcher,
      this.dialog,
    );
    this.paint(settings.colour);
    root.append(this.app);
  }

  get isOpen() {
    return this.dialog.open;
  }

  show() {
    if (this.isOpen) return;
    if (matchMedia(SMALL).matches) this.dialog.showModal();
    else this.dialog.show();
    this.launcher.setAttribute("aria-expanded", "true");
    this.app.classList.add("open");
  }

  hide() {
    if (this.isOpen) this.dialog.close();
    this.launcher.setAttribute("aria-expanded", "false");
    this.app.classList.remove("open");
  }

  /** Say something about the chat itself, with buttons to press if any. */
  say(text, ...buttons) {
    this.status.replaceChildren(...(text ? [el("p", {}, text)] : []), ...buttons);
    // What the reader sent stays in view above it.
    const latest = this.log.lastElementChild;
    if (latest?.classList.contains("user")) latest.scrollIntoView({ block: "nearest" });
  }

  button(label, press, kind = "") {
    return el("button", { type: "button", class: `button ${kind}`, onclick: press }, label);
  }

  /** Add a turn. The top of an answer is what is read first, with the question above it if short. */
  add(turn) {
    const before = this.log.lastElementChild;
    this.log.append(turn);
    const isShort = before && before.offsetHeight < 120 && !turn.querySelector(".crisis");
    (isShort ? before : turn).scrollIntoView({ block: "start" });
  }

  /** Show what was said before, without announcing it all again. */
  fill(turns) {
    const fresh = el("div", { class: "log", "aria-label": this.words.conversation }, ...turns);
    this.log.replaceWith(fresh);
    this.log = fresh;
    requestAnimationFrame(() => fresh.setAttribute("role", "log"));
    if (turns.length > 1) turns.at(-1).scrollIntoView({ block: "start" });
    else this.body.scrollTop = 0;
  }

  offer(choices) {
    this.choices.replaceChildren(
      ...(choices.length ? [el("p", {}, this.words.choose)] : []),
      ...choices.map((choice) => this.button(choice.title, () => this.acts.choose(choice), "choice")),
    );
    this.choices.hidden = !choices.length;
  }

  makeLauncher() {
    return el(
      "button",
      { type: "button", class: "launcher", "aria-expanded": "false", "aria-haspopup": "dialog", "aria-controls": "panel",
        onclick: () => this.acts.toggle() },
      icon(SPEECH),
      el("span", {}, this.words.open_chat),
    );
  }

  makeDialog() {
    const { words, acts } = this;
    return el(
      "dialog",
      { id: "panel", "aria-labelledby": "title", oncancel: (event) => (event.preventDefault(), acts.close()) },
      this.makeBar(),
      el(
        "header",
        {},
        el("div", {}, this.title, this.council),
        el("button", { type: "button", class: "button plain", onclick: () => acts.close() }, words.close_chat),
      ),
      this.body,
      this.status,
      this.makeComposer(),
    );
  }

  makeBar() {
    const { words, acts } = this;
    const ceop = outward(BUILT.ceop, {}, words.emergency_ceop, el("span", { class: "hidden" }, ` (${words.new_tab})`));
    this.emergencyCeop = ceop;
    return el(
      "div",
      { class: "bar" },
      el(
        "div",
        { class: "emergency", role: "region", "aria-label": words.emergency_heading },
        el("strong", {}, words.emergency_heading),
        el("a", { href: "tel:999" }, words.emergency_call),
        ceop,
        el("a", { href: "tel:08001111" }, words.emergency_childline),
      ),
      el("button", { type: "button", class: "button leave", "aria-describedby": "leave-hint", onclick: () => acts.leave() }, words.leave),
    );
  }

  makeBody() {
    const { words } = this;
    this.tools = this.makeTools();
    return el(
      "div",
      { class: "body", tabindex: "0", role: "region", "aria-label": words.chat_region },
      el("p", { class: "hint", id: "leave-hint" }, `${words.leave_hint} ${words.leave_shift}`),
      this.notices,
      this.log,
      this.choices,
      this.feedback,
      this.tools,
    );
  }

  makeTools() {
    const { words, acts } = this;
    this.copy = this.button(words.copy_advice, () => acts.copy(), "plain");
    this.token = el("input", { type: "hidden", name: "token" });
    this.print = el(
      "form",
      { method: "post", target: "_blank", rel: "noopener", onsubmit: (event) => acts.print(event) },
      this.token,
      el("input", { type: "hidden", name: "language", value: words.language }),
      el("button", { class: "button plain" }, `${words.print} (${words.new_tab})`),
    );
    this.privacy = outward("", { hidden: true }, `${words.privacy} (${words.new_tab})`);
    this.easyRead = outward("", {}, `${words.easy_read} (${words.new_tab})`);
    this.advice = el("div", { class: "row", hidden: true }, this.copy, this.print);
    return el("div", { class: "tools" }, this.advice, el("p", { class: "row" }, this.easyRead, this.privacy));
  }

  makeComposer() {
    const { words, acts } = this;
    this.message = el("textarea", {
      id: "message", rows: "2", maxlength: "50000", autocomplete: "off", dir: "auto",
      oninput: () => acts.typed(this.message.value),
      onkeydown: (event) => {
        if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
          event.preventDefault();
          acts.send();
        }
      },
    });
    return el(
      "form",
      { class: "compose", onsubmit: (event) => (event.preventDefault(), acts.send()) },
      el("label", { for: "message" }, words.your_message),
      el("div", { class: "write" }, this.message, el("button", { class: "button send" }, words.send)),
      el(
        "div",
        { class: "row" },
        this.button(words.start_again, () => acts.startAgain(), "plain"),
        this.button(words.clear_chat, () => acts.clear(), "plain"),
      ),
    );
  }

  /** Ask whether the answer helped; then for a line, if they like. */
  askFeedback() {
    const { words } = this;
    const choose = (helpful) => this.askLine(helpful);
    this.feedback.replaceChildren(
      el("div", { class: "row", role: "group", "aria-label": words.helpful_question },
        el("span", {}, words.helpful_question),
        this.button(words.helpful, () => choose(true), "plain"),
        this.button(words.not_helpful, () => choose(false), "plain")),
    );
    this.feedback.hidden = false;
  }

  askLine(helpful) {
    const { words, acts } = this;
    const line = el("input", { id: "line", type: "text", maxlength: "500", autocomplete: "off", dir: "auto" });
    const submit = (event) => (event.preventDefault(), acts.feedback(helpful, line.value));
    this.feedback.replaceChildren(
      el("form", { onsubmit: submit },
        el("label", { for: "line" }, words.feedback_line), line,
        el("button", { class: "button plain" }, words.feedback_send)),
    );
    line.focus();
  }

  paint(colour) {
    const colours = brandColours(colour);
    if (!colours) return;
    this.app.style.setProperty("--brand-light", colours.light);
    this.app.style.setProperty("--brand-dark", colours.dark);
  }
}
