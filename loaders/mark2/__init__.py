"""InfoTrace Mark II for Cyber (Soliton Dataset 2018): one event per line, Key=Value."""
