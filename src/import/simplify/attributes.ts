/** Attributes of an operator by name and type; a default where one is absent or of another type. */
import type { Attribute, Op } from '../read/model.ts';
import type { Tensor } from '../read/tensor.ts';

export type Attributes = Op['attributes'];

export const number = (a: Attributes, name: string, otherwise = 0): number => {
  const v = a.get(name);
  return typeof v === 'number' ? v : otherwise;
};
export const text = (a: Attributes, name: string, otherwise = ''): string => {
  const v = a.get(name);
  return typeof v === 'string' ? v : otherwise;
};
const isNumbers = (v: Attribute | undefined): v is readonly number[] => Array.isArray(v) && v.every((n) => typeof n === 'number');
export const numbers = (a: Attributes, name: string): readonly number[] | undefined => {
  const v = a.get(name);
  return isNumbers(v) ? v : undefined;
};
export const tensor = (a: Attributes, name: string): Tensor | undefined => {
  const v = a.get(name);
  return typeof v === 'object' && 'dims' in v ? v : undefined;
};
