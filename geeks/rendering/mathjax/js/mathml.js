// Turns MathJax's internal tree into compact MathML for assistive technology: structure and letters, no looks.
'use strict';

globalThis.mathml = (() => {
  const TOKENS = new Set(['mi', 'mn', 'mo', 'mtext', 'ms']);
  const ROWS = new Set(['math', 'mrow', 'msqrt', 'mtd', 'menclose']);          // any number of children
  const FIXED = new Set(['mfrac', 'mroot', 'msub', 'msup', 'msubsup', 'munder', 'mover', 'munderover', 'mmultiscripts',
    'mtable', 'mtr']);
  const FLAT = new Set(['TeXAtom', 'mstyle', 'mpadded', 'inferredMrow']);       // only looks: the content stands alone
  const KEEP = {mfrac: ['linethickness'], menclose: ['notation'], mover: ['accent'], munder: ['accentunder'],
    munderover: ['accent', 'accentunder'], mtd: ['columnspan', 'rowspan']};
  const VARIANTS = {'-tex-calligraphic': 'script', '-tex-bold-calligraphic': 'bold-script', '-tex-mathit': 'italic',
    '-tex-oldstyle': 'normal', '-tex-bold-oldstyle': 'bold'};

  function convert(node, inRow) {
    const kind = node.kind;
    if (TOKENS.has(kind)) return token(node);
    if (kind === 'text' || kind === 'XML') return '';
    if (kind === 'mspace' || kind === 'mglyph' || kind === 'mphantom') return inRow ? '' : '<mrow></mrow>';
    if (kind === 'none' || kind === 'mprescripts') return `<${kind}></${kind}>`;
    if (kind === 'maction') return convert(node.selected, inRow);
    if (kind === 'mlabeledtr') return `<mtr>${inside({childNodes: node.childNodes.slice(1)}, false)}${convert(node.childNodes[0])}</mtr>`;
    if (ROWS.has(kind)) return element(kind === 'math' ? 'mrow' : kind, node, inside(node, true), inRow);
    if (FIXED.has(kind)) return element(kind, node, inside(node, false), inRow);
    if (FLAT.has(kind)) {
      const text = inside(node, true);
      return inRow || single(node) ? text : `<mrow>${text}</mrow>`;
    }
    return inside(node, inRow);
  }

  const inside = (node, inRow) => node.childNodes.map((child) => child ? convert(child, inRow) : '<mrow></mrow>').join('');

  // mhchem draws its bonds and arrows with private characters of its font.
  const ARROWS = {'\ue428': '←', '\ue429': '→', '\ue42a': '↔', '\ue42b': '⇆', '\ue42c': '←', '\ue42d': '→', '\ue42e': '↔',
    '\ue408': '⇌', '\ue409': '⇌', '\ue40a': '⇌', '\ue411': '≡', '\ue412': '≡', '\ue413': '≡'};
  const letters = (text) => text.replace(/[\ue400-\ue4ff]/g, (letter) => ARROWS[letter] || '');

  // Exactly one element will come out of the node, so that it needs no <mrow> round it.
  function single(node) {
    if (!FLAT.has(node.kind)) return TOKENS.has(node.kind) || ROWS.has(node.kind) || FIXED.has(node.kind);
    return node.childNodes.length === 1 && single(node.childNodes[0]);
  }

  function element(kind, node, text, inRow) {
    const given = kind in KEEP ? KEEP[kind].map((name) => [name, node.attributes.getExplicit(name)]) : [];
    const attributes = given.filter(([, value]) => /^[a-z0-9. -]{1,40}$/i.test(String(value ?? '')))
      .map(([name, value]) => ` ${name}="${value}"`).join('');
    return `<${kind}${attributes}>${text}</${kind}>`;
  }

  function token(node) {
    const text = letters(svg.escapeText(node.childNodes.map((child) => child.kind === 'text' ? child.getText() : '').join('')));
    let variant = node.attributes.getExplicit('mathvariant') || '';
    variant = VARIANTS[variant] || variant;
    if (!/^[a-z][a-z-]{2,30}$/.test(variant) || (variant === 'normal' && node.kind !== 'mi')) variant = '';
    return `<${node.kind}${variant ? ` mathvariant="${variant}"` : ''}>${text}</${node.kind}>`;
  }

  return {
    serialise(root, display) {
      return `<math${display ? ' display="block"' : ''}>${inside(root, true)}</math>`;
    },
  };
})();
