/** Where instances are called: the way back from a block to those that use it. */
import type { CallItem, Instance } from '../elaborate/instance.ts';

export interface CallSite {
  readonly caller: Instance;
  readonly item: CallItem;
}

export type CallSites = (instance: Instance) => readonly CallSite[];

/** The calls among some instances, those of each in the order of elaboration. */
export function callSites(instances: readonly Instance[]): CallSites {
  const sites = new Map<Instance, CallSite[]>();
  for (const caller of instances)
    for (const item of caller.items) {
      if (item.type !== 'call') continue;
      const list = sites.get(item.instance);
      if (list) list.push({ caller, item });
      else sites.set(item.instance, [{ caller, item }]);
    }
  return (instance) => sites.get(instance) ?? [];
}
