// Plotly with the traces that gradviz draws, of its whole about a third. "scatter" is in its core.
const Plotly = require("plotly.js/lib/core");

Plotly.register([
  require("plotly.js/lib/contour"),
  require("plotly.js/lib/heatmap"),
  require("plotly.js/lib/mesh3d"),
  require("plotly.js/lib/scatter3d"),
  require("plotly.js/lib/surface"),
]);

module.exports = Plotly;
