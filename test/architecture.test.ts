/** Who may import whom: the rules of docs/architecture.md, checked by dependency-cruiser over the whole source. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { cruise as Cruise, ICruiseResult, IForbiddenRuleType } from 'dependency-cruiser';

const root = fileURLToPath(new URL('..', import.meta.url));

const CORE = ['src/layers', 'src/graph', 'src/tensor'] as const;
const SYNTAX = 'src/language/syntax';
const NAMES = 'src/language/names';
const ELABORATE = 'src/language/elaborate';
const LINTS = 'src/language/lints';
const ANALYSIS = 'src/language/analysis';
const EDITOR = 'src/language/editor';
const PAGE = ['src/run', 'src/protocol', 'src/view', 'src/export', 'src/onnx', 'src/diagram', ...CORE] as const;

/** What each room may import besides itself. A room is a folder (or a file) of the repository; one inside another has the stricter rule. */
const allowed = {
  'src/tensor': [],
  'src/tensor/geometry': ['src/tensor/program.ts'],
  'src/tensor/plan': ['src/tensor/geometry', 'src/tensor/program.ts'],
  'src/layers': ['src/tensor'],
  'src/graph': ['src/layers', 'src/tensor'],
  'src/diagram': ['src/graph', 'src/layers'],
  'src/export': ['src/graph', 'src/layers', 'src/diagram', 'src/onnx'],
  'src/export/onnx': ['src/onnx', 'src/export/exporter.ts', 'src/export/cnn', 'src/graph', 'src/layers'],
  'src/export/cnn': ['src/export/exporter.ts', 'src/graph', 'src/layers'],
  'src/export/code': ['src/export/exporter.ts', 'src/graph', 'src/layers'],
  'src/export/table': ['src/export/exporter.ts', 'src/graph'],
  'src/export/picture': ['src/export/exporter.ts', 'src/export/cnn', 'src/diagram'],
  'src/weights': [],
  'src/run': ['src/graph', 'src/layers', 'src/tensor', 'src/weights'],
  'src/thread': ['src/run', 'src/tensor'],
  'src/onnx': [],
  'src/import': [
    'src/graph',
    'src/layers',
    'src/tensor',
    'src/export/cnn',
    'src/export/onnx',
    'src/export/exporter.ts',
    'src/weights',
    'src/onnx',
  ],
  'src/import/read': ['src/import/fault.ts', 'src/onnx', 'src/weights'],
  'src/import/yolo': ['src/import/fault.ts'],
  'src/import/simplify': ['src/import/fault.ts', 'src/import/read'],
  'src/import/recognise': ['src/import/fault.ts', 'src/import/read', 'src/import/simplify', 'src/graph', 'src/layers', 'src/tensor'],
  'src/import/fold': ['src/graph', 'src/layers', 'src/export/cnn'],
  'src/protocol': ['src/graph', 'src/diagram', 'src/run', 'src/export/exporter.ts'],
  'src/view': ['src/graph', 'src/protocol/server.ts'],
  'src/language': ['src/graph', 'src/layers', 'src/export', 'src/diagram', 'src/view', 'src/protocol'],
  [SYNTAX]: ['src/graph', 'src/layers'],
  [NAMES]: [SYNTAX, 'src/layers', 'src/graph'],
  [ELABORATE]: [SYNTAX, NAMES, 'src/layers', 'src/graph'],
  [LINTS]: [SYNTAX, NAMES, ELABORATE, 'src/layers', 'src/graph'],
  [ANALYSIS]: [SYNTAX, NAMES, ELABORATE, LINTS, 'src/layers', 'src/graph', 'src/export'],
  [EDITOR]: [
    SYNTAX,
    NAMES,
    ELABORATE,
    LINTS,
    ANALYSIS,
    'src/layers',
    'src/graph',
    'src/export',
    'src/diagram',
    'src/view',
    'src/protocol/server.ts',
    'src/protocol/commands.ts',
  ],
  [`${EDITOR}/completion`]: [SYNTAX, NAMES, ANALYSIS, `${EDITOR}/describe.ts`, 'src/layers'],
  'src/conversion': ['src/language', 'src/import', 'src/weights', 'src/graph'],
  'src/server': ['src/language', 'src/export/exporter.ts', 'src/protocol/server.ts'],
  'src/extension': ['src/protocol', 'src/graph/figures.ts', 'src/diagram', 'src/run'],
  'src/bench': ['src/tensor', 'src/onnx'],
  'src/cli': [
    'src/bench',
    'src/server',
    'src/language',
    'src/export',
    'src/import',
    'src/conversion',
    'src/weights',
    'src/run',
    'src/onnx',
    'src/diagram',
    ...CORE,
  ],
  webview: [...PAGE, 'syntaxes'],
  'webview/workers': PAGE,
  'webview/setup.ts': PAGE,
  'webview/found.ts': PAGE,
  'webview/kept.ts': [...PAGE, 'webview/setup.ts'],
  'webview/state.ts': [...PAGE, 'webview/kept.ts', 'webview/workers', 'webview/setup.ts'],
  'webview/parts': [...PAGE, 'webview/workers', 'webview/kept.ts', 'webview/state.ts'],
  'webview/runs.ts': [
    ...PAGE,
    'webview/workers',
    'webview/kept.ts',
    'webview/state.ts',
    'webview/setup.ts',
    'webview/found.ts',
    'webview/panes/pane.ts',
  ],
  'webview/panes': [...PAGE, 'syntaxes', 'webview/workers', 'webview/kept.ts', 'webview/state.ts', 'webview/setup.ts', 'webview/parts'],
} as const satisfies Record<string, readonly string[]>;

