/** The types of messages and of state that several modules share; one module's own stand in it as JSDoc. */

/** What Streamlit calls a component's default export with, on every change of its data or of the theme. */
export interface Component<Data> {
  data: Data;
  parentElement: HTMLElement;
  setTriggerValue(name: string, value: unknown): void;
  setStateValue(name: string, value: unknown): void;
}

/** What a component returns: Streamlit calls it when the mount has left the page, or is drawn anew. */
export type Cleanup = () => void;
