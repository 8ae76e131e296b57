"""One construction in many arithmetics: moved, evaluated in every mode, as precisely as it needs."""
