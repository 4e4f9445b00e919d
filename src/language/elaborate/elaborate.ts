/**
 * AST to instances: finds what can stand alone in a file and elaborates each, sharing what blocks have in common.
 *
 * Blocks that nothing calls and that cannot stand alone are elaborated once with unknown arguments, so that their names are checked; such
 * instances are `probes` and give no figures.
 */
import type { Inputs, Shape } from '../../layers/shape.ts';
import type { Let, Model } from '../syntax/generated/ast.ts';
import { locationOfProperty } from '../syntax/source.ts';
import { type Grounds, idOf } from '../syntax/spot.ts';
import { Blocks, type Resolved } from './blocks.ts';
import type { FileScopes } from './files.ts';
import type { Instance } from './instance.ts';
import { Kept } from './kept.ts';
import { boundValue } from './scope.ts';
import { DEFAULT_LIMITS, type Limits, type Observer, OutOfBudget, Problems, Session } from './session.ts';
import { type Target, Targets } from './targets.ts';
import { NOTHING, type Tried } from './tried.ts';
import type { Val } from './values.ts';

export interface Elaboration {
  readonly targets: readonly Target[];
  /** Every distinct instance, each after those that it calls. */
  readonly instances: readonly Instance[];
  readonly probes: ReadonlySet<Instance>;
  /** Problems of the file itself: declarations, imports, limits. Those of bodies are in the instances. */
  readonly problems: Problems;
  /** Where the spots of its instances are. */
  readonly grounds: Grounds;
}

/** A target with the values that are tried. */
export interface Trial {
  readonly elaboration: Elaboration;
  /** Its instance is undefined where the values make none. */
  readonly target: Target;
  readonly resolved: Resolved | undefined;
  /** Its parameters with their values, in their order; the shapes that enter; and the constants of its file on which it depends. */
  readonly parameters: ReadonlyMap<string, Val>;
  readonly inputs: readonly Shape[];
  readonly constants: ReadonlyMap<Let, Val>;
}

/** An exhausted budget, or an expression so deep that the stack ends before the budget does: both mean that the text asks for too much. */
const isTooMuch = (e: unknown): e is Error => e instanceof OutOfBudget || (e instanceof RangeError && /call stack/i.test(e.message));

class Elaborator {
  private readonly session: Session;
  private readonly files: FileScopes;
  private readonly blocks: Blocks;

  constructor(files: FileScopes, limits: Limits, kept: Kept, observe?: Observer) {
    this.files = files;
    this.session = new Session(limits, observe);
    this.blocks = new Blocks(this.session, files, kept);
  }

  /** Elaborates every declaration of a file. */
  file(model: Model): Elaboration {
    const { problems } = this.blocks;
    const scope = this.files.scope(model, problems, this.session);
    const finder = new Targets(this.blocks, this.session, scope);
    const blocks = model.declarations.filter((d) => d.$type === 'Block' || d.$type === 'Network').filter((d) => d.name !== undefined);
    const targets = blocks.flatMap((d): Target[] => {
      const found = this.guard(d, () => finder.find(d));
      if (!found) return [];
      const instance = this.guard(d, () => this.blocks.instantiate(found.resolved, found.inputs, 0));
      const versus = instance && d.versus ? this.guard(d, () => finder.versus(d, found)) : undefined;
      return [{ name: d.name, kind: d.$type === 'Network' ? 'network' : 'block', declaration: d, instance, versus }];
    });
    for (const d of model.declarations)
      if (d.$type === 'Let') this.guard(d, () => scope.find(d.name, (b) => b.kind === 'lazy' && boundValue(b) !== undefined));
    // What passed a limit, or did not end, has been reported, and would be again.
    const entered = new Set(this.blocks.met);
    const used = new Set([...this.blocks.instances].map((i) => i.declaration));
    const probes = new Set<Instance>();
    // In a probe names are found by what is unknown of its parameters, not by what they are.
    this.session.observe = undefined;
    for (const d of blocks) {
      const isChecked = used.has(idOf(d)) || entered.has(d);
      const probe = d.body && !isChecked ? this.guard(d, () => this.blocks.probe(d)) : undefined;
      if (probe) probes.add(probe);
    }
    return this.elaboration(targets, probes);
  }

