/** Tables as text: columns aligned, figures on the right, and as many rows as there are layers. */
import assert from 'node:assert/strict';
import { textTable } from '../../src/cli/table.ts';

const columns = [{ head: 'layer' }, { head: 'params', right: true }, { head: 'kind' }];

describe('tables as text', () => {
  it('align their columns, figures on the right, and end no line with blanks', () => {
    const rows = [
      ['stem/conv', '9,408', 'conv'],
      ['a', '1,000,000', ''],
    ];
    assert.deepEqual(textTable(columns, rows).split('\n'), [
      'layer         params  kind',
      'stem/conv      9,408  conv',
      'a          1,000,000',
    ]);
  });

  it('are wide enough for their heads, and may have no rows', () => {
    assert.equal(textTable(columns, []), 'layer  params  kind');
  });

  it('may have 100,000 rows', () => {
    const rows = Array.from({ length: 100_000 }, (_, i) => [`layer${i}`, String(i), 'conv']);
    const lines = textTable(columns, rows).split('\n');
    assert.equal(lines.length, 100_001);
    assert.equal(lines.at(-1), 'layer99999   99999  conv');
  });
});
