// @ts-check
// Messages that tell only what has changed: a base, which stays the same for many of them, and the changes to
// it.

/**
 * What is to be put where, and what is to go: a path leads through objects by key and through arrays by
 * index.
 * @typedef {{set: [(string | number)[], unknown][], delete: (string | number)[][]}} Changes
 */

/**
 * A copy of ``base`` with the changes made to it. What has not changed is shared with it.
 * @param {unknown} base
 * @param {Changes} changes
 * @returns {unknown}
 */
export function patched(base, changes) {
  /** @type {Set<unknown>} */
  const copies = new Set();
  let root = base;
  for (const [path, value] of changes.set) root = changedAt(root, path, { value }, copies);
  for (const path of changes.delete) root = changedAt(root, path, null, copies);
  return root;
}

/**
 * ``node`` with another value at the end of a path, or without it; copied, unless it is a copy already.
 * @param {unknown} node
 * @param {(string | number)[]} path
 * @param {{value: unknown} | null} change null deletes
 * @param {Set<unknown>} copies
 * @returns {unknown}
 */
function changedAt(node, path, change, copies) {
  const [key, ...rest] = path;
  if (key === undefined) return change?.value;
  if (typeof node !== "object" || node === null)
    throw new TypeError(`nothing at ${path.join(".")} to be changed`);
  const copy = copies.has(node) ? node : Array.isArray(node) ? [...node] : { ...node };
  copies.add(copy);
  const record = /** @type {Record<string | number, unknown>} */ (copy);
  if (rest.length || change) record[key] = changedAt(record[key], rest, change, copies);
  else delete record[key];
  return copy;
}

/**
 * The bases by the element that brought them: that of its last message and the one before, for messages may
 * cross.
 * @type {Map<Element, {key: string, value: unknown}[]>}
 */
const bases = new Map();

/**
 * Keep a base for the messages that refer to it; those of mounts that have left the page go.
 * @param {Element} mount
 * @param {string} key
 * @param {unknown} value
 */
export function keepBase(mount, key, value) {
  const former = (bases.get(mount) ?? []).filter((base) => base.key !== key);
  bases.set(mount, [{ key, value }, ...former].slice(0, 2));
  for (const other of bases.keys()) if (!other.isConnected) bases.delete(other);
}

/**
 * The base of that key; undefined while it is still on its way.
 * @param {string} key
 * @returns {unknown}
 */
export function baseOf(key) {
  for (const recent of bases.values()) {
    const base = recent.find((candidate) => candidate.key === key);
    if (base) return base.value;
  }
  return undefined;
}
