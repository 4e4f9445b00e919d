/** The controls of @vscode-elements that the page uses, and their types for JSX. */
import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-option/index.js';
import '@vscode-elements/elements/dist/vscode-single-select/index.js';
import '@vscode-elements/elements/dist/vscode-tab-header/index.js';
import '@vscode-elements/elements/dist/vscode-tabs/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import type { HTMLAttributes } from 'preact';

type Base = HTMLAttributes<HTMLElement>;

declare module 'preact' {
  namespace JSX {
    interface IntrinsicElements {
      'vscode-button': Base & { icon?: string; secondary?: boolean; disabled?: boolean };
      'vscode-single-select': Base & { label?: string; value?: string; disabled?: boolean };
      'vscode-option': Base & { value?: string; selected?: boolean };
      'vscode-tabs': Base & { 'selected-index'?: number; 'onvsc-tabs-select'?: (e: CustomEvent<{ selectedIndex: number }>) => void };
      'vscode-tab-header': Base;
      'vscode-textfield': Base & {
        label?: string;
        type?: string;
        value?: string;
        min?: number;
        max?: number;
        step?: number;
        invalid?: boolean;
      };
    }
  }
}
