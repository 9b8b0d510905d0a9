// The council's colour, made readable: WCAG 2.2 asks 4.5:1 between text and its ground.

const READABLE = 4.5;
const DARK_PAPER = [31, 38, 45];
const WHITE = [255, 255, 255];
const BLACK = [0, 0, 0];

/** `#rgb` or `#rrggbb` as three numbers, or null. */
const parseColour = (text) => {
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec((text || "").trim())?.[1];
  if (!hex) return null;
  const pairs = hex.length === 3 ? [...hex].map((digit) => digit + digit) : hex.match(/../g);
  return pairs.map((pair) => parseInt(pair, 16));
};

/** WCAG's relative luminance, 0 (black) to 1 (white). */
const luminance = (colour) => {
  const [red, green, blue] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

/** WCAG's contrast ratio, 1 to 21. */
const contrast = (one, other) => {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
};

/** `colour`, moved towards `pole` only as far as it takes to be readable against `ground`. */
const readable = (colour, ground, pole) => {
  for (let share = 0; share <= 1; share += 0.02) {
    const mixed = colour.map((part, index) => Math.round(part + (pole[index] - part) * share));
    if (contrast(mixed, ground) >= READABLE) return mixed;
  }
  return pole;
};

/** The colour for light and for dark surroundings, as CSS; null leaves the widget's own. */
const brandColours = (text) => {
  const colour = parseColour(text);
  if (!colour) return null;
  const css = (parts) => `rgb(${parts.join(" ")})`;
  return {
    light: css(readable(colour, WHITE, BLACK)),
    dark: css(readable(colour, DARK_PAPER, WHITE)),
  };
};
