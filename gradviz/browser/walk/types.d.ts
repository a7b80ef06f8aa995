// The data and state of the walk through back-propagation.

/** A node of the computation graph; numbers come written, and the step at which it enters each state. */
export interface WalkNode {
  /** x₁, 2, v₃ */
  name: string;
  /** v₃ = x₁·x₂, or the name alone where nothing is computed. */
  letters: string;
  value: string;
  /** "" where no adjoint is computed. */
  adjoint: string;
  /** The value with all its digits. */
  exact: string;
  exactAdjoint: string;
  kind: "node" | "number" | "condition";
  /** PyTorch's name for it, "" where it keeps no node. */
  autograd: string;
  /** The first step at which its value is known, its adjoint is being collected, and is complete. */
  valued: number | null;
  collecting: number | null;
  done: number | null;
}

export interface WalkStep {
  phase: "forward" | "backward" | "end";
  node: number;
  sentence: string;
  formula: string;
  /** Backward: what the node's adjoint is after the step. */
  adjoint?: string;
  /** Backward: the key of the edge that the contribution passes, and the product that is passed on. */
  edge?: string;
  product?: string;
  /** Backward: [which of the drawn variables, its derivative as far as it is collected]. */
  partial?: [number, number];
}

/** A box in its place, in pixels of the unscaled drawing; several nodes may be folded into one. */
export interface BoxPlan {
  /** The node whose value leaves the box. */
  root: number;
  members: number[];
  title: string;
  /** Whether it is a number of the formula, drawn small next to the operation that uses it. */
  number: boolean;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface EdgePlan {
  /** The boxes it leads from and to, by their place in the layout. */
  from: number;
  to: number;
  /** "consumer:slot" */
  key: string;
  /** The local derivative as a formula and as a number; both "" on an edge that carries none. */
  formula: string;
  number: string;
  /** Whether a contribution passes here; absent on an edge that carries no derivative. */
  flows?: boolean;
  /** The middle of the label. */
  x: number;
  y: number;
  /** SVG path data. */
  path: string;
}

export interface Layout {
  width: number;
  height: number;
  boxes: BoxPlan[];
  edges: EdgePlan[];
}

/** One layout from left to right, one from top to bottom for narrow pages. */
export interface Layouts {
  wide: Layout;
  tall: Layout;
}

/** What `graph_view` in gradviz/figures/graph.py sends: the whole walk, so that stepping needs no request. */
export interface WalkData {
  revision: string;
  nodes: Record<string, WalkNode>;
  steps: WalkStep[];
  views: { whole: Layouts; folded?: Layouts };
  /** The variables over which f is drawn, and how they are written. */
  drawn: string[];
  names: string[];
  /** What each state of a node is called, by its level 0 … 3. */
  states: string[];
  note: string;
  alternative: string;
  colours: { light: string; dark: string };
}

/** How a box is shown after a step. */
export interface BoxFrame {
  /** 0 not evaluated yet, 1 value known, 2 adjoint being collected, 3 done. */
  level: number;
  /** Whether the step is about this box. */
  current: boolean;
  adjoint: string;
}

/** How an edge is shown after a step. */
export interface EdgeFrame {
  /** The operation that uses it has no value yet. */
  pending: boolean;
  /** The contribution of this step passes here. */
  current: boolean;
  /** A contribution has passed here, in this step or before. */
  passed: boolean;
  /** This step computes the operation from it. */
  evaluated: boolean;
  label: string;
}

/** Everything that depends on the step, in the order of the layout's boxes and edges. */
export interface Frame {
  boxes: BoxFrame[];
  edges: EdgeFrame[];
  /** "Step 3 of 12" */
  count: string;
  sentence: string;
  formula: string;
}

/** Where the drawing lies on the stage: its top left corner in pixels, and pixels per unit. */
export interface Viewport {
  scale: number;
  left: number;
  top: number;
}

export interface Size {
  width: number;
  height: number;
}

/** An arrow of the compass, from the middle to (x, y) in its own units, y down; null where there is none. */
export interface CompassArrows {
  whole: [number, number] | null;
  partial: [number, number] | null;
}

/** What a key does, null where it is not ours. */
export type KeyAction = { kind: "go"; step: number } | { kind: "play" } | { kind: "select" } | null;

/** What has the focus: the graph itself, the slider over the steps, or another control. */
export type Focus = "graph" | "slider" | "control";

export interface Player {
  timer: ReturnType<typeof setInterval> | null;
}

export interface DrawnBox {
  plan: BoxPlan;
  group: SVGGElement;
  /** The text of the adjoint, null where there is none. */
  adjoint: SVGTextElement | null;
}

export interface DrawnEdge {
  plan: EdgePlan;
  path: SVGPathElement;
  /** null on an edge that carries no derivative. */
  label: { group: SVGGElement; background: SVGRectElement; slope: SVGTextElement } | null;
}

/** The graph as it is drawn now. */
export interface Drawing {
  layout: Layout;
  /** The width of the stage it was drawn for. */
  width: number;
  group: SVGGElement;
  boxes: DrawnBox[];
  edges: DrawnEdge[];
}

/** Fingers on the graph, by pointer id, and whether they have moved far enough to be no press. */
export interface Gesture {
  pointers: Map<number, { x: number; y: number }>;
  dragged: boolean;
}

export interface WalkElements {
  root: HTMLElement;
  note: HTMLElement;
  play: HTMLButtonElement;
  slider: HTMLInputElement;
  count: HTMLElement;
  sentence: HTMLElement;
  formula: HTMLElement;
  compass: SVGSVGElement;
  stage: HTMLElement;
  svg: SVGSVGElement;
  legend: HTMLElement;
  fold: { label: HTMLElement; box: HTMLInputElement };
  detail: HTMLElement;
  list: HTMLElement;
}

/** What the controls call. */
export interface WalkActions {
  go: (step: number) => void;
  stepBy: (steps: number) => void;
  togglePlay: () => void;
  fold: (folded: boolean) => void;
  zoom: (factor: number) => void;
  fitWhole: () => void;
}

/** The state of one mounted walk. */
export interface Walk {
  elements: WalkElements;
  data: WalkData | null;
  /** The drawn part of the gradient as far as it is collected after each step. */
  partials: number[][];
  step: number;
  /** Whether the visitor has stepped: until then no arrow grows on the pictures. */
  walked: boolean;
  folded: boolean;
  /** The root of the box whose details are shown. */
  selected: number | null;
  drawing: Drawing | null;
  viewport: Viewport;
  gesture: Gesture;
  player: Player;
  /** The revision that is shown or about to be. */
  revision: string | null;
  /** The partial gradient that was last announced, as JSON; null before the first. */
  announced: string | null;
  observer: ResizeObserver | null;
  print: MediaQueryList;
  onPrint: () => void;
}
