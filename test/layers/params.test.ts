/** What each type of parameter takes, what it makes of it, and why it takes nothing else. */
import assert from 'node:assert/strict';
import {
  bool,
  channels,
  choice,
  eps,
  int,
  intOrAll,
  num,
  optionalSize,
  ParamFault,
  type ParamSpec,
  type ParamValue,
  padding,
  pads,
  shape,
  size,
  type Value,
} from '../../src/layers/params.ts';

/** Values as they are written: `3x3` a size, `6->9` channels, `relu` a layer, `"same"` a string. */
function valueIn(written: string): Value {
  const list = /^\[(.*)\]$/.exec(written)?.[1];
  if (list !== undefined) return list.split(', ').map(valueIn);
  const [from, to] = written.split('->');
  if (from !== undefined && to !== undefined) return { type: 'arrow', from: valueIn(from), to: valueIn(to) };
  if (/^[\d?]+(x[\d?]+)+$/.test(written)) return { type: 'size', dims: written.split('x').map((d) => (d === '?' ? null : Number(d))) };
  if (written.startsWith('"')) return written.slice(1, -1);
  if (written === 'true' || written === 'false') return written === 'true';
  return Number.isNaN(Number(written)) ? { type: 'other', what: `the layer ${written}` } : Number(written);
}

type Case = readonly [written: string, gives: ParamValue | { readonly says: string; readonly surplus?: true }];
const says = (text: string, surplus?: true) => ({ says: text, ...(surplus ? { surplus } : {}) });
const takes = (what: string, spec: ParamSpec, cases: readonly Case[]): void => {
  for (const [written, gives] of cases)
    it(`${what}: ${written}`, () => {
      const parsed = spec.parse(valueIn(written));
      const read = parsed instanceof ParamFault ? says(parsed.message, parsed.surplus || undefined) : parsed;
      assert.deepEqual(read, gives);
    });
};

