// Playing the walk: one step after another at a steady pace, until the last.

/** @import { Player } from "./types.js" */

export const PAUSE = 1200; // ms between two steps

/** @returns {Player} */
export const createPlayer = () => ({ timer: null });

/** @param {Player} player */
export const isPlaying = (player) => player.timer !== null;

/**
 * Call `advance` at each pause from now on.
 * @param {Player} player
 * @param {() => void} advance
 */
export function startPlayer(player, advance) {
  stopPlayer(player);
  player.timer = setInterval(advance, PAUSE);
}

/** @param {Player} player */
export function stopPlayer(player) {
  if (player.timer !== null) clearInterval(player.timer);
  player.timer = null;
}

/**
 * The step with which playing begins: the next one, or the first again from the end.
 * @param {number} step
 * @param {number} last
 */
export const firstPlayedStep = (step, last) => (step >= last ? 0 : step + 1);