  /** Elaborates one target on other inputs than its own. `steps` is what that took. */
  on(
    target: Target,
    model: Model,
    shapes: Inputs<Shape>,
  ): { readonly elaboration: Elaboration; readonly instance: Instance | undefined; readonly steps: number } {
    const { problems } = this.blocks;
    const d = target.declaration;
    const resolved = new Targets(this.blocks, this.session, this.files.scope(model, problems, this.session)).resolve(d);
    const [first, ...rest] = shapes.map((shape) => ({ id: 0, shape, sure: true }));
    const instance = resolved && first && this.guard(d, () => this.blocks.instantiate(resolved, [first, ...rest], 0));
    return { elaboration: this.elaboration([], new Set()), instance, steps: this.session.spent().steps };
  }

  /** Elaborates one target with the values that are tried; without any it tells which there are. */
  trial(target: Target, model: Model, tried: Tried): Trial {
    const { problems } = this.blocks;
    const scope = this.files.scope(model, problems, this.session);
    const finder = new Targets(this.blocks, this.session, scope);
    const d = target.declaration;
    const found = this.guard(d, () => finder.find(d, tried));
    const isTried = tried !== NOTHING;
    const instance = isTried ? found && this.guard(d, () => this.blocks.instantiate(found.resolved, found.inputs, 0)) : target.instance;
    const versus = isTried && found && instance && d.versus ? this.guard(d, () => finder.versus(d, found)) : target.versus;
    const values = found && this.guard(d, () => this.blocks.parameters(found.resolved, new Problems(), found.inputs[0]).values);
    const constants = new Map<Let, Val>();
    for (const c of this.blocks.constantsOf(d)) {
      const binding = scope.find(c.name, (b) => b.kind === 'lazy');
      const value = binding && this.guard(c, () => boundValue(binding));
      if (value !== undefined) constants.set(c, value);
    }
    return {
      elaboration: this.elaboration([], new Set()),
      target: isTried ? { ...target, instance, versus } : target,
      resolved: found?.resolved,
      parameters: values ?? new Map(),
      inputs: found?.inputs.map((f) => f.shape) ?? [],
      constants,
    };
  }

  private elaboration(targets: readonly Target[], probes: ReadonlySet<Instance>): Elaboration {
    const { problems, instances } = this.blocks;
    return { targets, instances: [...instances], probes, problems, grounds: this.files.grounded.at };
  }

  /** Runs what may pass a limit, which is reported once: at the call that passes it, or at the declaration. */
  private guard<T>(d: Model['declarations'][number], f: () => T): T | undefined {
    // Nothing is reported about what is no longer looked at: the cause is shown above it.
    if (this.session.exhausted) return undefined;
    try {
      return f();
    } catch (e) {
      if (!isTooMuch(e)) throw e;
      if (e instanceof OutOfBudget && e.said) return undefined;
      const name = locationOfProperty(d, 'name');
      const at = e instanceof OutOfBudget && e.at?.uri === name.uri ? e.at : name;
      this.blocks.problems.report(
        'limit-reached',
        `\`${d.name}\` takes too many steps to analyse, so the rest of the file is left out. Repeat or recurse less here, or raise the limits in the settings.`,
        at,
      );
      return undefined;
    }
  }
}

/**
 * Elaborates a file with the given limits. `kept` is what the elaboration before left, and takes what this one leaves; `observe` is told what
 * each use of a name is bound to, in whatever is not taken over.
 */
export function elaborate(
  model: Model,
  files: FileScopes,
  limits: Limits = DEFAULT_LIMITS,
  kept = new Kept(),
  observe?: Observer,
): Elaboration {
  kept.next();
  return new Elaborator(files, limits, kept, observe).file(model);
}

/** Elaborates one target of a file on inputs of one's own, as many as it takes. */
export const elaborateTarget = (
  model: Model,
  files: FileScopes,
  target: Target,
  inputs: Inputs<Shape>,
  limits: Limits = DEFAULT_LIMITS,
): ReturnType<Elaborator['on']> => new Elaborator(files, limits, new Kept()).on(target, model, inputs);

/**
 * Elaborates one target of a file with values that are tried in place of those of its text. `kept` is what was kept of that text, and of what was
 * tried on it before.
 */
export function tryTarget(model: Model, files: FileScopes, target: Target, tried: Tried, limits: Limits, kept: Kept): Trial {
  kept.next();
  return new Elaborator(files, limits, kept).trial(target, model, tried);
}
