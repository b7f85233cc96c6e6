"""The land: data, reading, checking. Knows neither Streamlit nor folium."""
