/** Small pictures of a layer's first channels. */
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { FeatureMaps } from '../../src/run/protocol.ts';
import { measured } from './figures.ts';
import { paintBytes } from './viridis.ts';

function Channel({ maps, index }: { readonly maps: FeatureMaps; readonly index: number }): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const { width, height } = maps;
    const image = context.createImageData(width, height);
    paintBytes(image, maps.data.subarray(index * width * height, (index + 1) * width * height), width, 0, 0);
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
