// Asking the door. An answer that never comes is an error like any other.

const PATIENCE = 20000;

class Service {
  constructor(server) {
    this.server = server;
  }

  /** `{status, content}`. Throws when there is no answer, or none in our form. */
  async ask(path, order) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PATIENCE);
    try {
      // Sent as plain text, which needs no permission asked beforehand: one way there and back less.
      const response = await fetch(this.server + path, {
        method: "POST",
        body: JSON.stringify(order),
        credentials: "omit",
        cache: "no-store",
        referrerPolicy: "no-referrer",
        signal: stop.signal,
      });
      return { status: response.status, content: response.status === 204 ? {} : await response.json() };
    } finally {
      clearTimeout(timer);
    }
  }

  /** Send without waiting for an answer, also while the page is being left. */
  tell(path, order) {
    const body = JSON.stringify(order);
    if (!navigator.sendBeacon?.(this.server + path, body)) {
      fetch(this.server + path, { method: "POST", body, keepalive: true, credentials: "omit" }).catch(() => {});
    }
  }
}
