// What was said, as elements.

const LINKABLE = /https:\/\/[^\s]*[^\s.,;:!?)]|\b(?:999|0800 1111|116 123)\b/g;
// Characters of an address that still fit a line on a phone.
const SHORT = 36;

const shortAddress = (address) => {
  const shown = address.replace(/^https:\/\/(www\.)?/, "").replace(/\/+$/, "");
  return shown.length <= SHORT ? shown : shown.split("/")[0];
};

const site = (address) => address.replace(/^https:\/\/(www\.)?/, "").split("/")[0];

/** A link that leaves this page alone: a new tab, which learns nothing of where it came from. */
const outward = (href, attributes, ...children) =>
  el("a", { href, target: "_blank", rel: "noopener noreferrer", ...attributes }, ...children);

/** Text with addresses and emergency numbers that can be pressed. */
const linked = (text, words) => {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(LINKABLE)) {
    parts.push(text.slice(end, match.index));
    const found = match[0];
    parts.push(
      found.startsWith("https:")
        ? outward(found, {}, shortAddress(found), el("span", { class: "hidden" }, ` (${words.new_tab})`))
        : el("a", { href: `tel:${found.replace(/ /g, "")}` }, found),
    );
    end = match.index + found.length;
  }
  parts.push(text.slice(end));
  return parts;
};

const cardLink = (link, words) => {
  if (/^(tel|sms):/.test(link.href)) return el("a", { href: link.href, class: "button" }, link.label);
  if (!link.href.startsWith("https://")) return null;
  const shown = site(link.href);
  const where = shown === link.label ? words.new_tab : `${shown}, ${words.new_tab}`;
  return outward(link.href, { class: "button" }, el("span", {}, link.label), el("span", { class: "where" }, where));
};

/** Big buttons under a crisis reply, for the routes that its words name, in their order. */
const crisisButtons = (bubble, words, ceop) => {
  const routes = [
    [bubble.text.indexOf("999"), () => el("a", { href: "tel:999", class: "button alarm" }, words.emergency_call)],
    [
      bubble.text.indexOf(ceop),
      () => outward(ceop, { class: "button alarm" }, words.emergency_ceop, el("span", { class: "where" }, words.new_tab)),
    ],
  ];
  return routes.filter(([at]) => at >= 0).sort(([one], [other]) => one - other).map(([, make]) => make());
};

/** One thing that was said. `heads` marks the first of a crisis reply, which nobody may miss. */
const bubbleElement = (bubble, words, ceop, heads) => {
  const links = heads ? crisisButtons(bubble, words, ceop) : (bubble.links || []).map((link) => cardLink(link, words));
  const shown = links.filter(Boolean).map((link) => el("li", {}, link));
  return el(
    "div",
    { class: `bubble ${bubble.kind || "text"}${heads ? " first" : ""}`, "data-entry": bubble.entry || false },
    heads ? el("h4", {}, words.crisis_heading) : bubble.title ? el("h4", {}, bubble.title) : null,
    el("p", { dir: bubble.entry ? false : "auto" }, ...linked(bubble.text, words)),
    bubble.note ? el("p", { class: "note" }, bubble.note) : null,
    shown.length ? el("ul", { class: "links" }, ...shown) : null,
  );
};

/** What one speaker said at once, named, in one piece: a screen reader announces it once. */
const turnElement = (speaker, bubbles, words, ceop) => {
  // The register speaks English, whatever the language of the labels.
  const language = speaker === "user" ? {} : { lang: "en", dir: "ltr" };
  const first = bubbles.findIndex((bubble) => bubble.kind === "crisis");
  return el(
    "div",
    { class: `turn ${speaker}`, tabindex: "-1" },
    el("h3", {}, speaker === "user" ? words.you : words.bot),
    el("div", language, ...bubbles.map((bubble, index) => bubbleElement(bubble, words, ceop, index === first))),
  );
};

/** What the bot said, as plain text to keep. */
const plainText = (bubbles) =>
  bubbles
    .map((bubble) =>
      [bubble.title, bubble.text, bubble.note, ...(bubble.links || []).map((link) => `${link.label}: ${link.href}`)]
        .filter(Boolean)
        .join("\n"),
    )
    .join("\n\n");
