"""What Streamlit serves: the one package, beside app.py, that knows it."""
