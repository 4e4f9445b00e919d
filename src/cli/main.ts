/**
 * The command line: reads arguments, calls a command, prints its text. Data goes to standard output, everything else to standard error.
 *
 * What a command is made of is loaded when it is called: the help, and a slip in the arguments, need no language.
 */

import { Command, CommanderError, Option } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { EXPORTERS } from '../export/index.ts';
import { VARIANT_NAMES } from '../graph/variants/index.ts';
import { INPUTS, WEIGHTS } from '../run/spec.ts';
import { Failure } from './errors.ts';
import { print, tell } from './streams.ts';

// A reader that has seen enough, as `head` has, closes the pipe: that ends the work, and is not an error.
process.stdout.on('error', (e: NodeJS.ErrnoException) => {
  if (e.code !== 'EPIPE') throw e;
  process.exit(0);
});

const program = new Command('pointwise')
  .description('Design convolutional networks as text: shapes, parameters and cost of .cnn files.')
  .version(manifest.version, '-v, --version')
  .exitOverride()
  .configureOutput({ writeErr: (s) => process.stderr.write(s) })
  .showHelpAfterError('(see pointwise --help)');

const target = ['--target <name>', 'the block or network; by default the last network, else the last block that can stand alone'] as const;

program
  .command('check')
  .argument('<files...>')
  .option('--fix', 'applies the fixes that are sure, and says which')
  .addOption(new Option('--diff', 'prints what --fix would change, and changes nothing').conflicts(['fix', 'json']))
  .option('--json', 'as JSON')
  .description('problems, with the lines they are on')
  .action(async (files, o) => (await import('./check.ts')).check(files, o));
program
  .command('sizes')
  .argument('<file>')
  .option(...target)
  .option('--size <height x width>', 'a size to try, such as 350x525')
  .option('--json', 'as JSON')
  .description('the heights and widths that a target takes, and where one does not fit')
  .action(async (file, o) => print(await (await import('./sizes.ts')).sizes(file, o)));
program
  .command('summary')
  .argument('<file>')
  .option(...target)
  .option('--input <shape>', 'another input, such as 3x256x256')
  .option(
    '--set <name=value>',
    'another value of a parameter, or of a constant of the file, such as width=96; may be given several times',
    (one: string, before: readonly string[] = []) => [...before, one],
  )
  .option('--depth <n>', 'fold blocks below this depth')
  .option('--json', 'as JSON')
  .addOption(new Option('--csv', 'as CSV').conflicts(['json', 'markdown']))
  .addOption(new Option('--markdown', 'as a Markdown table').conflicts('json'))
  .description('the layer table with shapes, params and MACs')
  .action(async (file, o) => print(await (await import('./summary.ts')).summary(file, o)));
program
  .command('compare')
  .argument('<file>')
  .option(...target)
  .addOption(
    new Option('--variant <name>', 'the variant whose blocks are listed, and that --code prints')
      .choices(VARIANT_NAMES)
      .conflicts(['against', 'againstFile']),
  )
  .option('--against <name>', 'another target, instead of the variants')
  .option('--against-file <file>', 'a target of another file')
  .option('--input <shape>', 'another input, such as 3x256x256')
  .option('--code', 'prints what it is compared with, as .cnn')
  .addOption(new Option('--json', 'as JSON').conflicts('code'))
  .description('a target against what it would be without 1×1 reductions, depthwise convolutions or groups')
  .action(async (file, o) => print(await (await import('./compare.ts')).compare(file, o)));
program
  .command('diff')
  .argument('<before>', 'a file, its text in a revision as HEAD~1:net.cnn, or a target of either, net.cnn#Target')
  .argument('<after>', 'the same')
  .option('--target <name>', 'the block or network; by default all that both sides have')
  .option('--json', 'as JSON')
  .addOption(new Option('--markdown', 'as a Markdown table, for a pull request').conflicts('json'))
  .option('--all', 'what is equal too, a row for every layer')
  .option('--exit-code', 'ends with status 1 where there is a difference')
  .description('two versions of a network, layer by layer: what was added, what is gone, what changed')
  .action(async (before, after, o) => (await import('./diff/diff.ts')).diff(before, after, o));
