/** What is wrong with a file that cannot be imported: the only thing that the importer throws on account of a file. */

/** `broken`: no ONNX file, or one that contradicts itself; `too-large`: beyond what is read; `unsupported`: nothing of it can be said. */
export type ImportCode = 'broken' | 'too-large' | 'unsupported' | 'input';

export class ImportFault extends Error {
  readonly code: ImportCode;
  constructor(code: ImportCode, message: string) {
    super(message);
    this.code = code;
  }
}
