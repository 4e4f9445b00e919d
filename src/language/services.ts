/** The language's services: Langium's parser and workspace, with our checks and editor features in their places. */
import {
  createLangiumParser,
  DefaultIndexManager,
  type DefaultSharedCoreModuleContext,
  inject,
  type LangiumDocument,
  type LangiumParser,
  type Module,
  type ParseResult,
} from 'langium';
import {
  createDefaultModule,
  createDefaultSharedModule,
  type DefaultSharedModuleContext,
  type LangiumServices,
  type LangiumSharedServices,
  type PartialLangiumServices,
} from 'langium/lsp';
import { Analyses } from './analyses.ts';
import { features } from './features.ts';
import { CnnGeneratedModule, CnnGeneratedSharedModule } from './generated/module.ts';
import { isBinary } from './syntax.ts';
import { CnnValidator } from './validator.ts';
import { importsOf } from './workspace.ts';

/** What Pointwise adds to Langium's services. */
export interface CnnAddedServices {
  readonly analyses: Analyses;
}
export type CnnServices = LangiumServices & CnnAddedServices;

/** Brackets inside each other beyond which a text is not parsed: the parser would run out of stack. */
const DEEPEST = 300;

function tooDeep(text: string): boolean {
  let depth = 0;
  for (const c of text.replace(/#[^\n]*|"[^"\n]*"/g, '')) {
    if ('([{'.includes(c)) depth++;
    else if (')]}'.includes(c)) depth--;
    if (depth > DEEPEST) return true;
  }
  return /(?:(?:\bnot|-)\s*){300}/.test(text);
}

/** Operators in one expression beyond which a text is not parsed: the parser's time grows with their square. */
const LONGEST = 2000;

function tooLong(text: string): boolean {
  let operators = 0;
  // Whatever cannot stand inside an expression, or only between two of them, begins anew.
  for (const [token] of text.replace(/#[^\n]*|"[^"\n]*"/g, '').matchAll(/->|[-+*/%<>]|\b(?:and|or)\b|[{},|=:]/g)) {
    operators = /^(?:->|[{},|=:])$/.test(token) ? 0 : operators + 1;
    if (operators > LONGEST) return true;
  }
  return false;
}

/** The generated parser, which is given only what it can parse; the rest is an empty file with a problem. */
function guarded(parser: LangiumParser): LangiumParser {
  const parse = parser.parse.bind(parser);
  const refused = (message: string, rest: []): ParseResult => ({
    ...parse('', ...rest),
    lexerErrors: [{ message, offset: 0, length: 1, line: 1, column: 1 }],
  });
  parser.parse = ((text: string, ...rest: []) => {
    if (isBinary(text)) return parse('', ...rest);
    if (tooDeep(text)) return refused(`Brackets stand more than ${DEEPEST} deep here, deeper than Pointwise reads.`, rest);
    if (tooLong(text)) return refused(`An expression here has more than ${LONGEST} operators, more than Pointwise reads.`, rest);
    try {
      return parse(text, ...rest);
    } catch {
      // Whatever else runs the parser out of stack leaves it in no state to say so.
      return refused('An expression here is longer than Pointwise reads.', rest);
    }
  }) as typeof parser.parse;
  return parser;
}

/** A file is checked again when one that it imports changes. */
class ImportIndex extends DefaultIndexManager {
  private readonly all: () => LangiumSharedServices;
  constructor(services: LangiumSharedServices) {
    super(services);
    this.all = () => services;
  }
  override isAffected(document: LangiumDocument, changed: Set<string>): boolean {
    return [...importsOf(document, this.all())].some((uri) => changed.has(uri));
  }
}

const module: Module<CnnServices, PartialLangiumServices & CnnAddedServices> = {
  analyses: (s) => new Analyses(s.shared),
  parser: { LangiumParser: (s) => guarded(createLangiumParser(s)) },
  validation: { DocumentValidator: (s) => new CnnValidator(s) },
  lsp: features,
};

/** Creates the services; `context` brings the file system and, in a server, the connection. */
export function createCnnServices(context: DefaultSharedModuleContext & DefaultSharedCoreModuleContext): {
  readonly shared: LangiumSharedServices;
  readonly cnn: CnnServices;
} {
  const shared = inject(createDefaultSharedModule(context), CnnGeneratedSharedModule, {
    workspace: { IndexManager: (s: LangiumSharedServices) => new ImportIndex(s) },
  });
  const cnn = inject(createDefaultModule({ shared }), CnnGeneratedModule, module);
  shared.ServiceRegistry.register(cnn);
  return { shared, cnn };
}
