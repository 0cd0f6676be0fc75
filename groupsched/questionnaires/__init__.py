"""Forms that a program edits, their versions, and what people answer."""
