/** The types of messages and of state that several modules share; one module's own stand in it as JSDoc. */

// ---------------------------------------------------------------- Streamlit

/** What Streamlit calls a component's default export with, on every change of its data or of the theme. */
export interface Component<Data> {
  data: Data;
  parentElement: HTMLElement;
  setTriggerValue(name: string, value: unknown): void;
  setStateValue(name: string, value: unknown): void;
}

/** What a component returns: Streamlit calls it when the mount has left the page, or is drawn anew. */
export type Cleanup = () => void;

/** A timer of the browser's. */
export type Timer = ReturnType<typeof setTimeout>;

// ---------------------------------------------------------------- messages from the server

/** An array as the server sends it: base64, with the lengths of its dimensions. */
export interface PackedArray {
  dtype: "f4" | "f8" | "i4";
  bdata: string;
  shape?: string;
}

/** Colours by name; one that begins with "@" refers to another. */
export type Palette = Record<string, string>;

/** The arrays that many messages share, by a hash of their content, and the colours of both themes. */
export interface PartsData {
  parts: Record<string, PackedArray>;
  palettes: { light: Palette; dark: Palette; print: Palette };
  /** The dash of each method on paper. */
  printedDashes?: Record<string, string>;
}

/** The view's message: what to draw now. In a figure "{part: key}" stands for an array, "@name" for a colour. */
export interface ViewData {
  revision: string;
  columns: { share?: number; panels: string[] }[];
  headline: { text: string; truth: string; method: string } | null;
  /** About the pictures, for a phone, where it is one of the tabs with those of the last column; null for no tabs. */
  words: string | null;
  cards: Card[];
  pictures: Record<string, Picture>;
  named: Record<string, PackedArray>;
  step: number | null;
  gradientsByStep: unknown;
  camera: number[];
  /** The number of the address that was opened last: the camera is its own only where that is new. */
  opening: number;
  /** Whether to send the trigger "drawn" once all is painted. */
  reportDrawn: boolean;
  announcement: string;
  /** Whether the point and the window stay as they are: nobody computes others. */
  fixed?: boolean;
  /** What is to be said at each step, where nobody is asked for it. */
  readouts?: Readouts;
}

/** What the package says at each of ``steps``, ascending: each is the index of one of the ``texts``. */
export interface Readouts {
  steps: Numbers;
  texts: string[];
  headline: number[];
  cards: Record<string, { gradient: number[]; verdict: number[] }>;
  /** The words, part by part; the heading of the table, and its rows as HTML. */
  paragraph: number[][];
  heading: number[];
  rows: Record<string, number[]>;
}

/** What is said at one step. */
export interface Readout {
  headline: string;
  cards: Record<string, { gradient: string; verdict: string }>;
  paragraph: string;
  heading: string;
  rows: Record<string, string>;
}

/** A whole message that others are changes to. */
export interface BaseData {
  key: string;
  base: ViewData;
}

/** The view's message as changes to a base. */
export interface ChangedViewData {
  base: string;
  changes: import("./patch.js").Changes;
}

/** All that a stage shows which stands alone. */
export interface LiveData {
  title: string;
  /** The function typeset, as elements; the title stands in its place where there is none. */
  formula?: string;
  parts: PartsData;
  view: ViewData;
  /** Where nobody is asked: the pictures with all methods, for others than those of the view. */
  methods?: MethodPictures | null;
  /** The walk over the computation graph, and the small picture beside it. */
  walk?: import("./walk/types.js").WalkData | null;
  walkView?: ViewData | null;
  slider: import("./step.js").SliderData;
  paragraph: string;
  /** As HTML. */
  table: string;
  tableStyle: string;
  notes: string[];
  /** As the browser is set where it is "". */
  theme: "" | "light" | "dark";
}

