"""The demo: one invented program, made relative to today through the same services that people use."""
