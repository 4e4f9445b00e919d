/** Who may import whom: the rules of docs/architecture.md, checked by dependency-cruiser over the whole source. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { cruise as Cruise, ICruiseResult, IForbiddenRuleType } from 'dependency-cruiser';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What each part may import besides itself. A part is a folder (or a file) of the repository. */
const allowed = {
  'src/tensor': [],
  'src/layers': ['src/tensor'],
  'src/graph': ['src/layers', 'src/tensor'],
  'src/diagram': ['src/graph', 'src/layers'],
  'src/export': ['src/graph', 'src/layers'],
  'src/import': ['src/graph', 'src/layers'],
  'src/protocol.ts': ['src/graph'],
  'src/language': ['src/graph', 'src/layers', 'src/export', 'src/diagram', 'src/protocol.ts'],
  'src/server': ['src/language', 'src/protocol.ts'],
  'src/extension': ['src/protocol.ts'],
  'src/bench': ['src/tensor', 'src/export'],
  'src/cli': [
    'src/bench',
    'src/server',
    'src/language',
    'src/graph',
    'src/layers',
    'src/tensor',
    'src/export',
    'src/import',
    'src/diagram',
  ],
  webview: ['src/protocol.ts', 'src/export', 'src/diagram', 'src/tensor', 'src/graph', 'src/layers'],
} as const satisfies Record<string, readonly string[]>;

const pattern = (part: string): string => `^${part.replaceAll('.', '\\.')}${part.endsWith('.ts') ? '$' : '/'}`;
const any = (parts: readonly string[]): string => parts.map(pattern).join('|');

const rules: readonly IForbiddenRuleType[] = [
  ...Object.entries(allowed).map(([part, others]) => ({
    name: `${part} imports only ${others.join(', ') || 'itself'}`,
    severity: 'error' as const,
    from: { path: pattern(part) },
    to: { path: '^(src|webview|scripts|test)/', pathNot: any([part, ...others]) },
  })),
  {
    name: 'only src/extension imports vscode',
    severity: 'error',
    from: { path: '^(src|webview)/', pathNot: pattern('src/extension') },
    to: { path: '^vscode$|/@types/vscode/' },
  },
  {
    name: 'the protocol imports types only',
    severity: 'error',
    from: { path: pattern('src/protocol.ts') },
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
      writeFileSync(join(base, 'src/graph/graph.ts'), 'export interface Graph { readonly name: string }\n');
      const imports = "import type { Graph } from '../graph/graph.ts';\nimport * as vscode from 'vscode';\n";
      writeFileSync(join(base, 'src/tensor/forbidden.ts'), `${imports}export const name = (g: Graph) => vscode.version + g.name;\n`);
      const { messages } = await violations(cruise, base, ['src']);
      assert.deepEqual(messages.toSorted(), [
        'src/tensor/forbidden.ts → src/graph/graph.ts: src/tensor imports only itself',
        'src/tensor/forbidden.ts → vscode: only src/extension imports vscode',
      ]);
    } finally {
      rmSync(base, { recursive: true });
    }
  });
});
