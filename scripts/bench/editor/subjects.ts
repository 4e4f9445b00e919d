/** What the editor benchmark edits: the examples, longer texts and a folder, each with the places where its edits are made. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../host/install.ts';
import type { Places } from './edits.ts';
import { generate, generateFolder } from './generate.ts';

export interface Subject {
  readonly name: string;
  /** The texts of its folder, by file name. */
  readonly files: Readonly<Record<string, string>>;
  /** The file that is edited. */
  readonly edited: string;
  /** The file whose diagram is open beside it. */
  readonly viewed: string;
  readonly places: Places;
}

const readFolder = (folder: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(folder)
      .filter((name) => name.endsWith('.cnn'))
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );

function subject(name: string, files: Readonly<Record<string, string>>, edited: string, places: Places, viewed = edited): Subject {
  return { name, files, edited, viewed, places };
}

/** Places in a generated chapter. */
const inChapter = (n: number): Places => ({
  from: `block Branches${n}(`,
  number: ['conv(c3, 3x3)', 'conv(c3, 5x5)'],
  stage: 'conv(c1, 1x1)',
});

/** All subjects, the quickest first. */
export function subjects(): readonly Subject[] {
  const examples = readFolder(join(root, 'examples'));
  const folder = generateFolder(60);
  const hrnet = readFileSync(join(root, 'scripts', 'bench', 'editor', 'hrnet.cnn'), 'utf8');
  return [
    subject('googlenet', examples, 'googlenet.cnn', {
      from: 'inception4a:',
      number: ['192, 96', '192, 88'],
      stage: 'Inception(160, 112, 224, 24, 64, 64)',
    }),
    subject('resnet', examples, 'resnet.cnn', {
      from: 'block Bottleneck(',
      number: ['ConvBN(width, 3x3', 'ConvBN(width, 5x5'],
      stage: 'ConvBN(width, 1x1)',
    }),
    subject('densenet', examples, 'densenet.cnn', {
      from: 'block DenseLayer(',
      number: ['conv(4*growth', 'conv(2*growth'],
      stage: 'bn -> relu',
    }),
    subject('hrnet', { 'hrnet.cnn': hrnet }, 'hrnet.cnn', {
      from: 'block Basic(',
      number: ['ConvBN(width, 3x3)', 'ConvBN(width, 5x5)'],
      stage: 'ConvBN(width, 3x3, act=identity)',
    }),
    subject('lines300', { 'lines300.cnn': generate(300) }, 'lines300.cnn', inChapter(3)),
    subject('lines1000', { 'lines1000.cnn': generate(1000) }, 'lines1000.cnn', inChapter(12)),
    subject('folder-network', folder, 'network20.cnn', {
      from: 'network Net20(',
      number: ['Gate(8)', 'Gate(4)'],
      stage: 'maxpool(3x3, stride=2, pad=1)',
    }),
    subject(
      'folder-base',
      folder,
      'base.cnn',
      { from: 'block Gate(', number: ['reduction=4', 'reduction=8'], stage: 'conv(in.c, 1x1)' },
      'network20.cnn',
    ),
  ];
}
