// The conversation: sending once, waiting, failing plainly, ending, and leaving.

const SLOW = 3000;
const SHIFTS = 3;
const SHIFT_WINDOW = 5000;
const BLANK = "about:blank";

class Chat {
  constructor(root, settings) {
    this.settings = settings;
    this.words = BUILT.words[settings.language] || Object.values(BUILT.words)[0];
    this.store = new Store(settings.server);
    this.service = new Service(settings.server);
    this.opening = { ceop: BUILT.ceop, neutral_site: settings.leave || BUILT.neutral_site, warning_seconds: 120 };
    this.waiting = new Set();
    this.said = [];
    this.shifts = [];
    this.panel = new Panel(root, this.words, settings, this.acts());
    this.panel.print.action = `${settings.server}/take-away`;
    this.panel.easyRead.href = `${settings.server}/easy-read?language=${this.words.language}`;
    this.panel.privacy.href = `${settings.server}/privacy?language=${this.words.language}`;
    this.listen();
    const { open } = this.store.read();
    if (open || settings.open) this.open({ takeFocus: false });
  }

  acts() {
    return {
      toggle: () => (this.panel.isOpen ? this.close() : this.open()),
      close: () => this.close(),
      leave: () => this.leave(),
      send: () => this.sendTyped(),
      choose: (choice) => this.choose(choice),
      typed: (text) => this.typed(text),
      startAgain: () => this.startAgain(),
      clear: () => this.clear(),
      copy: () => this.copy(),
      print: () => (this.panel.token.value = this.store.read().token || ""),
      feedback: (helpful, line) => this.giveFeedback(helpful, line),
    };
  }

