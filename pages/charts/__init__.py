"""Pure chart builders: a frame in, a chart out. No Streamlit."""
