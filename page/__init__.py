"""The page and the server around it: the one package, beside app.py, that imports Streamlit."""