  listen() {
    const { dialog } = this.panel;
    dialog.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented) {
        event.preventDefault();
        this.close();
      }
    });
    document.addEventListener("keydown", (event) => this.countShifts(event), true);
    addEventListener("offline", () => this.panel.isOpen && this.panel.say(this.words.offline));
    addEventListener("online", () => this.panel.isOpen && !this.waiting.size && this.panel.say(""));
    // A page that is kept for the back button must hold nothing of what was said.
    addEventListener("pagehide", () => this.panel.fill([]));
    addEventListener("pageshow", (event) => event.persisted && this.comeBack());
    document.addEventListener("visibilitychange", () => !document.hidden && this.checkEnd());
    this.otherTabs = "BroadcastChannel" in window ? new BroadcastChannel(this.store.key) : null;
    if (this.otherTabs) this.otherTabs.onmessage = () => this.vanish();
  }

  // Opening and closing

  async open({ takeFocus = true } = {}) {
    this.panel.show();
    this.store.write({ open: true });
    this.panel.message.value = this.store.read().draft || "";
    if (takeFocus) this.panel.title.focus();
    if (!this.started) {
      this.started = true;
      await (this.store.read().token ? this.restore() : this.greet());
    }
  }

  close() {
    this.panel.hide();
    this.store.write({ open: false });
    this.panel.launcher.focus();
  }

  /** The notices and the greeting, before anything is said. */
  async greet() {
    this.panel.say(this.words.writing);
    try {
      const reply = await this.learnOpening();
      this.panel.say("");
      this.show(reply.reply, { quiet: true });
      this.panel.offer(reply.choices);
    } catch {
      this.trouble(() => this.greet());
    }
  }

  async learnOpening() {
    const { language, context } = this.settings;
    const { status, content } = await this.service.ask("/api/opening", { language, context });
    if (status !== 200) throw new Error(String(status));
    this.opening = { ...content, neutral_site: this.settings.leave || content.neutral_site };
    this.panel.emergencyCeop.href = content.ceop;
    this.panel.council.textContent = content.council;
    this.panel.privacy.hidden = !content.privacy;
    this.panel.notices.replaceChildren(
      ...content.notices.map((notice) =>
        el("p", { "data-entry": notice.entry, lang: "en", dir: "ltr" }, ...linked(notice.text, this.words))),
    );
    return content;
  }

  /** Show again what was said before a reload, and send what had no answer yet. */
  async restore() {
    this.panel.say(this.words.writing);
    try {
      await this.learnOpening();
      for (const pending of this.store.read().pending || []) await this.ask(pending);
      this.store.write({ pending: null });
      const { status, content } = await this.service.ask("/api/transcript", { token: this.store.read().token });
      if (status === 410) return this.expire();
      if (status !== 200) throw new Error(String(status));
      this.remember(content);
      this.panel.say("");
      this.showTranscript(content);
    } catch {
      this.trouble(() => this.restore());
    }
    return undefined;
  }

  showTranscript({ lines, choices }) {
    const turns = [];
    for (const { speaker, bubble } of lines) {
      if (turns.at(-1)?.speaker !== speaker) turns.push({ speaker, bubbles: [] });
      turns.at(-1).bubbles.push(bubble);
    }
    this.said = [];
    for (const turn of turns) this.keep(turn.speaker, turn.bubbles);
    this.panel.fill(turns.map((turn) => turnElement(turn.speaker, turn.bubbles, this.words, this.opening.ceop)));
    this.panel.offer(choices);
  }

  // Sending

  typed(text) {
    this.store.write({ draft: text });
    // The session is ready by the time the message is, and none is made for who only looks.
    if (text) this.session().catch(() => {});
  }

  sendTyped() {
    const text = this.panel.message.value.trim();
    if (!text) return this.panel.message.focus();
    this.panel.message.value = "";
    this.store.write({ draft: null });
    const sent = this.send({ text });
    // On a phone the keyboard would stay and cover the answer.
    if (matchMedia("(pointer: coarse)").matches) this.panel.log.lastElementChild.focus();
    return sent;
  }

  choose(choice) {
    const turn = this.send({ text: choice.title, choice: choice.intent });
    // The pressed button is gone; the reader goes on from what they chose.
    this.panel.log.lastElementChild.focus();
    return turn;
  }

  async send({ text, choice }) {
    const message = { id: randomId(), text, choice };
    message.turn = turnElement("user", [{ text }], this.words, this.opening.ceop);
    this.panel.add(message.turn);
    this.panel.offer([]);
    this.panel.feedback.hidden = true;
    await this.deliver(message);
  }

  async deliver(message) {
    const { id, text, choice } = message;
    this.wait(message);
    this.pend([...(this.store.read().pending || []).filter((each) => each.id !== id), { id, text, choice }]);
    try {
      const { status, content } = await this.ask({ id, text, choice });
      if (!content.reply) throw new Error(String(status));
      this.settle(message);
      this.remember(content);
      if (status === 410) this.lose();
      this.show(content.reply);
      if (status === 410) this.failed(message, this.words.ended);
    } catch {
      // It may have arrived: it stays pending, and is sent again with the same id.
      this.stopWaiting(message);
      this.failed(message, navigator.onLine ? this.words.failed : this.words.offline);
    }
  }

  async ask({ id, text, choice }) {
    const token = await this.session();
    return this.service.ask("/api/messages", { token, id, text, choice });
  }

  /** The token; a new conversation when there is none. */
  session() {
    const { token, ends } = this.store.read();
    if (token && ends > Date.now()) return Promise.resolve(token);
    this.starting ||= this.service
      .ask("/api/conversations", { context: this.settings.context })
      .then(({ content }) => {
        if (!content.token) throw new Error("no session");
        this.remember(content);
        return content.token;
      })
      .finally(() => (this.starting = null));
    return this.starting;
  }

  wait(message) {
    message.turn.querySelector(".unsent")?.remove();
    this.waiting.add(message);
    this.panel.say(this.words.writing);
    message.timer = setTimeout(() => this.panel.say(this.words.slow), SLOW);
  }

  stopWaiting(message) {
    clearTimeout(message.timer);
    this.waiting.delete(message);
    if (!this.waiting.size) this.panel.say("");
  }

  settle(message) {
    this.stopWaiting(message);
    this.pend((this.store.read().pending || []).filter((each) => each.id !== message.id));
  }

  pend(pending) {
    this.store.write({ pending: pending.length ? pending : null });
  }

  /** Mark a message as not sent, with a way to send it that cannot say it twice. */
  failed(message, why) {
    const again = this.panel.button(this.words.try_again, () => {
      message.turn.focus();
      this.deliver(message);
    });
    message.turn.append(el("div", { class: "unsent" }, el("p", {}, this.words.not_sent), again));
    again.scrollIntoView({ block: "nearest" });
    this.panel.say(why);
  }

  trouble(again) {
    const retry = this.panel.button(this.words.try_again, () => (this.panel.title.focus(), again()));
    this.panel.say(navigator.onLine ? this.words.trouble : this.words.offline, retry);
  }

  show(reply, { quiet = false } = {}) {
    if (!reply.bubbles?.length) return;
    this.keep("bot", reply.bubbles);
    const turn = turnElement("bot", reply.bubbles, this.words, this.opening.ceop);
    if (quiet) this.panel.fill([turn]);
    else this.panel.add(turn);
    this.panel.offer(reply.choices || []);
    const advises = reply.bubbles.some((bubble) => bubble.entry.startsWith("advice."));
    if (advises && !reply.route && !reply.check_in) this.panel.askFeedback();
  }

  /** Note the bot's advice, for copying. */
  keep(speaker, bubbles) {
    if (speaker !== "bot") return;
    this.said.push(...bubbles.filter((bubble) => !bubble.entry.startsWith("conversation.")));
    this.panel.advice.hidden = !this.said.length;
  }

  // The end of a session

  remember({ token, expires_in: seconds }) {
    if (!token) return;
    this.store.write({ token, ends: Date.now() + seconds * 1000 });
    this.schedule();
  }

  schedule() {
    clearTimeout(this.endTimer);
    const { token, ends } = this.store.read();
    if (!token) return;
    const left = ends - Date.now();
    const untilWarning = left - this.opening.warning_seconds * 1000;
    this.endTimer = setTimeout(() => this.checkEnd(), Math.max(untilWarning > 0 ? untilWarning : left, 0));
  }

  /** Warn of the end, or end. Also called when a sleeping tab wakes. */
  checkEnd() {
    const { token, ends } = this.store.read();
    if (!token) return;
    const left = ends - Date.now();
    if (left <= 0) this.expire();
    else {
      if (left <= this.opening.warning_seconds * 1000) {
        const minutes = Math.max(1, Math.ceil(left / 60000));
        this.panel.say(this.words.expiring.replace("{minutes}", minutes), this.panel.button(this.words.keep, () => this.renew()));
      }
      this.schedule();
    }
  }

  async renew() {
    try {
      const { status, content } = await this.service.ask("/api/renew", { token: this.store.read().token });
      if (status !== 200) return this.expire();
      this.remember(content);
      this.panel.say(this.words.kept);
    } catch {
      this.trouble(() => this.renew());
    }
    return this.panel.message.focus();
  }

  /** The session is over: nothing of it stays but what is typed and not sent. */
  expire() {
    const { token } = this.store.read();
    if (token) this.service.tell("/api/end", { token });
    this.lose();
    this.forget();
    this.panel.say(this.words.expired, this.panel.button(this.words.new_chat, () => (this.panel.title.focus(), this.greet())));
  }

  lose() {
    this.store.write({ token: null, ends: null, pending: null });
    clearTimeout(this.endTimer);
  }

  forget() {
    this.said = [];
    this.panel.fill([]);
    this.panel.offer([]);
    this.panel.feedback.hidden = true;
    this.panel.advice.hidden = true;
    this.panel.token.value = "";
  }

  // Starting again, clearing, leaving

  async startAgain() {
    const { token } = this.store.read();
    this.forget();
    this.panel.title.focus();
    if (!token) return this.greet();
    this.panel.say(this.words.writing);
    try {
      const { status, content } = await this.service.ask("/api/start-again", { token });
      if (status === 410) this.lose();
      else this.remember(content);
      this.panel.say("");
      if (!content.reply) throw new Error(String(status));
      return this.show(content.reply, { quiet: true });
    } catch {
      return this.trouble(() => this.startAgain());
    }
  }

  async clear() {
    this.wipe();
    this.panel.message.value = "";
    this.panel.title.focus();
    this.store.write({ open: true });
    await this.greet();
    this.panel.say(this.words.cleared);
  }

  /** Forget all of it, here and on the server. */
  wipe() {
    const { token } = this.store.read();
    if (token) this.service.tell("/api/end", { token });
    clearTimeout(this.endTimer);
    this.store.wipe();
    this.forget();
  }

  /** Nothing is seen any more before anything else happens; then all is wiped; then away. */
  leave() {
    document.documentElement.style.setProperty("display", "none", "important");
    document.title = "";
    this.wipe();
    this.otherTabs?.postMessage("leave");
    location.replace(this.opening.neutral_site || BLANK);
  }

  /** Somebody left in another tab of this site: this one shows and keeps nothing either. */
  vanish() {
    this.wipe();
    this.panel.message.value = "";
    this.panel.say("");
    this.panel.hide();
    this.started = false;
  }

  /** Back on a page that the browser had kept. */
  comeBack() {
    if (this.store.read().token) return this.restore();
    this.panel.hide();
    this.panel.message.value = "";
    this.started = false;
    return undefined;
  }

  /** Shift three times leaves. Another key in between means that somebody is typing. */
  countShifts(event) {
    if (!this.panel.isOpen && !this.store.read().token) return;
    if (event.key !== "Shift") this.shifts = [];
    else if (!event.repeat) {
      const now = Date.now();
      this.shifts = [...this.shifts.filter((at) => at > now - SHIFT_WINDOW), now];
      if (this.shifts.length >= SHIFTS) this.leave();
      else if (this.shifts.length === SHIFTS - 1) this.panel.say(this.words.shift_once_more);
    }
  }

  // Taking the advice away, and an opinion

  async copy() {
    const text = plainText(this.said);
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Not allowed here, or no HTTPS: the old way.
      const area = el("textarea", { class: "hidden", "aria-hidden": "true" });
      area.value = text;
      this.panel.dialog.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
      this.panel.copy.focus();
    }
    this.panel.say(this.words.copied);
  }

  async giveFeedback(helpful, text) {
    this.panel.feedback.hidden = true;
    this.panel.message.focus();
    try {
      const { content } = await this.service.ask("/api/feedback", { token: this.store.read().token, helpful, text });
      this.remember(content);
      if (content.reply?.bubbles?.length) this.show(content.reply);
      else this.panel.say(this.words.feedback_thanks);
    } catch {
      this.trouble(() => this.giveFeedback(helpful, text));
    }
  }
}
