"""Streamlit: what stands on each page."""
