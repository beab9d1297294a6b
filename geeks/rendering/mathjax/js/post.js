// One post: macros, labels and colours that live until the next `begin`, and the conversion of a formula.
'use strict';

globalThis.post = {
  error: '', level: null, changed: false, coloured: false, labels: false,
  places: new Set(), items: new Map(), sent: new Set(),

  begin(labels) {
    const jax = MathJax.startup.document.inputJax[0];
    jax.reset();
    const {stack} = jax.parseOptions.packageData.get('begingroup');
    if (!post.untouched(stack)) {
      stack.sandbox();
      stack.finish();                      // as the end of a formula does: the new level is there to stay
      post.level = stack.i;
    }
    if (post.coloured) jax.parseOptions.packageData.get('color').model.userColors.clear();
    Object.assign(post, {coloured: false, labels, places: new Set(), items: new Map()});
  },

  // Whether the level that the last sandbox made is on top and still empty: as good as a new one, which costs more.
  untouched(stack) {
    return stack.i === post.level && stack.base === post.level
      && Object.getOwnPropertyNames(stack.global).every((name) => !stack.global[name].map.size);
  },

  item(number, tex, display) {
    const document = MathJax.startup.document;
    if (!post.items.has(number)) {
      const item = new document.options.MathItem(tex, document.inputJax[0], display);
      item.start.node = MathJax.startup.adaptor.body(document.document);
      item.setMetrics(16, 8, 80 * 16, 1);
      post.items.set(number, item);
    }
    return post.items.get(number);
  },

  // -> JSON: {error} | {wait: true} (hand over the wanted files, call again) | {later: true} (a reference that points
  // forward: call again after the last formula) | {width … body, mathml, glyphs: {id: outline} not sent before, ids}
  typeset(number, tex, display, last) {
    const item = post.item(number, tex, display);
    const forward = item.inputData.recompile;
    try {
      if (last && forward) item.state(forward.state);
      post.error = '';
      item.compile(MathJax.startup.document);
      if (post.error) return post.done(number, {error: post.error});
      if (!last && item.inputData.recompile) return JSON.stringify({later: true});
      return post.done(number, post.draw(item, display));
    } catch (error) {
      if (error.retry) return JSON.stringify({wait: true});
      return post.done(number, {error: post.reason(error)});
    }
  },

  // Runs a formula for its definitions only, after the engine was replaced in the middle of a post.
  replay(tex, display) {
    try { post.item(-1, tex, display).compile(MathJax.startup.document); } catch (error) { /* it failed before, too */ }
    post.items.delete(-1);
  },

  draw(item, display) {
    const document = MathJax.startup.document;
    const spoken = mathml.serialise(item.root, display);
    item.typeset(document);
    const state = {cache: document.outputJax.fontCache.cache, glyphs: {}, labels: post.labels, places: post.places};
    const drawing = svg.serialise(item.typesetRoot, state);
    state.cache = null;
    const ids = Object.keys(state.glyphs);
    const glyphs = Object.fromEntries(ids.filter((id) => !post.sent.has(id)).map((id) => [id, state.glyphs[id]]));
    ids.forEach((id) => post.sent.add(id));
    return {...drawing, mathml: spoken, ids, glyphs, changed: post.changed};
  },

  done(number, answer) {
    post.items.delete(number);
    return JSON.stringify({...answer, changed: post.changed});
  },

  reason: (error) => /stack|recursion/i.test(error.message) ? 'The formula is nested too deeply'
    : `MathJax cannot typeset this formula (${error.message})`,
};
