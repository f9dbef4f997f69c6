import { expect, test } from "vitest";
import { asInShell } from "./index.ts";

test.each([
  [". ${{ <(curl -s https://example.org/install) }}", ". <(curl -s https://example.org/install)"],
  ["./prepare ${{ $(cat stack) }} ${{ `date` }}", "./prepare $(cat stack) `date`"],
  ["./prepare ${{ env.STACK }} ${{ 'a' }}", "./prepare ${{ env.STACK }} ${{ 'a' }}"],
])("%s is shown as %s", (text, shown) => {
  expect(asInShell(text)).toBe(shown);
});
