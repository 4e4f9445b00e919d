/** The panel's *Values*, as one reads and sets them: choices, and what a layer's numbers are like. */
import assert from 'node:assert/strict';
import type { User } from './user.ts';

/** Takes one of the choices of the next run. */
export async function takes(user: User, label: 'input' | 'weights', option: string): Promise<void> {
  const select = user.workbench.locator(`vscode-single-select[label="${label}"]`);
  await select.click();
  await select.locator('.option', { hasText: option }).first().click();
}

/** Least and largest of a layer's numbers, as they stand in the panel. */
export async function rangeOf(user: User, layer: string): Promise<readonly [number, number]> {
  const { workbench } = user;
  const button = workbench.locator('.value-layers button', { has: workbench.locator('.who', { hasText: new RegExp(`^${layer}$`) }) });
  await user.sees(button, `the layer ${layer}`);
  await button.click();
  await user.sees(workbench.locator('.value-channels h2', { hasText: layer }), `the channels of ${layer}`);
  const shown = (await workbench.locator('.value-channels .statistics dd').nth(1).textContent()) ?? '';
  const [min = Number.NaN, max = Number.NaN] = shown.split(' … ').map(Number);
  return [min, max];
}

/** What `pointwise run --json` says. */
export interface Ran {
  readonly layers: readonly { readonly name: string; readonly min: number; readonly max: number }[];
}

/** Holds what the panel shows of a layer to what the command line found. */
export function agrees(shown: readonly [number, number], ran: Ran, layer: string): void {
  const there = ran.layers.find((l) => l.name === layer);
  assert.ok(there, `${layer} at the command line`);
  for (const [here, expected] of [
    [shown[0], there.min],
    [shown[1], there.max],
  ] as const)
    assert.ok(
      Math.abs(here - expected) <= 5e-4 * Math.abs(expected),
      `${shown.join(' … ')} in the panel, ${there.min} … ${there.max} at the command line`,
    );
}
