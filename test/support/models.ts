/** The graphs of models that test/import/make_models.py made. */
import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const folder = new URL('../import/models/', import.meta.url);
const END = '.onnx.gz';

/** By name: `resnet50`, as PyTorch's older exporter writes it; `resnet50-dynamo`, as the newer does. */
export const modelNames = (): readonly string[] =>
  readdirSync(folder)
    .filter((f) => f.endsWith(END))
    .map((f) => f.slice(0, -END.length));

export const modelBytes = (name: string): Uint8Array => gunzipSync(readFileSync(new URL(name + END, folder)));