program
  .command('run')
  .argument('<file>')
  .option(...target)
  .option('--seed <n>', 'seed of input and weights', '1')
  .option('--input <what>', `another shape, such as 3x256x256; ${INPUTS.join(', ')}; an image; or an .npy file, one for each input`)
  .option('--output <file or folder>', 'writes the main output as .npy, or every output into an .npz archive or a folder')
  .option('--weights <what>', `${WEIGHTS.join(', ')}, a .safetensors file, or a state dict of PyTorch (.pth, .pt); by default he`)
  .option('--calibrate [file]', 'first takes the statistics of batch norm from the input, or from an .npy file')
  .option('--exact', 'direct convolution only')
  .option('--threads <n>', 'threads to share the work among; by default one per core')
  .option('--versus', 'times the variant too with which compare begins')
  .option('--json', 'as JSON')
  .description('runs a target: time and statistics of every layer')
  .action(async (file, o) => {
    const { run } = await import('./run.ts');
    const { text, remarks, refused } = await run(file, o);
    print(text);
    remarks.forEach(tell);
    if (refused) process.exitCode = 1;
  });
program
  .command('export')
  .argument('<file>')
  .requiredOption('--to <format>', EXPORTERS.map((e) => e.name).join(', '))
  .option(...target)
  .option('-o, --output <file>', 'where to; by default the target’s name')
  .option('--input <shape>', 'another input, such as 3x256x256')
  .option('--seed <n>', 'seed of the weights', '1')
  .option('--weights [file]', 'the weights of a file that run reads, instead of the seed’s; of code, writes them beside it as .safetensors')
  .addOption(new Option('--names <whose>', 'writes the weights under the keys of a published model').choices(['torchvision']))
  .option('--calibrate [file]', 'with the statistics of batch norm that the input gives, or an .npy file')
  .option('--batch <n>', 'of a model: how many inputs at once, or dynamic; 1 by default')
  .option('--opset <n>', 'of a model: the version of ONNX’s operators, 13 to 26; 18 by default')
  .option('--ir <n>', 'of a model: the version of ONNX’s format, up to 13; by default what the opset needs')
  .option('--fold-batchnorm', 'of a model: has convolutions take over the batch norms behind them')
  .option('--theme <name>', 'of a picture: light or dark, or auto for an SVG')
  .description('writes a target as a file of another kind')
  .addHelpText('after', `\n${EXPORTERS.map((e) => `  ${e.name.padEnd(8)}${e.title}: ${e.says}`).join('\n')}`)
  .action(async (file, o) => {
    const { exportTarget } = await import('./export.ts');
    tell(`wrote ${(await exportTarget(file, o)).join(', ')}`);
  });
program
  .command('import')
  .argument('<model>', 'an ONNX model, or the YAML of a YOLO model')
  .option('-o, --output <file>', 'where to; by default the model’s name with .cnn')
  .option('--partial', 'writes the largest part that can be said, where .cnn cannot say all')
  .option('--input <shape>', 'the size of the input, such as 3x256x256, where the model leaves it open')
  .option('--graph-only', 'reads the graph also of a model that holds the text of which Pointwise made it')
  .option('--scale <name>', 'of a YAML with several scales: which, such as n')
  .description('an ONNX model as .cnn, its weights beside it, or the YAML of a YOLO model')
  .action(async (model, o) => (await (await import('./import.ts')).importModel(model, o)).forEach(tell));
program
  .command('bench')
  .argument('[workloads...]')
  .option('--peers <names>', 'other engines to measure: onnxruntime-web,tfjs-wasm,onnxruntime-node, one thread each')
  .option('--peers-from <folder>', 'folder with the packages of the peers; by default the current folder')
  .option('--threads <n>', 'threads of the shared run; by default one per core')
  .option('--rounds <n>', 'turns for each engine', '9')
  .option('--layers', 'technique, GFLOP/s and share of peak of every step')
  .option('--json', 'as JSON')
  .option('--markdown', 'as a Markdown table')
  .description('the kernel’s own benchmark')
  .action(async (workloads, o) => (await import('./bench.ts')).bench(workloads, o, print));
program
  .command('format')
  .argument('<files...>')
  .option('--check', 'only lists the files that would change')
  .description('the canonical layout')
  .action(async (files, o) => (await import('./format.ts')).format(files, o));
program
  .command('lsp')
  .requiredOption('--stdio', 'over standard input and output')
  .description('the language server, for any editor')
  .action(async () => {
    await import('../server/main.ts');
  });

try {
  await program.parseAsync();
} catch (e) {
  if (e instanceof CommanderError) process.exitCode = e.exitCode === 0 ? 0 : 2;
  else if (e instanceof Failure) {
    tell(e.message);
    process.exitCode = e.status;
  } else {
    // Nothing that a user does should come here.
    tell(`pointwise: ${e instanceof Error ? e.message : String(e)}`);
    tell('This is a bug in Pointwise: please report it, with what POINTWISE_TRACE=1 adds.');
    if (process.env.POINTWISE_TRACE && e instanceof Error) tell(e.stack ?? '');
    process.exitCode = 1;
  }
}
