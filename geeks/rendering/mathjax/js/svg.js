// Turns MathJax's SVG tree into compact text: our elements and attributes only, no style, no class, no data-*,
// groups that do nothing taken away, colours checked. Lists here and in gate.py agree.
'use strict';

globalThis.svg = (() => {
  const KEEP = new Set(['transform', 'x', 'y', 'x1', 'y1', 'x2', 'y2', 'width', 'height', 'rx', 'ry', 'cx', 'cy', 'd',
    'points', 'viewBox', 'preserveAspectRatio', 'fill', 'stroke', 'stroke-width', 'stroke-linecap', 'stroke-linejoin',
    'stroke-dasharray', 'font-size', 'font-weight', 'font-style', 'pointer-events']);
  const SHAPES = new Set(['use', 'path', 'rect', 'line', 'polygon', 'ellipse', 'text']);
  const CONTAINERS = new Set(['g', 'svg', 'a']);
  const NONE = [];
  const BLACK = /^(?:black|#000|#000000|#221e1f)$/i;   // follows the page's own ink, so that dark pages show it
  const COLOUR = /^(?:#[0-9a-f]{3,8}|[a-z]{2,30}|rgb\(\s*\d{1,3}%?\s*,\s*\d{1,3}%?\s*,\s*\d{1,3}%?\s*\))$/i;

  const SPECIAL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff&<>"]/;

  const escapeText = (text) => !SPECIAL.test(text) ? text
    : text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
      .replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
  const escapeValue = (text) => !SPECIAL.test(text) ? text : escapeText(text).replace(/"/g, '&quot;');

  function colour(value) {
    value = value.trim();
    if (BLACK.test(value)) return 'currentColor';
    return COLOUR.test(value) ? value : 'currentColor';
  }

  // What is kept of the attributes `given`, in their order.
  function attributes(given) {
    const kept = {};
    if ('data-line' in given || 'data-frame' in given) {           // MathJax leaves these to its style sheet
      kept['stroke-width'] = given['stroke-thickness'] || '70';
      kept.fill = 'none';
      const dashes = (given.class || '').match(/dashed|dotted/)?.[0];
      if (dashes === 'dashed') kept['stroke-dasharray'] = '140';
      if (dashes === 'dotted') Object.assign(kept, {'stroke-linecap': 'round', 'stroke-dasharray': '0,140'});
    }
    if ('preserveAspectRatio' in given) kept.overflow = 'visible'; // a numbered equation hangs out of its one-unit box
    for (const name in given) {
      if (name === 'style') styles(String(given[name]), kept);
      else if (KEEP.has(name)) kept[name] = value(name, String(given[name]));
    }
    return kept;
  }

  function value(name, text) {
    switch (name) {
      case 'fill': case 'stroke': return colour(text);
      case 'stroke-linejoin': return text === 'mitre' ? 'miter' : text;
      case 'font-size': return text.replace(/px$/, '');
      default: return text;
    }
  }

  function styles(text, kept) {
    for (const [, name, value] of text.matchAll(/([a-z-]+)\s*:\s*([^;]+)/g)) {
      if (name === 'stroke-width') kept[name] = value.trim().replace(/px$/, '');
      if (name === 'color') kept.fill = kept.stroke = colour(value);
    }
  }

  // One node of MathJax's lite DOM -> {kind, a: attributes, c: children (text or nodes)}, or null when nothing would be
  // seen. What is made here is nobody else's, so that it may be changed in place.
  function build(node, state) {
    const kind = node.kind;
    if (kind === '#text') return escapeText(node.value);
    if (kind === '#comment' || kind === 'title') return null;
    if (!SHAPES.has(kind) && !CONTAINERS.has(kind)) throw new Error(`an element <${kind}> is not allowed`);
    const a = attributes(node.attributes);
    if (kind === 'use') return use(node.attributes, a, state);
    const c = children(node, state);
    if (kind === 'text') return c.length ? {kind, a: Object.assign(a, {'font-family': 'serif'}), c} : null;
    if (kind === 'a') return link(node.attributes, a, c);
    if (state.labels) anchor(String(node.attributes.id || ''), a, state);
    return CONTAINERS.has(kind) ? group(kind, a, c) : {kind, a, c};
  }

  function children(node, state) {
    const c = [];
    for (const child of node.children) {
      const built = build(child, state);
      if (built !== null) c.push(built);
    }
    return c;
  }

  function use(given, a, state) {
    const id = (given['xlink:href'] || given.href).slice(1);
    const short = id.startsWith('MJX-TEX-') ? id.slice(8) : 'x' + id.slice(4);
    const outline = state.cache.get(id);
    if (!outline) return null;
    state.glyphs[short] = outline;
    a.href = '#' + short;
    return {kind: 'use', a, c: NONE};
  }

  function link(given, a, c) {
    const href = given.href || given['xlink:href'] || '';
    if (/^https?:\/\/[^\s"<>\\]+$/i.test(href)) {
      // Hidden from assistive technology together with the drawing, so it must not take the keyboard's focus either.
      return {kind: 'a', a: Object.assign(a, {href, rel: 'nofollow ugc noopener', tabindex: '-1'}), c};
    }
    const label = href.match(/^#mjx-eqn(?::|%3A)(.+)$/i);
    if (!label) return group('g', a, c);
    return {kind: 'a', a: Object.assign(a, {href: '#' + place(decodeURIComponent(label[1])), tabindex: '-1'}), c};
  }

  const place = (label) => 'eqn-' + label.replace(/[^A-Za-z0-9-]/g, (letter) => '_' + letter.codePointAt(0).toString(16));

  function anchor(id, a, state) {
    if (id.startsWith('mjx-eqn:')) {
      const name = place(id.slice(8));
      if (!state.places.has(name)) a.id = name;
      state.places.add(name);
    }
  }

  const bare = (a) => { for (const name in a) return false; return true; };

  function group(kind, a, c) {
    if (c.some((child) => child.kind === 'g' && bare(child.a))) {
      c = c.flatMap((child) => child.kind === 'g' && bare(child.a) ? child.c : [child]);
    }
    if (!c.length && !a.id) return null;
    const only = c.length === 1 && typeof c[0] === 'object' ? c[0] : null;
    if (kind === 'g' && only && (only.kind === 'g' || SHAPES.has(only.kind)) && !a.id) {
      if (!bare(a)) {
        const transform = [a.transform, only.a.transform].filter(Boolean).join(' ');
        only.a = Object.assign(a, only.a);
        if (transform) only.a.transform = transform;
      }
      return only;
    }
    return {kind, a, c};
  }

  function print(node) {
    if (typeof node === 'string') return node;
    let text = '<' + node.kind;
    for (const name in node.a) text += ` ${name}="${escapeValue(node.a[name])}"`;
    if (!node.c.length) return text + '/>';
    text += '>';
    for (const child of node.c) text += print(child);
    return text + `</${node.kind}>`;
  }

  // -> {width, height, depth, least, box, body}: lengths as MathJax wrote them ("2.282ex", "100%"), `body` the inside.
  function serialise(container, state) {
    const root = container.children.find((node) => node.kind === 'svg');
    const style = root.attributes.style || '';
    return {
      width: root.attributes.width,
      height: root.attributes.height,
      box: root.attributes.viewBox || '',
      depth: style.match(/vertical-align:\s*(-?[\d.]+)/)?.[1] || '0',
      least: style.match(/min-width:\s*([\d.]+)ex/)?.[1] || '',
      body: children(root, state).map(print).join(''),
    };
  }

  return {serialise, escapeText};
})();
