// Configures MathJax for a JavaScript engine without a browser, and the commands that our authors may use.
// Python (engine.py) evaluates this file first, then MathJax's own startup.js, which fetches the rest through
// `files`: a callback into Python is not possible under a time limit, so a wanted file is noted here and Python
// hands it over between two calls.
'use strict';

globalThis.process = {platform: 'linux'};
globalThis.console = {log() {}, info() {}, warn() {}, error() {}};
globalThis.setTimeout = (run) => { Promise.resolve().then(run); };

globalThis.files = {
  wanted: new Map(),                       // name -> [resolve, reject]
  failed: [],
  want: (name) => new Promise((...ways) => { files.wanted.set(name, ways); }),
  names: () => JSON.stringify([...files.wanted.keys()]),
  give(name, problem) {
    const [resolve, reject] = files.wanted.get(name);
    files.wanted.delete(name);
    if (problem) reject(new Error(problem)); else resolve({});
  },
};

// Always there, so that a formula means the same whatever was typeset before it. The others come by \require and
// end the engine's life with the post, because they change what existing commands mean.
const PACKAGES = ['base', 'ams', 'newcommand', 'textmacros', 'noundefined', 'require', 'begingroup', 'action', 'amscd',
  'bbox', 'boldsymbol', 'braket', 'bussproofs', 'cancel', 'centernot', 'color', 'enclose', 'extpfeil', 'gensymb',
  'html', 'mhchem', 'textcomp', 'unicode', 'upgreek', 'verb'];
const OPTIONAL = ['bbm', 'bboldx', 'cases', 'colortbl', 'colorv2', 'dsfont', 'empheq', 'fontsizev3', 'mathtools',
  'physics', 'units'];
const LOADED = PACKAGES.filter((name) => !['base', 'ams', 'newcommand', 'textmacros', 'noundefined', 'require'].includes(name));
// Names of MathJax 2, which archives of Stack Exchange are full of; an empty one is part of every formula already.
const OLD_NAMES = {AMSmath: '', AMSsymbols: '', AMScd: '', HTML: '', noErrors: '', noUndefined: '', autobold: ''};

globalThis.MathJax = {
  loader: {
    paths: {mathjax: 'mathjax', fonts: '@mathjax', 'mathjax-tex': '@mathjax/mathjax-tex-font',
      'mathjax-mhchem-extension': '@mathjax/mathjax-mhchem-font-extension'},
    load: ['adaptors/liteDOM', 'input/tex', 'output/svg', 'ui/safe', ...LOADED.map((name) => `[tex]/${name}`)],
    require: files.want,
    failed: (error) => { files.failed.push(error.message); },
    versionWarnings: false,
  },
  startup: {typeset: false, ready() { commands(); MathJax.startup.defaultReady(); }},
  options: {safeOptions: {safeProtocols: {http: true, https: true, file: false, javascript: false, data: false}}},
  svg: {font: 'mathjax-tex', fontCache: 'global', linebreaks: {inline: false}},
  tex: {
    packages: [...PACKAGES, 'house'],
    maxMacros: 1000,
    require: {defaultAllow: false, allow: Object.fromEntries([...PACKAGES, ...OPTIONAL].map((name) => [name, true]))},
    formatError: (jax, error) => { post.error = error.message.replace(/\n.*/s, ''); return jax.formatError(error); },
  },
};

function commands() {
  const tex = MathJax._.input.tex;
  const TexError = tex.TexError.default;
  const refuse = (parser, name) => { throw new TexError('NotAllowed', 'The command %1 is not allowed here', name); };
  const {RequireLoad} = tex.require.RequireConfiguration;
  const {ColorMethods} = tex.color.ColorMethods;
  new tex.TokenMap.CommandMap('house', {
    begingroupSandbox: refuse,
    begingroupReset: refuse,
    require(parser, name) {
      const wanted = parser.GetArgument(name).trim();
      const known = wanted in OLD_NAMES ? OLD_NAMES[wanted] : wanted;
      const now = (file) => parser.configuration.packageData.get('require').required.includes(file);
      if (known && !now(known)) {
        if (!OPTIONAL.includes(known)) {
          throw new TexError('BadRequire', 'Extension "%1" is not available', wanted);
        }
        post.changed = true;
        RequireLoad(parser, known);
      }
    },
    // MathJax 2 took the coloured part as an argument, \color{red}{x}; LaTeX's \color{red} x is a switch.
    color(parser, name) {
      const start = parser.i;
      parser.GetBrackets(name, '');
      parser.GetArgument(name);
      const follows = parser.GetNext();
      parser.i = start;
      (follows === '{' ? ColorMethods.TextColor : ColorMethods.Color)(parser, name);
    },
    definecolor(parser, name) { post.coloured = true; ColorMethods.DefineColor(parser, name); },
    // What these two define outlives the sandbox of macros.
    newcolumntype: noting(tex, 'macros', 'newcolumntype'),
    unicode: noting(tex, 'unicode', 'unicode'),
  });
  // Nobody clicks on the server; \toggle shows its first part.
  MathJax._.adaptors.lite.Element.LiteElement.prototype.addEventListener = () => {};
  tex.Configuration.Configuration.create('house', {handler: {macro: ['house']}, priority: 1});
}

function noting(tex, map, command) {
  const macro = tex.MapHandler.MapHandler.getMap(map).lookup(command);
  return (parser, name) => { post.changed = true; return macro.func(parser, name, ...macro.args); };
}
