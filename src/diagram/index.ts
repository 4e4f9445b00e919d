/** The diagram package: Graph → Diagram → Placed → Drawing, all plain data. */
export { buildDiagram, type DiagramOptions, DiagramTooLarge } from './build.ts';
export { lastName, titleOf } from './describe.ts';
export type { Box, BoxKind, Diagram, Level } from './diagram.ts';
export { type Drawing, draw, type Figure, type Mark, type Role, type Words } from './drawing.ts';
export { layoutWithin, type Room } from './fit.ts';
export { layoutDiagram } from './layout.ts';
export { nodesAt } from './locate.ts';
export type { Placed, PlacedBand, PlacedBox, PlacedText } from './placed.ts';
export { bandWidth, chooseScale, FLOOR, type Scale } from './scale.ts';
export { FONT_SIZE } from './text.ts';
export type { Folds } from './units.ts';
