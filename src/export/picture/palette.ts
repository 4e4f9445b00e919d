/** The colours of pictures: those of the workbench in Light Modern and Dark Modern. */
import type { Theme } from '../../diagram/index.ts';

export type Colour = 'bg' | 'fg' | 'conv' | 'pointwise' | 'pool' | 'activation' | 'norm' | 'error';
export type Palette = Readonly<Record<Colour, `#${string}`>>;

export const LIGHT: Palette = {
  bg: '#ffffff',
  fg: '#1f2328',
  conv: '#3b7ddd',
  pointwise: '#c77a10',
  pool: '#8250df',
  activation: '#2f9e44',
  norm: '#a07d00',
  error: '#cf222e',
};
export const DARK: Palette = {
  bg: '#1f1f1f',
  fg: '#cccccc',
  conv: '#59a4f9',
  pointwise: '#d18616',
  pool: '#b180d7',
  activation: '#89d185',
  norm: '#cca700',
  error: '#f85149',
};

/** The colours of a theme; paper is light where nobody says otherwise. */
export const paletteOf = (theme: Theme | undefined): Palette => (theme === 'dark' ? DARK : LIGHT);
