"""Write the font of the first letters anew: what English and Spanish pages are written in, at the weights that styles name.

    python -m venv /tmp/letters && /tmp/letters/bin/pip install fonttools==4.68.0 brotli
    /tmp/letters/bin/python tests/house/first_letters.py

The rest of the letters stay in the files that came from elsewhere, fetched by a page that has one of them (css/type.css). A
third of the bytes of a variable kerning is its change with the weight, which nobody sees: pairs keep that of weight 400.
"""

from pathlib import Path
from typing import Any

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

FONTS = Path(__file__).parents[2] / "groupsched" / "static" / "fonts"
WHOLE = FONTS / "hanken-grotesk-latin-wght-normal.woff2"
FIRST = FONTS / "hanken-grotesk-first-wght-normal.woff2"
LETTERS = "".join(map(chr, range(0x20, 0x7F))) + "\u00a0¡«·»¿ÁÉÍÑÓÚÜáéíñóúü×–‘’“”…−"
WEIGHTS = (400, 700)
CHANGES = ("XPlaDevice", "YPlaDevice", "XAdvDevice", "YAdvDevice")
NO_CHANGES = 0x0F  # of the bits of a format, those that are no device tables


def steady(values: Any) -> None:
    """A value, or a table with values, without its change along the axis."""
    if type(values).__name__ == "ValueRecord":
        for name in CHANGES:
            values.__dict__.pop(name, None)
    elif isinstance(values, list):
        for one in values:
            steady(one)
    elif hasattr(values, "__dict__"):
        for name, one in vars(values).items():
            if name in ("ValueFormat1", "ValueFormat2"):
                setattr(values, name, one & NO_CHANGES)
            else:
                steady(one)


def main() -> None:
    font = TTFont(WHOLE)
    options = Options(hinting=False, glyph_names=False, layout_features=["kern"])
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]  # with its makers and its licence
    subsetter = Subsetter(options)
    subsetter.populate(text=LETTERS)
    subsetter.subset(font)
    font = instantiateVariableFont(font, {"wght": WEIGHTS})
    steady([lookup.SubTable for lookup in font["GPOS"].table.LookupList.Lookup])
    font.flavor = "woff2"
    font.save(FIRST)
    print(f"{FIRST.name}: {FIRST.stat().st_size:,} bytes of {WHOLE.stat().st_size:,}")


if __name__ == "__main__":
    main()
