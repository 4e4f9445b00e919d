/**
 * Paddle 3 from PyTorch: its layers mirror PyTorch's under other names and other names of arguments (https://www.paddlepaddle.org.cn/documentation,
 * "PyTorch API mapping"), so that code for one is code for the other but for what stands here.
 */

import { call, kw, list, name, type Py, type PyArg, pyBool, pyNum, str } from '../../../layers/python.ts';
import { CannotSay } from '../../../layers/torch.ts';
import { same } from '../code.ts';
import type { PyStatement } from '../python/statement.ts';

const CLASSES: Readonly<Record<string, string>> = {
  Module: 'Layer',
  ModuleList: 'LayerList',
  ModuleDict: 'LayerDict',
  Conv2d: 'Conv2D',
  ConvTranspose2d: 'Conv2DTranspose',
  BatchNorm2d: 'BatchNorm2D',
  BatchNorm1d: 'BatchNorm1D',
  InstanceNorm2d: 'InstanceNorm2D',
  MaxPool2d: 'MaxPool2D',
  AvgPool2d: 'AvgPool2D',
  LPPool2d: 'LPPool2D',
  AdaptiveAvgPool2d: 'AdaptiveAvgPool2D',
  AdaptiveMaxPool2d: 'AdaptiveMaxPool2D',
  ZeroPad2d: 'ZeroPad2D',
  SiLU: 'Silu',
};
/** What has the same name in both. */
const ALIKE = new Set(
  'Linear GroupNorm LayerNorm LocalResponseNorm ReLU ReLU6 LeakyReLU PReLU ELU SELU GELU Mish Sigmoid Tanh Softplus Hardsigmoid Hardswish Hardtanh Softmax Dropout Flatten Identity Sequential PixelShuffle PixelUnshuffle ChannelShuffle Upsample'.split(
    ' ',
  ),
);

const textOf = (e: Py): string => (e.k === 'atom' ? e.text : e.k === 'attr' ? `${textOf(e.of)}.${e.name}` : '');
const isFalse = (e: Py): boolean => e.k === 'atom' && e.text === 'False';
const NO_AFFINE = [kw('weight_attr', pyBool(false)), kw('bias_attr', pyBool(false))];

/** The arguments of a class, by the class's name in PyTorch. */
function argumentsOf(of: string, args: readonly PyArg[]): readonly PyArg[] {
  const renamed = args.flatMap((a): readonly PyArg[] => {
    switch (a.name) {
      case 'eps':
        return [kw('epsilon', a.value)];
      case 'dim':
        return [kw('axis', a.value)];
      case 'bias':
        return isFalse(a.value)
          ? [kw('bias_attr', a.value)]
          : [{ name: 'bias_attr', value: { k: 'if', test: a.value, yes: name('None'), no: pyBool(false) } }];
      case 'affine':
      case 'elementwise_affine':
        if (isFalse(a.value)) return NO_AFFINE;
        if (a.value.k === 'atom' && a.value.text === 'True') return [];
        return ['weight_attr', 'bias_attr'].map((n) => kw(n, { k: 'if', test: a.value, yes: name('None'), no: pyBool(false) }));
      case 'momentum':
        return [
          kw(
            'momentum',
            a.value.k === 'atom' && Number.isFinite(Number(a.value.text))
              ? pyNum(Number((1 - Number(a.value.text)).toFixed(6)))
              : { k: 'binary', op: '-', left: pyNum(1), right: a.value },
          ),
        ];
      case 'count_include_pad':
        return [];
      case 'approximate':
        return [kw('approximate', pyBool(true))];
      case 'dilation':
        return [a];
      default:
        return [a];
    }
  });
  if (of === 'InstanceNorm2d' && !args.some((a) => a.name === 'affine')) return [...renamed, ...NO_AFFINE];
  // Paddle leaves padding out of a mean unless it is told to count it.
  if (of === 'AvgPool2d' && !args.some((a) => a.name === 'count_include_pad') && args.some((a) => a.name === 'padding'))
    return [...renamed, kw('exclusive', pyBool(false))];
  return renamed;
}

/** A mean whose windows may hang over: that is not counted, what is padded is. Paddle counts both or neither, so that padding stands before it. */
function ceiled(e: Extract<Py, { readonly k: 'call' }>, args: readonly PyArg[]): Py {
  const padding = args.find((a) => a.name === 'padding')?.value;
  const fn = paddleExpression(e.fn);
  if (!padding || args.some((a) => a.name === 'count_include_pad')) return { ...e, fn, args: argumentsOf('AvgPool2d', args) };
  if (padding.k !== 'tuple' && padding.k !== 'atom') throw new CannotSay('a mean with padding that is rounded up, in Paddle');
  const [h, w] = padding.k === 'tuple' ? padding.items : [padding, padding];
  const sides = same(h, w) ? (h as Py) : list(w as Py, w as Py, h as Py, h as Py);
  const rest = args.filter((a) => a.name !== 'padding');
  return call('nn.Sequential', call('nn.ZeroPad2D', sides), { ...e, fn, args: rest });
}

const integers = (args: readonly PyArg[]): Py => list(...args.map((a) => a.value));

