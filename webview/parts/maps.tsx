/** Small pictures of a layer's first channels, in viridis (Smith and van der Walt 2015): perceptually even, and legible to the colour-blind. */
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { FeatureMaps } from '../../src/run/protocol.ts';
import { measured } from './figures.ts';

/** Nine points of the map; between them straight lines are close enough. */
const POINTS = [0x440154, 0x472d7b, 0x3b528b, 0x2c728e, 0x21918c, 0x28ae80, 0x5ec962, 0xaddc30, 0xfde725] as const;
const TABLE = Array.from({ length: 256 }, (_, i) => {
  const at = (i / 255) * (POINTS.length - 1);
  const k = Math.min(POINTS.length - 2, Math.floor(at));
  const [a, b] = [POINTS[k] as number, POINTS[k + 1] as number];
  return [16, 8, 0].map((shift) => Math.round(((a >> shift) & 255) + (((b >> shift) & 255) - ((a >> shift) & 255)) * (at - k))) as [
    number,
    number,
    number,
  ];
});

function Channel({ maps, index }: { readonly maps: FeatureMaps; readonly index: number }): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const { width, height } = maps;
    const image = context.createImageData(width, height);
    for (let i = 0; i < width * height; i++) {
      const [r, g, b] = TABLE[maps.data[index * width * height + i] ?? 0] as [number, number, number];
      image.data.set([r, g, b, 255], i * 4);
    }
    context.putImageData(image, 0, 0);
  }, [maps, index]);
  return <canvas ref={canvas} width={maps.width} height={maps.height} title={`channel ${index}`} />;
}

export function Maps({ maps }: { readonly maps: FeatureMaps }): JSX.Element {
  return (
    <>
      <div class="maps" role="img" aria-label={`The first ${maps.count} of ${maps.of} channels`}>
        {Array.from({ length: maps.count }, (_, i) => (
          <Channel key={i} maps={maps} index={i} />
        ))}
      </div>
      <div class="maps-scale">
        <span>{measured(maps.from)}</span>
        <i class="viridis" />
        <span>{measured(maps.to)}</span>
        <span class="of">{maps.count < maps.of ? `${maps.count} of ${maps.of} channels` : `${maps.of} channels`}</span>
      </div>
    </>
  );
}
