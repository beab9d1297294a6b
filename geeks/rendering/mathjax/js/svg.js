// Turns MathJax's SVG tree into compact text: our elements and attributes only, no style, no class, no data-*,
// groups that do nothing taken away, colours checked. Lists here and in gate.py agree.
'use strict';

globalThis.svg = (() => {
  const KEEP = new Set(['transform', 'x', 'y', 'x1', 'y1', 'x2', 'y2', 'width', 'height', 'rx', 'ry', 'cx', 'cy', 'd',
    'points', 'viewBox', 'preserveAspectRatio', 'fill', 'stroke', 'stroke-width', 'stroke-linecap', 'stroke-linejoin',
    'stroke-dasharray', 'font-size', 'font-weight', 'font-style', 'pointer-events']);
  const SHAPES = new Set(['use', 'path', 'rect', 'line', 'polygon', 'ellipse', 'text']);
  const CONTAINERS = new Set(['g', 'svg', 'a']);
  const BLACK = /^(?:black|#000|#000000|#221e1f)$/i;   // follows the page's own ink, so that dark pages show it
  const COLOUR = /^(?:#[0-9a-f]{3,8}|[a-z]{2,30}|rgb\(\s*\d{1,3}%?\s*,\s*\d{1,3}%?\s*,\s*\d{1,3}%?\s*\))$/i;

  const escapeText = (text) => text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
  const escapeValue = (text) => escapeText(text).replace(/"/g, '&quot;');

  function colour(value) {
    value = value.trim();
    if (BLACK.test(value)) return 'currentColor';
    return COLOUR.test(value) ? value : 'currentColor';
  }

  function attributes(adaptor, node, state) {
    const kept = {};
    const given = Object.fromEntries(adaptor.allAttributes(node).map(({name, value}) => [name, String(value)]));
    if ('data-line' in given || 'data-frame' in given) {           // MathJax leaves these to its style sheet
      kept['stroke-width'] = given['stroke-thickness'] || '70';
      kept.fill = 'none';
      const dashes = (given.class || '').match(/dashed|dotted/)?.[0];
      if (dashes === 'dashed') kept['stroke-dasharray'] = '140';
      if (dashes === 'dotted') Object.assign(kept, {'stroke-linecap': 'round', 'stroke-dasharray': '0,140'});
    }
    if ('preserveAspectRatio' in given) kept.overflow = 'visible'; // a numbered equation hangs out of its one-unit box
    for (const [name, value] of Object.entries(given)) {
      if (name === 'style') styles(value, kept);
      else if (name === 'fill' || name === 'stroke') kept[name] = colour(value);
      else if (name === 'stroke-linejoin') kept[name] = value === 'mitre' ? 'miter' : value;
      else if (name === 'font-size') kept[name] = value.replace(/px$/, '');
      else if (KEEP.has(name)) kept[name] = value;
    }
    return kept;
  }

  function styles(text, kept) {
    for (const [, name, value] of text.matchAll(/([a-z-]+)\s*:\s*([^;]+)/g)) {
      if (name === 'stroke-width') kept[name] = value.trim().replace(/px$/, '');
      if (name === 'color') kept.fill = kept.stroke = colour(value);
    }
  }

  // One node -> {kind, a: attributes, c: children (text or nodes)}, or null when nothing would be seen.
  function build(adaptor, node, state) {
    const kind = adaptor.kind(node);
    if (kind === '#text') return escapeText(adaptor.value(node));
    if (kind === '#comment' || kind === 'title') return null;
    if (!SHAPES.has(kind) && !CONTAINERS.has(kind)) throw new Error(`an element <${kind}> is not allowed`);
    const a = attributes(adaptor, node, state);
    if (kind === 'use') return use(adaptor, node, a, state);
    const c = adaptor.childNodes(node).map((child) => build(adaptor, child, state)).filter((child) => child !== null);
    if (kind === 'text') return c.length ? {kind, a: {...a, 'font-family': 'serif'}, c} : null;
    if (kind === 'a') return link(adaptor, node, a, c, state);
    anchor(adaptor, node, a, state);
    return CONTAINERS.has(kind) ? group(kind, a, c) : {kind, a, c};
  }

  function use(adaptor, node, a, state) {
    const id = (adaptor.getAttribute(node, 'xlink:href') || adaptor.getAttribute(node, 'href')).slice(1);
    const short = id.startsWith('MJX-TEX-') ? id.slice(8) : 'x' + id.slice(4);
    const outline = state.cache.get(id);
    if (!outline) return null;
    state.glyphs[short] = outline;
    return {kind: 'use', a: {...a, href: '#' + short}, c: []};
  }

  function link(adaptor, node, a, c, state) {
    const href = adaptor.getAttribute(node, 'href') || adaptor.getAttribute(node, 'xlink:href') || '';
    if (/^https?:\/\/[^\s"<>\\]+$/i.test(href)) {
      // Hidden from assistive technology together with the drawing, so it must not take the keyboard's focus either.
      return {kind: 'a', a: {...a, href, rel: 'nofollow ugc noopener', tabindex: '-1'}, c};
    }
    const label = href.match(/^#mjx-eqn(?::|%3A)(.+)$/i);
    return label ? {kind: 'a', a: {...a, href: '#' + place(decodeURIComponent(label[1])), tabindex: '-1'}, c}
      : group('g', a, c);
  }

  const place = (label) => 'eqn-' + label.replace(/[^A-Za-z0-9-]/g, (letter) => '_' + letter.codePointAt(0).toString(16));

  function anchor(adaptor, node, a, state) {
    const id = adaptor.getAttribute(node, 'id') || '';
    if (state.labels && id.startsWith('mjx-eqn:')) {
      const name = place(id.slice(8));
      if (!state.places.has(name)) a.id = name;
      state.places.add(name);
    }
  }

  function group(kind, a, c) {
    c = c.flatMap((child) => child.kind === 'g' && !Object.keys(child.a).length ? child.c : [child]);
    if (!c.length && !a.id) return null;
    const only = c.length === 1 && typeof c[0] === 'object' ? c[0] : null;
    if (kind === 'g' && only && (only.kind === 'g' || SHAPES.has(only.kind)) && !a.id) {
      const transform = [a.transform, only.a.transform].filter(Boolean).join(' ');
      const merged = {...a, ...only.a};
      if (transform) merged.transform = transform;
      return {...only, a: merged};
    }
    return {kind, a, c};
  }

  function print(node) {
    if (typeof node === 'string') return node;
    const text = Object.entries(node.a).map(([name, value]) => ` ${name}="${escapeValue(value)}"`).join('');
    return node.c.length ? `<${node.kind}${text}>${node.c.map(print).join('')}</${node.kind}>` : `<${node.kind}${text}/>`;
  }

  // -> {width, height, depth, least, box, body}: lengths as MathJax wrote them ("2.282ex", "100%"), `body` the inside.
  function serialise(adaptor, container, state) {
    const root = adaptor.childNodes(container).find((node) => adaptor.kind(node) === 'svg');
    const style = adaptor.getAttribute(root, 'style') || '';
    const body = adaptor.childNodes(root).map((node) => build(adaptor, node, state)).filter((node) => node !== null);
    return {
      width: adaptor.getAttribute(root, 'width'),
      height: adaptor.getAttribute(root, 'height'),
      box: adaptor.getAttribute(root, 'viewBox') || '',
      depth: style.match(/vertical-align:\s*(-?[\d.]+)/)?.[1] || '0',
      least: style.match(/min-width:\s*([\d.]+)ex/)?.[1] || '',
      body: body.map(print).join(''),
    };
  }

  return {serialise, escapeText};
})();
