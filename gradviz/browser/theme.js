// Whether what is around a stage is light or dark.

/** What notebooks say of themselves: JupyterLab and VS Code on the body, Colab and marimo on the root. */
const SAID = ["data-jp-theme-light", "data-vscode-theme-kind", "theme", "class"];

/**
 * Whether a document is dark: by what a notebook says of it, else as the browser is set.
 * @param {Pick<Document, "body" | "documentElement">} document
 * @param {boolean} [preferred] as the browser is set
 */
export function isDark({ body, documentElement: root }, preferred = prefersDark().matches) {
  const jupyter = body.getAttribute("data-jp-theme-light");
  if (jupyter !== null) return jupyter === "false";
  const code = body.getAttribute("data-vscode-theme-kind");
  if (code !== null) return !code.endsWith("light");
  const colab = root.getAttribute("theme");
  if (colab !== null) return colab === "dark";
  const marimo = [root, body].find(
    ({ classList }) => classList.contains("dark") || classList.contains("light"),
  );
  return marimo ? marimo.classList.contains("dark") : preferred;
}

const prefersDark = () => matchMedia("(prefers-color-scheme: dark)");

/**
 * Call ``follow`` whenever it may have changed. What is returned ends it.
 * @param {() => void} follow
 */
export function watchTheme(follow) {
  const preference = prefersDark();
  const observer = new MutationObserver(follow);
  preference.addEventListener("change", follow);
  for (const place of [document.body, document.documentElement])
    observer.observe(place, { attributes: true, attributeFilter: SAID });
  return () => {
    preference.removeEventListener("change", follow);
    observer.disconnect();
  };
}