const pattern = (part: string): string => `^${part.replaceAll('.', '\\.')}${part.endsWith('.ts') ? '$' : '/'}`;
const any = (parts: readonly string[]): string => parts.map(pattern).join('|');

const rules: readonly IForbiddenRuleType[] = [
  ...Object.entries(allowed).map(([part, others]) => ({
    name: `${part} imports only ${others.join(', ') || 'itself'}`,
    severity: 'error' as const,
    from: { path: pattern(part) },
    to: { path: '^(src|webview|scripts|test|syntaxes)/', pathNot: any([part, ...others]) },
  })),
  { name: 'no circle of imports, types included', severity: 'error', from: {}, to: { circular: true } },
  {
    name: 'only the editor room knows the types of the language server protocol',
    severity: 'error',
    from: { path: '^src/language/', pathNot: pattern(EDITOR) },
    to: { path: 'vscode-languageserver' },
  },
  {
    name: 'src/layers/kinds holds layer kinds, which nothing but the registry imports',
    severity: 'error',
    from: { path: '^(src|webview)/', pathNot: '^src/layers/(index\\.ts|kinds/)' },
    to: { path: '^src/layers/kinds/' },
  },
  {
    name: 'only src/extension imports vscode',
    severity: 'error',
    from: { path: '^(src|webview)/', pathNot: pattern('src/extension') },
    to: { path: '^vscode$|/@types/vscode/' },
  },
  {
    name: 'the protocol imports types only',
    severity: 'error',
    from: { path: pattern('src/protocol') },
    to: { dependencyTypesNot: ['type-only'] },
  },
];

/** dependency-cruiser reads TypeScript through the compiler's API, which TypeScript 7 no longer has: while these hooks are there, it finds TypeScript 5. */
const giveTypeScript5 = (): ReturnType<typeof registerHooks> =>
  registerHooks({
    resolve: (specifier, context, next) => {
      const isAsked = /^typescript(\/|$)/.test(specifier) && context.parentURL?.includes('/node_modules/dependency-cruiser/');
      return next(isAsked ? specifier.replace('typescript', 'legacy-typescript') : specifier, context);
    },
  });

async function violations(
  cruise: typeof Cruise,
  baseDir: string,
  paths: readonly string[],
): Promise<{ readonly messages: readonly string[]; readonly modules: number }> {
  const { output } = await cruise([...paths], {
    baseDir,
    ruleSet: { forbidden: [...rules] },
    validate: true,
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^src/tensor/wasm/assembly' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js', '.json'] },
  });
  const { summary } = output as ICruiseResult;
  return { messages: summary.violations.map(({ rule, from, to }) => `${from} → ${to}: ${rule.name}`), modules: summary.totalCruised };
}

describe('architecture', function () {
  this.timeout(60_000);
  let cruise: typeof Cruise;
  let hooks: ReturnType<typeof giveTypeScript5>;
  before(async () => {
    hooks = giveTypeScript5();
    cruise = (await import('dependency-cruiser')).cruise;
  });
  after(() => hooks.deregister());

  it('has no import that the rules forbid', async () => {
    const { messages, modules } = await violations(cruise, root, ['src', 'webview']);
    assert.deepEqual(messages, []);
    assert.ok(modules > 50, `only ${modules} modules were read: the cruiser does not see TypeScript`);
  });

  it('would notice one, a type or not', async () => {
    const base = mkdtempSync(join(tmpdir(), 'pointwise-architecture-'));
    try {
      for (const folder of ['tensor', 'graph']) mkdirSync(join(base, 'src', folder), { recursive: true });
      const circle = "import type { Name } from './name.ts';\nexport interface Graph { readonly name: Name }\n";
      writeFileSync(join(base, 'src/graph/graph.ts'), circle);
      writeFileSync(join(base, 'src/graph/name.ts'), "import type { Graph } from './graph.ts';\nexport type Name = keyof Graph;\n");
      const imports = "import type { Graph } from '../graph/graph.ts';\nimport * as vscode from 'vscode';\n";
      writeFileSync(join(base, 'src/tensor/forbidden.ts'), `${imports}export const name = (g: Graph) => vscode.version + g.name;\n`);
      const { messages } = await violations(cruise, base, ['src']);
      assert.deepEqual(messages.toSorted(), [
        'src/graph/graph.ts → src/graph/name.ts: no circle of imports, types included',
        'src/tensor/forbidden.ts → src/graph/graph.ts: src/tensor imports only itself',
        'src/tensor/forbidden.ts → vscode: only src/extension imports vscode',
      ]);
    } finally {
      rmSync(base, { recursive: true });
    }
  });
});
