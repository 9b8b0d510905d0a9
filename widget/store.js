// What this tab remembers, so that a chat survives a reload: the token, its end, what is typed but
// not sent. What was said stays on the server. It ends with the tab, at the latest.

class Store {
  constructor(server) {
    this.key = `signpost ${server}`;
    this.memory = {};
  }

  /** All that is remembered; in memory only where the browser refuses to store. */
  read() {
    try {
      return JSON.parse(sessionStorage.getItem(this.key)) || {};
    } catch {
      return this.memory;
    }
  }

  /** Change some of it; what becomes null, empty or false is forgotten. */
  write(changes) {
    const kept = Object.entries({ ...this.read(), ...changes }).filter(([, value]) => value);
    this.memory = Object.fromEntries(kept);
    try {
      if (kept.length) sessionStorage.setItem(this.key, JSON.stringify(this.memory));
      else sessionStorage.removeItem(this.key);
    } catch {
      // Refused or full: the chat goes on, and ends with the page.
    }
  }

  wipe() {
    this.memory = {};
    try {
      sessionStorage.removeItem(this.key);
    } catch {
      // Then there was nothing stored.
    }
  }
}
