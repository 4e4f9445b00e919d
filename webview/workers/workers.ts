/** Workers of the page. A webview may start them from blob URLs only, so their scripts are fetched here first. */

const scripts = new Map<string, Promise<string>>();

/** A worker from the address of its script. */
export async function startWorker(address: string): Promise<Worker> {
  let url = scripts.get(address);
  if (!url) {
    url = fetch(address).then(async (r) => {
      if (!r.ok) throw new Error(`${address} answered ${r.status}`);
      return URL.createObjectURL(new Blob([await r.text()], { type: 'text/javascript' }));
    });
    scripts.set(address, url);
    url.catch(() => scripts.delete(address));
  }
  return new Worker(await url);
}

/** The bytes at an address, or undefined where there are none: who asks has something else to fall back on. */
export async function fetchBytes(address: string): Promise<ArrayBuffer | undefined> {
  try {
    const r = await fetch(address);
    return r.ok ? await r.arrayBuffer() : undefined;
  } catch {
    return undefined;
  }
}
