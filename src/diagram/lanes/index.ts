/** Lanes: whole networks by the sizes of their maps. */
export { buildLanes, hasLanes, type LaneDiagram } from './lanes.ts';
export { DENSITIES, type Density, type Flow, placeLanes } from './place.ts';
