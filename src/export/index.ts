/** The exporters, one line each: the command line and the editor offer what is listed here. */
import { cnn } from './cnn/exporter.ts';
import { keras } from './code/keras.ts';
import { paddle } from './code/paddle.ts';
import { pytorch } from './code/pytorch.ts';
import type { Exporter } from './exporter.ts';
import { onnx } from './onnx/exporter.ts';
import { mermaid, pdf, png, svg, tikz } from './picture/exporters.ts';
import { csv, markdown } from './table/exporters.ts';

export const EXPORTERS: readonly Exporter[] = [onnx, cnn, pytorch, keras, paddle, svg, png, pdf, tikz, mermaid, csv, markdown];

export const exporterOf = (name: string): Exporter | undefined => EXPORTERS.find((e) => e.name === name);
