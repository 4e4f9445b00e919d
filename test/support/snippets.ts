/** A snippet of the language server protocol as text: what stands in its places, and `relu` where nothing does. */
export const filledIn = (snippet: string): string =>
  snippet
    .replaceAll(/\$\{\d\|((?:\\.|[^,|])*)[^}]*\|\}/g, '$1')
    .replaceAll(/\$\{\d:((?:\\.|[^}])*)\}/g, '$1')
    .replaceAll(/\$\d/g, 'relu');
