"""Starts the page: ``streamlit run app.py``, or ``uvicorn app:app``. page/story.py is what a visitor sees."""

from pathlib import Path

import streamlit as st

from page.server import MIDDLEWARE, ROUTES, lifespan

app = st.App(
    Path(__file__).parent / "page" / "story.py", routes=ROUTES, middleware=MIDDLEWARE, lifespan=lifespan
)