/** The pictures with every method in them: of the error plot one for each method explained, "errors-forward". */
export interface MethodPictures {
  pictures: Record<string, Pick<Picture, "figure" | "caption" | "reading" | "alternative">>;
  /** What each picture says where no method is shown; the methods that are exact at some step, and that have an error at all. */
  nothing: Record<string, Pick<Picture, "caption" | "reading" | "alternative">>;
  exact: string[];
  judged: string[];
  /** The letters for which a caption has room. */
  lines: Record<string, number>;
  /** Of the words: the differences, of which they explain the first shown, and the part about the rules shown. */
  differences: string[];
  rules: Record<string, number[]>;
  gradientsByStep: unknown;
  /** By the method explained: what rules at which ε, and the headlines by step, as in the readouts. */
  zones: Record<string, import("./step.js").Zone[]>;
  headlines: Record<string, number[]>;
  /** The method that is explained at first. */
  explained: string;
}

/** How a method is drawn, and what its card says. */
export interface Card {
  method: string;
  label: string;
  colour: string;
  dash: string;
  width: number;
  symbol: string;
  gradient: string;
  verdict: string;
  /** What the verdict begins with at every step, where there is no gradient. */
  side: string;
  /** Whether it takes a step, and so changes with it. */
  stepping: boolean;
  shown: boolean;
  /** Whether its curve of errors is explained; undefined where it can't be. */
  explained?: boolean;
}

export interface Picture {
  figure: Figure;
  title?: string;
  caption?: string;
  alternative?: string;
  about?: string;
  /** How to read it at length, where the caption is in short. */
  reading?: string;
  heading?: string;
  file?: string;
  /** The variables that a press on it chooses. */
  pick?: number[];
  /** Whether a press on it chooses ε. */
  steps?: boolean;
  views?: NamedView[];
  height: number;
  narrow?: number;
}

export interface NamedView {
  name: string;
  label: string;
}

// ---------------------------------------------------------------- figures

/** A row of numbers, as an array or packed. */
export type Numbers = ArrayLike<number> & Iterable<number>;

/** What leads from scene units to coordinates of the axes and back: the box is −size … size. */
export interface Frame {
  low: number[];
  high: number[];
  size: number[];
}

/** What is drawn over a scene: the point and the gradients there. */
export interface Stage {
  /** In coordinates of the axes, and in scene units. */
  point: number[];
  spot: number[];
  floor: number;
  /** The height in the scene of a difference of 1 in f. */
  rise: number;
  /** The gradient in whose tangent plane the arrows lie; (0, 0) for none. */
  reference: number[];
  /** Whether that is the tangent plane of f: without a gradient the arrows lie flat. */
  tangent: boolean;
  arrows: { method: string; gradient: number[] }[];
  /** Each estimate minus the true gradient; none without one. */
  differences: { method: string; vector: number[] }[];
  /** The slopes from below and from above along each axis where there is no gradient; null for one not finite. */
  sides: (number | null)[][];
}

/** What we add to Plotly's traces: which method's they are, and how they move. */
export interface Meta {
  role?: string;
  method?: string;
  symbol?: string;
  legend?: boolean;
  /** Whether the browser draws it over the scene instead. */
  overlaid?: boolean;
  /** An arrow in scene units: where it begins, where it points, the arrows of (1, 0) and (0, 1), its longest. */
  tail: number[];
  vector?: number[];
  unit: number[][];
  most: number;
  /** In coordinates of the axes: where f is differentiated, and how far a line of the curve reaches. */
  point?: number[];
  reach?: number[];
  /** Of a secant: at which multiples of ε from the point it meets the curve. */
  chord?: number[];
  from?: number[];
  at?: number[];
  frame?: Frame;
  /** Of a surface with a rim: the sides of the even grid that its other vertices lie on. */
  sides?: [Numbers, Numbers];
}

export interface Trace {
  type?: string;
  name?: string;
  mode?: string;
  visible?: boolean;
  x: Numbers;
  y: Numbers;
  z: Numbers;
  marker: { color: string; size: number; symbol: string; opacity?: number };
  line?: { width?: number; color?: string; dash?: string };
  fillcolor?: string;
  showlegend?: boolean;
  meta?: Meta | null;
}

/** A grid of values: z[j][i] over ascending x[i] and y[j]. */
export interface Grid {
  x: Numbers;
  y: Numbers;
  z: ArrayLike<ArrayLike<number>>;
}

export interface Annotation {
  name?: string;
  text: string;
  x: number;
  y: number;
  xref: string;
  yref: string;
  xanchor?: string;
  yanchor?: string;
  xshift?: number;
  yshift?: number;
  borderpad?: number;
  font: { size: number; color: string };
}

