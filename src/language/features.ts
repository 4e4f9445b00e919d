/** The editor features, one line each. */
import type { PartialLangiumServices } from 'langium/lsp';
import type { Module } from 'langium';
import type { CnnServices } from './services.ts';

export const features: NonNullable<Module<CnnServices, PartialLangiumServices>['lsp']> = {};
