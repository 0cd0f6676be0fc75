"""What a browser measures of a page: words that are broken, links that are no target for a thumb, words with two meanings."""

_SHOWN = """
const shown = (e) => e.checkVisibility({opacityProperty: true, visibilityProperty: true})
  && !e.closest('.visually-hidden, .skip, [aria-hidden=true]');
const name = (e) => `${e.tagName.toLowerCase()}.${e.className} "${e.textContent.trim().replace(/\\s+/g, ' ').slice(0, 40)}"`;
"""

# A word that is longer than a line has to be broken somewhere; addresses and code are no words.
BROKEN_WORDS = (
    "(longest) => {"
    + _SHOWN
    + """
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
for (let node; (node = walker.nextNode());) {
  const at = node.parentElement;
  if (!node.data.trim() || ['SCRIPT', 'STYLE', 'OPTION', 'TEMPLATE'].includes(at.tagName) || at.closest('code, pre') || !shown(at)) continue;
  for (const part of node.data.matchAll(/\\S+/g)) {
    if (/[@/]/.test(part[0])) continue;
    for (const word of part[0].matchAll(/[\\p{L}\\p{N}]+/gu)) {
      const range = document.createRange(), start = part.index + word.index;
      range.setStart(node, start);
      range.setEnd(node, start + word[0].length);
      const lines = new Set([...range.getClientRects()].filter((box) => box.width).map((box) => Math.round(box.top))).size;
      if (lines > 1 && (word[0].length <= longest || word[0].length / lines < 4)) found.push(`${word[0]} in ${lines} lines: ${name(at)}`);
    }
  }
}
return [...new Set(found)]; }"""
)

# A link within a sentence is as high as its line; one that stands alone is a target itself, or makes one of its row.
SMALL_LINKS = (
    "([least, row]) => {"
    + _SHOWN
    + """
const target = (link) => getComputedStyle(link, '::after').position === 'absolute' ? link.offsetParent : link;
const within = (link) => getComputedStyle(link).display === 'inline'
  && link.parentElement.matches('p, li, dd, span, small, strong, td, figcaption, label')
  && link.parentElement.textContent.replace(link.textContent, '').trim();
const found = [...document.querySelectorAll('a[href]')].filter(shown).filter((link) => {
  const stretched = target(link) !== link;
  return (stretched || !within(link)) && target(link).getBoundingClientRect().height < (stretched ? row : least) - .5;
});
return found.map(name); }"""
)

# Two groups may have one title, and two people one name: of those the public id is left out. Whoever hears links and buttons one after the other knows them by their words alone.
ONE_NAME_TWO_THINGS = """() => {
const heard = (e) => !e.closest('[hidden], template') && (e.closest('details:not([open])') || e.checkVisibility({visibilityProperty: true}));
const words = (e) => (e.getAttribute('aria-label') || e.textContent).trim().replace(/\\s+/g, ' ');
const sent = (e) => [...new FormData(e.form)].filter(([name]) => name !== 'csrf_token').join('&');
const does = (e) => e.tagName === 'A' ? e.href.split('#')[0] : e.form ? [e.form.action, sent(e), e.name, e.value].join(' ') : '';
const all = new Map();
for (const e of [...document.querySelectorAll('a[href], button')].filter(heard)) {
  all.set(words(e), (all.get(words(e)) || new Set()).add(does(e).replace(/\\b[2-9a-hjkmnp-tv-z]{14}\\b/g, 'id')));
}
return [...all].filter(([, things]) => things.size > 1).map(([name, things]) => `"${name}" does ${[...things].slice(0, 2).join(' and ')}`); }"""
