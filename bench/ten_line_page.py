"""The measure of the page: the fewest lines that draw such a surface and an arrow that moves with ε."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

step = st.number_input("ε", value=0.1, format="%g")
x = np.linspace(-6, 6, 60)
surface = go.Surface(x=x, y=x, z=x[:, None] ** 2 + x**2)
arrow = go.Scatter3d(x=[3, 3 - (6 + step) / 4], y=[4, 4 - (8 + step) / 4], z=[25, 25])
st.plotly_chart(go.Figure([surface, arrow], {"meta": step, "height": 600}))
