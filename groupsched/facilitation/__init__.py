"""How a meeting runs: run sheets, their phases, and the library that they are written from."""