describe('a parameter', () => {
  takes('a whole number', int('', { min: 1, max: 9 }), [
    ['1', 1],
    ['9', 9],
    ['0', says('must be at least 1, not 0')],
    ['10', says('must be at most 9, not 10')],
    ['1.5', says('takes a whole number, not 1.5')],
    ['3x3', says('takes a whole number, not 3x3')],
    ['true', says('takes a whole number, not true')],
    ['[1, 2]', says('takes a whole number, not [1, 2]')],
    ['relu', says('takes a whole number, not the layer relu')],
    ['6->9', says('takes a whole number, not 6->9')],
  ]);
  takes('a whole number that says nothing else', int(''), [
    ['0', 0],
    ['-1', says('must be at least 0, not -1')],
    ['2147483647', 2147483647],
    ['2147483648', says('must be below 2^31, not 2147483648')],
  ]);
  takes('a number', num('', { min: 0, max: 1 }), [
    ['0', 0],
    ['1', 1],
    ['0.5', 0.5],
    ['-0.1', says('must be at least 0, not -0.1')],
    ['1.1', says('must be at most 1, not 1.1')],
    ['Infinity', says('must be finite, not Infinity')],
    ['"a"', says('takes a number, not "a"')],
  ]);
  takes('any number', num(''), [['-1e9', -1e9]]);
  takes('a small number', eps(1e-5), [
    ['1e-3', 1e-3],
    ['0', 0],
    ['0.99', 0.99],
    ['1', says('must be less than 1, not 1; the channels are not written: they are those that arrive', true)],
    ['64', says('must be less than 1, not 64; the channels are not written: they are those that arrive', true)],
    ['-1', says('must be at least 0, not -1')],
    ['3x3', says('takes a number, not 3x3')],
  ]);
  takes('true or false', bool(''), [
    ['true', true],
    ['false', false],
    ['1', says('takes true or false, not 1')],
  ]);
  takes('one of some words', choice('', ['nearest', 'bilinear']), [
    ['"nearest"', 'nearest'],
    ['"bilinear"', 'bilinear'],
    ['"cubic"', says('takes "nearest" or "bilinear", not "cubic"')],
    ['2', says('takes "nearest" or "bilinear", not 2')],
  ]);
  takes('a size', size(''), [
    ['3', [3, 3]],
    ['3x5', [3, 5]],
    ['1x0', says('must be at least 1, not 0')],
    ['0x1', says('must be at least 1, not 0')],
    ['1x2x3', says('takes a whole number or a size such as 3x3, not 1x2x3')],
    ['[3, 3]', says('takes a whole number or a size such as 3x3, not [3, 3]')],
    ['3x?', says('takes a whole number, not "?"')],
    ['?x3', says('takes a whole number, not "?"')],
    ['"same"', says('takes a whole number or a size such as 3x3, not "same"')],
    ['relu', says('takes a whole number or a size such as 3x3, not the layer relu')],
    ['true', says('takes a whole number or a size such as 3x3, not true')],
  ]);
  takes('a size from 0', size('', { min: 0 }), [['0x1', [0, 1]]]);
  takes('a size that may be left out', optionalSize('', 'kernel'), [
    ['2', [2, 2]],
    ['0', says('must be at least 1, not 0')],
    ['"none"', says('takes a whole number or a size such as 3x3, not "none"')],
  ]);
  takes('a size that a word leaves out', optionalSize('', 'none', 'none'), [
    ['"none"', null],
    ['4x4', [4, 4]],
  ]);
  takes('a padding', pads('', { default: [0, 0, 0, 0] }), [
    ['1', [1, 1, 1, 1]],
    ['1x0', [1, 0, 1, 0]],
    // Written top, bottom, left, right; kept as kernels want it, top, left, bottom, right.
    ['[1, 2, 3, 4]', [1, 3, 2, 4]],
    ['[1, 2, 3]', says('takes a whole number, a size such as 1x0 or [top, bottom, left, right], not [1, 2, 3]')],
    ['[1, 2, 3, -4]', says('must be at least 0, not -4')],
    ['1x?', says('takes a whole number, not "?"')],
    ['?x1', says('takes a whole number, not "?"')],
    ['1x1x1', says('takes a whole number, a size such as 1x0 or [top, bottom, left, right], not 1x1x1')],
    ['relu', says('takes a whole number, a size such as 1x0 or [top, bottom, left, right], not the layer relu')],
    ['"same"', says('takes a whole number, a size such as 1x0 or [top, bottom, left, right], not "same"')],
    ['true', says('takes a whole number, a size such as 1x0 or [top, bottom, left, right], not true')],
    ['1->2', says('takes a whole number, a size such as 1x0 or [top, bottom, left, right], not 1->2')],
  ]);
  takes('a padding that words may give', padding('', { default: 'same' }), [
    ['"same"', 'same'],
    ['"tf"', 'tf'],
    ['1x0', [1, 0, 1, 0]],
    ['"valid"', says('takes a whole number, a size such as 1x0, same, tf or [top, bottom, left, right], not "valid"')],
  ]);
  takes('a number, or all', intOrAll('', { min: 1 }), [
    ['"all"', null],
    ['3', 3],
    ['0', says('must be at least 1, not 0')],
    ['"some"', says('takes a whole number, not "some"')],
  ]);
  const shapes = 'takes channels × height × width such as 256x7x7, or a whole number for a vector, not';
  takes('a shape', shape(''), [
    ['256x7x8', [256, 7, 8]],
    ['12544', [12544]],
    ['256x?x7', says('needs every extent, not 256x?x7')],
    ['7x7', says(`${shapes} 7x7`)],
    ['1x2x3x4', says(`${shapes} 1x2x3x4`)],
    ['[1, 2, 3]', says(`${shapes} [1, 2, 3]`)],
    ['0x1x1', says('must be at least 1, not 0')],
    ['0.5', says('takes a whole number, not 0.5')],
    ['relu', says(`${shapes} the layer relu`)],
  ]);
  takes('channels', channels(''), [
    ['64', { in: null, out: 64 }],
    ['192->64', { in: 192, out: 64 }],
    ['0', says('must be at least 1, not 0')],
    ['0->64', says('must be at least 1, not 0')],
    ['64->0', says('must be at least 1, not 0')],
    ['3x3', says('takes a whole number, not 3x3')],
    ['relu', says('takes a whole number, not the layer relu')],
  ]);

  it('says its type, its default and the words that it takes', () => {
    const told = ({ type, default: usual, defaultText, choices }: ParamSpec) => [type, usual, defaultText, choices];
    assert.deepEqual(told(int('', { default: 1 })), ['integer', 1, undefined, undefined]);
    assert.deepEqual(told(int('')), ['integer', undefined, undefined, undefined]);
    assert.deepEqual(told(num('', { default: 0 })), ['number', 0, undefined, undefined]);
    assert.deepEqual(told(eps(1e-5)), ['number', 1e-5, undefined, undefined]);
    assert.deepEqual(told(bool('', { default: false })), ['boolean', false, undefined, ['true', 'false']]);
    assert.deepEqual(told(choice('', ['a', 'b'], { default: 'a' })), ['"a" | "b"', 'a', undefined, ['"a"', '"b"']]);
    assert.deepEqual(told(size('', { default: [1, 1], defaultText: '1' })), ['size', [1, 1], '1', undefined]);
    assert.deepEqual(told(optionalSize('', 'kernel')), ['size', null, 'kernel', []]);
    assert.deepEqual(told(optionalSize('', 'none', 'none')), ['size', null, 'none', ['none']]);
    assert.deepEqual(told(padding('', { default: 'same' })), ['padding', 'same', 'same', ['same', 'tf', '0', '1', '[0, 1, 0, 1]']]);
    assert.deepEqual(told(pads('', { default: [0, 0, 0, 0] })), ['padding', [0, 0, 0, 0], '0', ['0', '1', '[0, 1, 0, 1]']]);
    assert.deepEqual(told(pads('')), ['padding', undefined, undefined, ['0', '1', '[0, 1, 0, 1]']]);
    assert.deepEqual(told(intOrAll('')), ['integer', null, 'all', ['all', '1']]);
    assert.deepEqual(told(shape('')), ['shape', undefined, undefined, undefined]);
    assert.deepEqual(told(channels('')), ['integer', undefined, undefined, undefined]);
  });
});
