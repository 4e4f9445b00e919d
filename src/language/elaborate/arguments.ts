/** Binds the arguments of a layer value to parameters by position and name. */

import type { Location } from '../../graph/graph.ts';
import type { Layer } from '../../layers/layer.ts';
import { ParamFault, type ParamValue } from '../../layers/params.ts';
import type { Code } from '../syntax/codes/index.ts';
import { isActivation } from '../syntax/foreign.ts';
import type { Invocation } from '../syntax/generated/ast.ts';
import type { Fix } from '../syntax/problem.ts';
import { locationOf, locationOfProperty, textOf } from '../syntax/source.ts';
import { nearest, suggestion } from '../syntax/suggest.ts';
import { badArgumentFixes } from './fixes/argument.ts';
import { asStage } from './fixes/elsewhere.ts';
import { quoted, renamed } from './fixes/names.ts';
import type { LayerItem } from './instance.ts';

import type { Problems } from './session.ts';
import { type Bound, hasUnknown, isLayer, type LayerVal, layerName, toParam, type Val } from './values.ts';

/** The arguments by parameter name; `at` is the call, for those that an alias gave. Surplus, unknown and doubled ones become problems; `sound` is false then. */
export function bindArguments(
  layer: LayerVal,
  names: readonly string[],
  at: () => Location,
  problems: Problems,
): { readonly bound: ReadonlyMap<string, Bound>; readonly sound: boolean } {
  const bound = new Map<string, Bound>();
  const who = layerName(layer);
  let sound = true;
  const wrong = (code: Code, message: string, b: Bound, fixes: readonly Fix[] = []): void => {
    problems.report(code, message, b.node ?? at(), [], fixes);
    sound = false;
  };
  const surplus = layer.positional[names.length];
  // Those behind it are too many for the same reason.
  if (surplus) {
    const takes = `\`${who}\` takes ${names.length} argument${names.length === 1 ? '' : 's'}${names.length ? `: ${names.join(', ')}` : ''}`;
    const given = layer.positional.length > names.length + 1 ? `; ${layer.positional.length} are given` : '';
    wrong('too-many-arguments', `${takes}${given}.`, surplus);
  }
  for (const [i, b] of layer.positional.entries()) {
    const name = names[i];
    if (name !== undefined) bound.set(name, b);
  }
  for (const [name, b] of layer.named) {
    const before = bound.get(name);
    if (!names.includes(name))
      wrong(
        'unknown-argument',
        `\`${who}\` has no argument \`${name}\`${names.length ? `: it takes ${names.join(', ')}` : ''}.${isActivation(name) ? ' An activation is a stage of its own: `-> relu`.' : suggestion(name, names)}`,
        b,
        b.node && (isActivation(name) ? asStage(b.node) : renamed(name, names, locationOfProperty(b.node, 'name'))),
      );
    else if (before?.round === b.round)
      wrong('duplicate-argument', `\`${name}\` of \`${who}\` is given twice, by position and by name.`, b);
    else if (!before || before.round < b.round) bound.set(name, b);
  }
  return { bound, sound };
}

/** Whether an argument by position is a parameter's name that means nothing else here but a layer: `pad` before `=` is typed. */
function isName(b: Bound, names: readonly string[]): boolean {
  const value = b.node?.value;
  return value?.$type === 'Reference' && !value.call && names.includes(value.name) && isLayer(b.value as Val);
}

/** The checked parameters of a built-in layer, defaults filled in; undefined where something is missing, wrong or unknown. */
export function readParams(
  layer: Layer,
  value: LayerVal,
  at: Invocation,
  problems: Problems,
): { readonly params: LayerItem['params'] | undefined; readonly bound: ReadonlyMap<string, Bound> } {
  const names = Object.keys(layer.params);
  const half = value.positional.find((b) => isName(b, names));
  if (half?.node) {
    // What else is wrong follows from the value that is missing.
    const name = textOf(half.node);
    problems.report('missing-value', `\`${name}\` of \`${layer.kind}\` needs a value: \`${name}=…\`.`, half.node);
    return { params: undefined, bound: new Map() };
  }
  const { bound, sound } = bindArguments(value, names, () => locationOfProperty(at, 'callee'), problems);
  const params: Record<string, ParamValue> = {};
  let complete = sound;
  for (const [name, spec] of Object.entries(layer.params)) {
    const b = bound.get(name);
    if (!b) {
      if (spec.default !== undefined) params[name] = spec.default;
      else {
        complete = false;
        if (sound)
          problems.report(
            'missing-argument',
            `\`${layer.kind}\` needs \`${name}\`: ${spec.doc.charAt(0).toLowerCase()}${spec.doc.slice(1)}`,
            locationOfProperty(at, 'callee'),
          );
      }
      continue;
    }
    if (hasUnknown(b.value)) {
      complete = false;
      continue;
    }
    const parsed = spec.parse(toParam(b.value));
    if (parsed instanceof ParamFault) {
      const where = b.node ?? locationOfProperty(at, 'callee');
      const texts = (spec.choices ?? []).flatMap((c) => /^"(.*)"$/.exec(c)?.[1] ?? []);
      const near = typeof b.value === 'string' && b.node?.value?.$type === 'StringLiteral' ? nearest(b.value, texts) : undefined;
      const meant = near === undefined ? '' : ` Did you mean \`"${near}"\`?`;
      const fixes =
        near === undefined || !b.node?.value ? badArgumentFixes(parsed, b) : quoted(String(b.value), near, locationOf(b.node.value));
      // What is computed and not whole is meant to be rounded, as `int(…)` does elsewhere.
      const rounded = typeof b.value === 'number' && !parsed.surplus ? fixes[0]?.edits[0]?.text : undefined;
      const message = `\`${name}\` of \`${layer.kind}\` ${parsed.message}${rounded === undefined ? '' : `: write \`${rounded}\``}.${meant}`;
      problems.report('bad-argument', message, where, [], fixes);
      complete = false;
    } else params[name] = parsed;
  }
  return { params: complete ? params : undefined, bound };
}
