/** The diagram package: Graph → Diagram → Placed → Drawing, all plain data. */
export { costsOf } from '../graph/metrics.ts';
export { buildDiagram } from './build.ts';
export { lastName, titleOf } from './describe.ts';
export type { BoxKind, Level } from './diagram.ts';
export { type Drawing, draw, type Figure, type Mark } from './drawing.ts';
export { type Arrangement, arrangementOf, layoutWithin, type Room } from './fit.ts';
export { heaviestOf } from './ink.ts';
export { type Layered, remembering } from './layered.ts';
export { layoutDiagram } from './layout.ts';
export { DiagramTooLarge } from './level.ts';
export { alikeAt, boxFor, nodesAt, type Place, placesAt } from './locate.ts';
export { type Picture, THEMES, type Theme } from './picture.ts';
export { bandPath, type Placed, type PlacedBox, type PlacedText } from './placed.ts';
export { chooseScale, type Scale } from './scale.ts';
export { FONT_SIZE } from './text.ts';
export type { Folds } from './units.ts';
export { type Ways, waysOf } from './ways.ts';