/** In pixels, or units of the overlay. */
export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** A word that finds its place beside the lines of ``method``: those of a role or a name, from ε to ε. */
export interface Label {
  text: string;
  colour: string;
  /** Anywhere beside the line, best at an end, on it, near its only point, or anywhere between low and high. */
  kind: "branch" | "end" | "level" | "spot" | "column";
  method: string;
  roles: string[];
  name: string;
  low: number;
  high: number;
  size: number;
  /** Whether it is never left out for lines that it would hide. */
  essential: boolean;
}

export interface LayoutAxis {
  visible?: boolean;
  tickvals?: number[];
  title?: unknown;
  ticktext?: string[];
  automargin?: boolean;
  range: number[];
}

export interface Vector {
  x: number;
  y: number;
  z: number;
}

export interface Camera {
  eye: Vector;
  center: Vector;
  up: Vector;
  projection?: { type: string };
}

export interface SceneLayout {
  camera: Camera;
  xaxis: LayoutAxis;
  yaxis: LayoutAxis;
  zaxis: LayoutAxis;
}

export interface Layout {
  width?: number;
  height?: number;
  showlegend?: boolean;
  autosize?: boolean;
  font: { family?: string };
  margin?: Record<string, unknown>;
  title?: unknown;
  modebar?: Record<string, string>;
  scene?: SceneLayout;
  xaxis: LayoutAxis;
  yaxis: LayoutAxis;
  shapes?: { name?: string }[];
  annotations?: Annotation[];
  meta?: { frame?: Frame; stage?: Stage; labels?: Label[] } | null;
}

export interface Figure {
  data: Trace[];
  layout: Layout;
}

/** Each method's gradient over all steps: along each drawn axis one coordinate for each of the ascending steps. */
export interface GradientsByStep {
  steps: Numbers;
  gradients: Record<string, Numbers[]>;
  /** The same minus the true gradient; without any where there is none. */
  differences: Record<string, Numbers[]>;
  /** Coordinates that are not drawn; of which variable each is, the drawn ones first; and of how many. */
  others: Record<string, Numbers[]>;
  order: number[];
  size: number;
  errors: Record<string, Numbers>;
}

/** The colours and the font that a picture is drawn with. */
export interface Theme {
  dark: boolean;
  font: string;
  palette: Palette;
  /** How many times as large as usual letters and lines are. */
  enlargement: number;
  /** Dashes of methods in place of those that figures have. */
  dashes: Record<string, string>;
}

// ---------------------------------------------------------------- what Plotly offers to everybody

export interface PlotlyApi {
  react(plot: HTMLElement, data: Trace[], layout: Layout, config: object): Promise<unknown>;
  restyle(plot: HTMLElement, change: object, traces: number[]): Promise<unknown>;
  relayout(plot: HTMLElement, change: object): Promise<unknown>;
  purge(plot: HTMLElement): void;
  downloadImage(figure: object, options: object): Promise<string>;
  toImage(figure: object, options: object): Promise<string>;
  Icons: { camera: object; home: object };
  PlotSchema: { findArrayAttributes(trace: object): string[] };
}

declare global {
  interface Window {
    Plotly?: PlotlyApi;
  }
}

/** What the components of a page announce to each other, by name: see events.js. */
export interface AnnouncedEvents {
  "gradviz-step": StepEvent;
  "gradviz-walk": WalkEvent;
}

/** ε moves, on its slider or on the error plot: all pictures follow at once. */
export interface StepEvent {
  step: number;
  /** Whether it still moves. */
  moving: boolean;
  /** Whether it is back where it was before it moved: nothing has changed. */
  returned: boolean;
}

/** The part of the gradient that a walk through the graph has collected; null while nobody walks. */
export interface WalkEvent {
  partial: number[] | null;
  /** Whether only the picture beside the walk shows it: on paper, where nobody has walked. */
  aside: boolean;
}

// ---------------------------------------------------------------- the state of a view

