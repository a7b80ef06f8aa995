/** What is used of gifenc. */

export type Colour = number[];

export function quantize(
  rgba: Uint8Array | Uint8ClampedArray,
  most: number,
  options?: { format: "rgb565" | "rgb444" },
): Colour[];

export interface FrameOptions {
  palette: Colour[];
  /** In ms. */
  delay: number;
  transparent: boolean;
  transparentIndex: number;
  /** 1: the frame stays under the next one. */
  dispose: number;
  /** How often all of it is repeated: 0 for ever. */
  repeat: number;
}

export function GIFEncoder(): {
  writeFrame(index: Uint8Array, width: number, height: number, options: FrameOptions): void;
  finish(): void;
  bytes(): Uint8Array<ArrayBuffer>;
};
