/** What the panel says of one of several, and which of several the cursor means. */
import assert from 'node:assert/strict';
import { alikeAt, layoutWithin } from '../../src/diagram/index.ts';
import { createLayered } from '../../src/export/picture/elk.ts';
import { analyse } from '../../src/graph/analyse.ts';
import type { Graph, Location } from '../../src/graph/graph.ts';
import { START } from '../../webview/kept.ts';
import { severalOf } from '../../webview/parts/several.ts';
import { begin, reduce, type State, targetKey } from '../../webview/state.ts';
import { targetOf } from '../support/cnn.ts';
import { sent, viewOf } from './views.ts';

const TEXT = `block Unit(c) {
  conv(c, 1x1)
  relu
}
network N on 8x16x16 {
  first: Unit(16)
  repeat 3 { Unit(32) }
  last: Unit(64)
}`;
const graphOf = async (): Promise<Graph> => (await targetOf(TEXT, 'N')).graph;
const at = (graph: Graph, line: number, character: number): Location => ({
  uri: graph.nodes[1]?.source.uri ?? '',
  range: { start: { line, character }, end: { line, character } },
});

describe('one of several', () => {
  it('is told with the ways to the others, in the order of the flow', async () => {
    const graph = await graphOf();
    const paths = alikeAt(graph, 'last/conv').map((p) => p.path);
    assert.deepEqual(paths, ['first/conv', 'Unit[0]/conv', 'Unit[1]/conv', 'Unit[2]/conv', 'last/conv']);
    assert.deepEqual(severalOf(graph, undefined, 'Unit[1]/conv', 1), { says: '3 of 5', previous: 'Unit[0]/conv', next: 'Unit[2]/conv' });
    assert.deepEqual(severalOf(graph, undefined, 'last/conv', 1), { says: '5 of 5', previous: 'Unit[2]/conv', next: undefined });
    assert.equal(severalOf(graph, undefined, 'first', 1), undefined);
    assert.equal(severalOf(graph, undefined, 'no such thing', 1), undefined);
    assert.equal(severalOf(graph, undefined, 'a … b', 4)?.says, 'one of 4');
  });

  it('is one of those that a box stands for, where one box does', async () => {
    const repeated = await graphOf();
    const folds = { 'Unit[0]': false, 'Unit[1]': false, first: false, last: false };
    const placed = await layoutWithin(repeated, analyse(repeated), { folds, arrangement: 'column' }, undefined, createLayered());
    const together = placed.boxes.find((b) => b.box.times > 1)?.box;
    assert.deepEqual([together?.key, together?.times], ['Unit[1]', 2], 'the first round differs in its channels');
    assert.deepEqual(severalOf(repeated, placed, 'Unit[1]', 2), { says: 'one of 2 · 2–3 of 3', previous: 'Unit[0]', next: undefined });
    assert.deepEqual(severalOf(repeated, placed, 'Unit[0]', 1), { says: '1 of 3', previous: undefined, next: 'Unit[1]' });
    assert.equal(severalOf(repeated, placed, 'Unit[2]', 1)?.says, '3 of 3');
  });
});

describe('the cursor chooses', () => {
  const chosen = (s: State): string | undefined => (s.view ? s.kept.selected[targetKey(s.view)] : undefined);
  let graph: Graph;
  let s: State;
  const moves = (line: number, character: number): string | undefined => {
    s = reduce(s, { type: 'cursor', location: at(graph, line, character) });
    return chosen(s);
  };
  beforeEach(async () => {
    graph = await graphOf();
    s = reduce(begin(START), { type: 'view', result: { status: 'ok', sent: sent(viewOf(graph)) }, fileName: 'a.cnn' });
  });

  it('what stands at it, and in the next line the same call', () => {
    assert.equal(moves(6, 14), 'Unit[0]');
    assert.equal(moves(1, 4), 'Unit[0]/conv', 'that of the call which was chosen');
    s = reduce(s, { type: 'select', path: 'last/conv' });
    assert.equal(moves(2, 4), 'last/relu');
    assert.equal(moves(4, 3), 'last/relu', 'where nothing stands, what was chosen stays');
  });

  it('nothing where it has not moved, and not for what one has clicked', () => {
    assert.equal(moves(1, 4), 'first/conv');
    s = reduce(s, { type: 'select', path: undefined });
    assert.equal(moves(1, 4), undefined);
    s = reduce(s, { type: 'select', path: 'Unit[2]' });
    s = reduce(s, { type: 'reveal', location: at(graph, 6, 14) });
    assert.equal(moves(6, 14), 'Unit[2]', 'the text shows what was clicked');
  });

  it('what stands at it once the view of its text comes', async () => {
    const other = (await targetOf('block Other on 8x8x8 { relu }', 'Other')).graph;
    const shows = (g: Graph): State => reduce(s, { type: 'view', result: { status: 'ok', sent: sent(viewOf(g)) }, fileName: 'a.cnn' });
    s = begin(START);
    s = shows(other);
    moves(6, 14);
    s = shows(graph);
    assert.equal(chosen(s), 'Unit[0]', 'the view before had no such place');
    s = reduce(s, { type: 'select', path: 'last' });
    s = shows(graph);
    assert.equal(chosen(s), 'last', 'a cursor that rests does not choose again');
  });

  it('nothing instead of what was chosen before a reload', () => {
    s = reduce(s, { type: 'select', path: 'last' });
    assert.equal(moves(1, 4), 'last');
    assert.equal(moves(2, 4), 'last/relu');
  });
});