/** One picture's place on the page: its elements, and what is drawn in it. Made by createPanel. */
export interface Panel {
  name: string;
  figure: HTMLElement;
  head: HTMLElement;
  title: HTMLElement;
  aboutButton: HTMLButtonElement;
  about: HTMLElement;
  area: HTMLElement;
  plot: HTMLElement;
  picture: HTMLElement;
  /** Has the focus for the keys that turn a scene or move a window. */
  keys: HTMLElement;
  handle: HTMLElement;
  problem: HTMLElement;
  views: HTMLElement;
  caption: HTMLElement;
  /** The overlay of a picture, once something stands in it. */
  overlay: SVGSVGElement | null;
  /** The unit that it is drawn in, in pixels: by this letters and lines are larger than usual. */
  unit: number;
  /** In pixels; null until it is measured again. */
  size: [number, number] | null;
  heights: string;
  /** The named views that its buttons offer, as JSON. */
  offered: string;
  config: { solid: boolean; settings: object } | null;
  /** What is drawn, as JSON, to tell whether a message changes it; null if it must be drawn in any case. */
  key: string | null;
  /** The part of it that Plotly draws, as JSON. */
  plotted: string | null;
  shown: boolean;
  failed: boolean;
  /** Whether what Plotly has drawn was moved ahead of the server. */
  displaced: boolean;
  /** The ranges of a flat picture that hands have moved ahead of the server. */
  window: [number, number][] | null;
  painted: Figure | null;
  point: { x: number; y: number } | null;
  /** The point as Plotly would draw it, where the handle stands for it. */
  marker: Trace | null;
  /** The labels on its lines with the places that they may have; and those that are drawn, as JSON. */
  labels: (import("./labels.js").Placing & { label: Label })[];
  labelsDrawn: string;
  curve: Trace | null;
  /** The camera that was chosen for a scene, and for which one: it stays while the same surface is shown. */
  home: { key: string; camera: Camera } | null;
  /** Where the lens of a scene stands. */
  lens: import("./placing.js").LensPlace | null;
  movable: Trace[];
  dots: Trace[];
  words: Annotation[];
  titles: Element[];
  room: { request: string; margin: Record<string, number>; titles: Element[] } | null;
}

/** What the pictures show ahead of the server: ε and the point as they are dragged. */
export interface Preview {
  step: number | null;
  point: number[] | null;
}

/** One view: the element that Streamlit mounts, its panels, and what is drawn. Made by createView. */
export interface View {
  root: HTMLElement;
  headline: HTMLElement;
  cards: HTMLElement;
  columns: HTMLElement;
  tabs: import("./tabs.js").Tabs;
  announcer: HTMLElement;
  observer: ResizeObserver;
  panels: Map<string, Panel>;
  /** Attaches the listeners of a new panel. */
  attach(view: View, panel: Panel): void;
  /** End listening to what others announce. */
  silence: (() => void)[];
  component: Component<unknown> | null;
  /** A message whose base has not come yet. */
  message: ChangedViewData | null;
  data: ViewData | null;
  /** The lighter arrays of the last message, decoded; an error in place of one that can't be. */
  named: Map<string, unknown>;
  gradientsByStep: GradientsByStep | null;
  theme: Theme | null;
  closed: boolean;
  queue: Promise<void>;
  scheduled: boolean;
  /** As JSON: the columns and the cards as they stand. */
  arranged: string;
  listed: string;
  /** The methods to be shown, as pressed and not yet answered. */
  shown: Set<string> | null;
  /** Whether the cards of the other methods are brought out. */
  allCards: boolean;
  announced: string;
  /** The message that is drawn although arrays are missing, since they have not come in time. */
  incomplete: ViewData | null;
  partsTimer: Timer | undefined;
  resizeTimer: Timer | undefined;
  /** The camera as the visitor turned it, also while no scene is shown. */
  camera: Camera | null;
  /** Whether a visitor has turned it, or a link: then no other is chosen. */
  turned: boolean;
  /** The number of the address that was opened last, as far as the camera has followed it. */
  opening: number | null;
  /** As JSON: the last camera that the server was sent, or that it has asked for. */
  cameraSent: string;
  cameraTimer: Timer | undefined;
  preview: Preview | null;
  previewTimer: Timer | null;
  hand: import("./hand.js").Hand;
  handTimer: Timer | null;
  /** Where the point was moved to last. */
  place: { x: number; y: number };
  pace: import("./pace.js").Pace;
}
