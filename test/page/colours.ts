import type { Page } from "playwright-core";

/** A text on the page whose contrast with what is behind it is below the limit for it. */
export interface Faint {
  readonly text: string;
  readonly ratio: number;
  readonly colours: string;
}

/**
 * Every visible text with too little contrast by WCAG 2.2, 1.4.3: 4.5 to 1, or 3 to 1 for large text, computed from
 * what the browser paints. The background is the nearest one that is opaque; of text in SVG, the shape before it.
 * What is disabled is exempt there, and is judged here all the same.
 */
export async function faintTexts(page: Page): Promise<{ readonly texts: number; readonly faint: readonly Faint[] }> {
  return (await page.evaluate(script)) as { readonly texts: number; readonly faint: readonly Faint[] };
}

// Runs in the page, so it is a text here: the tests are compiled without the names of a browser.
const script = `(() => {
  const channels = (colour) => {
    const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number);
    return { rgb: [r, g, b], a };
  };
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (one, other) => {
    const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const { rgb, a } = channels(getComputedStyle(at).backgroundColor);
      if (a === 1) return rgb;
      if (a > 0) throw new Error("a background that lets others through");
    }
    throw new Error("no background");
  };
  const faint = [];
  let texts = 0;
  const judge = (text, colour, ground, style) => {
    texts++;
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const found = ratio(channels(colour).rgb, ground);
    if (found < (large ? 3 : 4.5)) faint.push({ text, ratio: Math.round(found * 100) / 100, colours: colour + " on " + ground });
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    const text = node.textContent.trim();
    if (text === "" || ["SCRIPT", "STYLE", "NOSCRIPT", "OPTION", "title"].includes(element.tagName)) continue;
    if (!element.checkVisibility({ visibilityProperty: true })) continue;
    const style = getComputedStyle(element);
    if (element.tagName !== "text") judge(text, style.color, behind(element), style);
    else judge(text, style.fill, channels(getComputedStyle(element.parentElement.querySelector("rect")).fill).rgb, style);
  }
  for (const field of document.querySelectorAll("input, select")) {
    const style = getComputedStyle(field);
    judge(field.value || "(a field)", style.color, behind(field), style);
    if (field.placeholder) judge(field.placeholder, getComputedStyle(field, "::placeholder").color, behind(field), style);
  }
  return { texts, faint };
})()`;
