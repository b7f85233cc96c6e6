"""How land is drawn: folium, our browser modules, HTML. Never Streamlit."""
