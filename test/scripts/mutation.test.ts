/** What is told of mutation testing: the changes that no test noticed, a row for each folder, and which changes are in a sample. */
import assert from 'node:assert/strict';
import { type MutationReport, survivors, table } from '../../scripts/mutation/report.ts';
import { lot } from '../../scripts/mutation/sample.ts';

const source = 'const less = (a, b) =>\n  a <\n  b;\n';
const at = (line: number, column: number, endLine: number, endColumn: number) => ({
  start: { line, column },
  end: { line: endLine, column: endColumn },
});
const location = at(2, 3, 3, 4);
const report: MutationReport = {
  files: {
    'src/graph/less.ts': {
      source,
      mutants: [
        { status: 'Killed', mutatorName: 'EqualityOperator', replacement: 'a >= b', location },
        { status: 'Timeout', mutatorName: 'EqualityOperator', replacement: 'a > b', location },
        { status: 'Survived', mutatorName: 'EqualityOperator', replacement: 'a <= b', location },
        { status: 'NoCoverage', mutatorName: 'ArrowFunction', replacement: '() => undefined', location: at(1, 14, 3, 4) },
        { status: 'CompileError', mutatorName: 'ConditionalExpression', replacement: 'true', location },
        { status: 'Ignored', mutatorName: 'ConditionalExpression', replacement: 'false', location },
      ],
    },
  },
};

describe('mutation testing', () => {
  it('lists what no test noticed, on one line each', () => {
    assert.deepEqual(survivors(report).split('\n'), [
      'src/graph/less.ts:2:3  a < b  →  a <= b',
      'src/graph/less.ts:1:14  (a, b) => a < b  →  () => undefined (no test runs it)',
    ]);
  });

  it('counts what was tested: neither what was ignored nor what was not in the sample', () => {
    assert.equal(
      table([['src/graph', report]])
        .split('\n')
        .at(-1),
      '| src/graph | 1 | 1 | 1 | 1 | 50 % |',
    );
  });

  it('takes the same sample for a seed wherever the project stands, and about as large as is asked', () => {
    const mutants = Array.from({ length: 1000 }, (_, i) => ({
      fileName: `/home/me/pointwise/src/graph/file${i % 10}.ts`,
      location: at(i, 2, i, 9),
      mutatorName: 'BlockStatement',
      replacement: '{}',
    }));
    const lots = mutants.map((m) => lot(1, m));
    assert.deepEqual(
      lots,
      mutants.map((m) => lot(1, { ...m, fileName: m.fileName.replace('/home/me/', '/tmp/sandbox/') })),
    );
    assert.notDeepEqual(
      lots,
      mutants.map((m) => lot(2, m)),
    );
    const chosen = lots.filter((l) => l < 0.3).length;
    assert.ok(chosen > 250 && chosen < 350, `${chosen} of 1000`);
  });
});