function callOf(e: Extract<Py, { readonly k: 'call' }>): Py {
  const args = e.args.map((a) => ({ ...a, value: paddleExpression(a.value) }));
  const fn = textOf(e.fn);
  const [first, ...rest] = args;
  switch (fn) {
    case 'torch.cat':
      return call('paddle.concat', ...(first ? [first] : []), kw('axis', pyNum(1)));
    case 'torch.zeros':
      return call('paddle.zeros', integers(args));
    case 'torch.maximum':
    case 'torch.minimum':
      return call(fn.replace('torch', 'paddle'), ...args);
    case 'super':
    case 'center_crop':
      return { ...e, args };
    default:
      break;
  }
  if (first && fn === 'nn.ConstantPad2d') return call('nn.Pad2D', first, ...rest.map((a) => kw('value', a.value)));
  if (first && fn === 'nn.ReflectionPad2d') return call('nn.Pad2D', first, kw('mode', str('reflect')));
  if (first && fn === 'nn.ReplicationPad2d') return call('nn.Pad2D', first, kw('mode', str('replicate')));
  if (fn === 'nn.MaxPool2d' && args.some((a) => a.name === 'dilation')) return call('DilatedMaxPool', ...args);
  if (fn === 'nn.AvgPool2d' && args.some((a) => a.name === 'ceil_mode')) return ceiled(e, args);
  if (fn.startsWith('nn.')) {
    const of = fn.slice(3);
    return { ...e, fn: paddleExpression(e.fn), args: argumentsOf(of, args) };
  }
  if (fn === 'LayerNorm2d') return { ...e, args: argumentsOf('LayerNorm', args) };
  if (fn === 'partial' && first) {
    const of = textOf(e.args[0]?.value ?? name(''));
    return call('partial', first, ...argumentsOf(of.startsWith('nn.') ? of.slice(3) : '', rest));
  }
  // A module of the class's own is called as it is.
  const isOwn = e.fn.k === 'attr' && (textOf(e.fn.of) === 'self' || textOf(e.fn.of).startsWith('self.'));
  if (e.fn.k === 'attr' && !isOwn) {
    const x = paddleExpression(e.fn.of);
    const of = { ...e.fn, of: x };
    switch (e.fn.name) {
      case 'permute':
        return call({ ...of, name: 'transpose' }, integers(args));
      case 'reshape':
        return call(of, integers(args));
      case 'numel':
        return { k: 'attr', of: x, name: 'size' };
      case 'unflatten':
        return call(of, ...args.map((a) => (a.value.k === 'tuple' ? list(...a.value.items) : a)));
      case 'softmax':
        return call('F.softmax', x, kw('axis', first?.value ?? pyNum(1)));
      case 'view_as':
        return call({ ...of, name: 'reshape' }, { k: 'attr', of: first?.value ?? x, name: 'shape' });
      case 'transpose':
        return call(of, list(pyNum(0), pyNum(2), pyNum(1)));
      default:
        return { ...e, fn: of, args };
    }
  }
  return { ...e, fn: paddleExpression(e.fn), args };
}

/** A class of `nn` under Paddle's name. Throws `CannotSay` where it has none. */
function classOf(of: string): string {
  const own = CLASSES[of] ?? (ALIKE.has(of) ? of : undefined);
  if (own === undefined) throw new CannotSay(`${of}, in Paddle`);
  return own;
}

/** An expression of PyTorch in Paddle's words. */
export function paddleExpression(e: Py): Py {
  if (e.k === 'call') return callOf(e);
  if (e.k === 'attr' && e.of.k === 'atom' && e.of.text === 'nn') return { ...e, name: classOf(e.name) };
  const walk = (v: unknown): unknown => {
    if (Array.isArray(v)) return v.map(walk);
    if (typeof v !== 'object' || v === null) return v;
    if ('k' in v) return paddleExpression(v as Py);
    return Object.fromEntries(Object.entries(v).map(([k, x]) => [k, walk(x)]));
  };
  return Object.fromEntries(Object.entries(e).map(([k, v]) => [k, k === 'k' ? v : walk(v)])) as unknown as Py;
}

/** A statement of PyTorch in Paddle's words. */
export function paddleStatement(s: PyStatement): PyStatement {
  switch (s.k) {
    case 'assign':
    case 'augment':
    case 'expression':
    case 'return':
      return { ...s, value: paddleExpression(s.value) };
    case 'if':
      return { ...s, test: paddleExpression(s.test), yes: s.yes.map(paddleStatement), no: s.no.map(paddleStatement) };
    case 'for':
      return { ...s, list: paddleExpression(s.list), body: s.body.map(paddleStatement) };
    case 'def':
      return {
        ...s,
        params: s.params.map((p) => (p.value ? { ...p, value: paddleExpression(p.value) } : p)),
        body: s.body.map(paddleStatement),
      };
    case 'class':
      return { ...s, bases: s.bases.map((b) => (b === 'nn.Module' ? 'nn.Layer' : b)), body: s.body.map(paddleStatement) };
    case 'comment':
    case 'raw':
      return s;
    default:
      return s satisfies never;
  }
}
