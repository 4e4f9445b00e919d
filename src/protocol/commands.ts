/** The names of the commands, which lenses, menus and pages run. */

/** Commands that lenses and menus run; all take an optional uri and target name. */
export const COMMANDS = {
  run: 'pointwise.run',
  diagram: 'pointwise.showDiagram',
  compare: 'pointwise.compare',
  export: 'pointwise.export',
  copy: 'pointwise.copyAs',
  begin: 'pointwise.newNetwork',
  compareWithHead: 'pointwise.compareWithHead',
} as const;

/** Commands of the panels; those of a page's context menu. */
export const PANEL_COMMANDS = { pin: 'pointwise.pin', open: 'pointwise.openPanel' } as const;
export const MENU_COMMANDS = {
  'copy-figures': 'pointwise.copyFigures',
  'copy-value': 'pointwise.copyValue',
  'copy-table': 'pointwise.copyTable',
  'copy-markdown': 'pointwise.copyMarkdown',
  'copy-svg': 'pointwise.copySvg',
  reveal: 'pointwise.reveal',
} as const;
/** What entries of a context menu ask of the page, of what they were opened on or what is chosen. */
export type MenuAction = keyof typeof MENU_COMMANDS;
