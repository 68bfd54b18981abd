"""What is true about a service: pure functions from records to readings. No Streamlit, no database, no clock."""
