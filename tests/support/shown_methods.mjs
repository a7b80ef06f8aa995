// The message of a file's view with other methods, without a browser: node shown_methods.mjs FILE
// FILE holds [{data, shown, explained}] as JSON. Prints the messages, with the method explained.
import { readFileSync } from "node:fs";

const { explainedOf, withMethods } = await import("../../gradviz/browser/shown_methods.js");

const cases = JSON.parse(readFileSync(process.argv[2], "utf8"));
const messages = cases.map(({ data: { view, methods }, shown, explained }) => {
  const explains = explainedOf(view.cards, new Set(shown), explained);
  return { ...withMethods(view, methods, new Set(shown), explains), explains };
});
console.log(JSON.stringify(messages));
