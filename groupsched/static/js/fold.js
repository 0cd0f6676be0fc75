// Words as they are compared where a list is sifted in the page: is_found() of core/text.py, which a test compares.
const LETTERS = {
  ł: "l", ø: "o", đ: "d", ð: "d", ħ: "h", ı: "i", ŧ: "t", ŋ: "n", æ: "ae", œ: "oe", þ: "th", ß: "ss", ς: "σ",
};
const APOSTROPHES = /['’‘‛ʼʻʹʽ′´`＇]/g;
const UNSPACED = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]/gu;

export function fold(text) {
  const letters = text.replace(APOSTROPHES, "").normalize("NFKD").replace(/[\p{M}\p{Cf}]/gu, "");
  const plain = letters.toLowerCase().replace(/[łøđðħıŧŋæœþßς]/g, (one) => LETTERS[one]);
  const words = plain.replace(/[^\p{L}\p{N}]+/gu, " ").replace(UNSPACED, " $& ");
  return words.trim().replace(/ +/g, " ");
}

export function isFound(name, asked) {
  const stored = ` ${fold(name)} ${fold(name.replace(APOSTROPHES, " "))}`;
  const words = fold(asked);
  return words ? words.split(" ").every((word) => stored.includes(` ${word}`)) : !asked.trim();
}
