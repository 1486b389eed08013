import { CERTIFICATE_TYPE, STATEMENT_TYPE } from './certificate';
import { rowsOf } from './rows';

/** What the page runs: it looks at the file that it shows, and at nothing else. */
const VERIFY = String.raw`
const TYPES = ${JSON.stringify([CERTIFICATE_TYPE, STATEMENT_TYPE])};
const $ = (id) => document.getElementById(id);
const say = (kind, text) => { $('verdict').className = kind; $('verdict').textContent = text; };
const OLD = 'This browser cannot verify Ed25519 signatures. Take a newer one (Chrome or Edge 137, Firefox 129, Safari 17, or later), or verify the signed file with openssl.';

function bytesOf(text) {
  if (!/^[A-Za-z0-9_-]+$/.test(text)) throw new Error('A part is not proper base64url: characters were changed, added or lost');
  const raw = atob(text.replaceAll('-', '+').replaceAll('_', '/') + '='.repeat((4 - (text.length % 4)) % 4));
  const back = btoa(raw).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  if (back !== text) throw new Error('A part is not proper base64url: characters were changed, added or lost');
  return Uint8Array.from(raw, (one) => one.charCodeAt(0));
}

function jsonOf(bytes, what) {
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  const open = [];
  let last = '';
  let value;
  try { value = JSON.parse(text); } catch { throw new Error('The ' + what + ' is no proper JSON'); }
  for (const [part] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]/g)) {
    if (part === '{') open.push(new Set());
    else if (part === '[') open.push(null);
    else if (part === '}' || part === ']') open.pop();
    else if (part === ':') {
      const name = JSON.parse(last);
      const names = open[open.length - 1];
      if (names.has(name)) throw new Error('The ' + what + ' has "' + name + '" twice');
      names.add(name);
    }
    last = part;
  }
  return value;
}

async function keysOf(text) {
  if (/PRIVATE KEY/.test(text)) throw new Error('That is a private key, which nobody else may have: paste the public one');
  const usable = [];
  const pems = text.match(/-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g) || [];
  for (const pem of pems) {
    const der = Uint8Array.from(atob(pem.replace(/-----[^-]+-----|\s/g, '')), (one) => one.charCodeAt(0));
    usable.push(await crypto.subtle.importKey('spki', der, { name: 'Ed25519' }, true, ['verify']));
  }
  if (pems.length === 0) {
    let read;
    try { read = JSON.parse(text); } catch { throw new Error('That is no public key, neither PEM nor JWK'); }
    for (const { kty, crv, x } of read.keys || [read]) {
      usable.push(await crypto.subtle.importKey('jwk', { kty, crv, x }, { name: 'Ed25519' }, true, ['verify']));
    }
  }
  const found = [];
  for (const key of usable) {
    const { x } = await crypto.subtle.exportKey('jwk', key);
    const members = new TextEncoder().encode(JSON.stringify({ crv: 'Ed25519', kty: 'OKP', x }));
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', members));
    const kid = btoa(String.fromCharCode(...hash)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
    found.push({ kid, key });
  }
  return found;
}

async function verified(text, keys) {
  const parts = text.split('.');
  if (parts.length !== 3) throw new Error('The file has ' + parts.length + ' parts, and not three: it may be cut off');
  const [headerBytes, payloadBytes, signature] = parts.map(bytesOf);
  const header = jsonOf(headerBytes, 'header');
  if (header.alg !== 'Ed25519' && header.alg !== 'EdDSA') throw new Error('The header names the algorithm ' + header.alg + '; only Ed25519 is taken');
  if (!TYPES.includes(header.typ)) throw new Error('The header names the type ' + header.typ + ', which is none of ours');
  if (Object.keys(header).length !== 3) throw new Error('The header has more than ours have');
  const found = keys.find(({ kid }) => kid === header.kid);
  if (!found) throw new Error('It was signed with the key ' + header.kid + ', and you pasted ' + keys.map(({ kid }) => kid).join(', '));
  const input = new TextEncoder().encode(parts[0] + '.' + parts[1]);
  if (!(await crypto.subtle.verify({ name: 'Ed25519' }, found.key, signature, input))) {
    throw new Error('The signature is not that of this content with this key: one of them was changed');
  }
  return { kid: header.kid, payload: jsonOf(payloadBytes, 'content') };
}

/** What the page shows must be what was signed. */
function shownAs(payload) {
  const shown = [...$('rows').rows].map((row) => [row.cells[0].textContent, row.cells[1].textContent]);
  return JSON.stringify(shown) === JSON.stringify(rowsOf(payload));
}

$('verify').addEventListener('click', async () => {
  if (!globalThis.crypto || !crypto.subtle) return say('bad', OLD);
  try {
    await crypto.subtle.generateKey({ name: 'Ed25519' }, false, ['sign', 'verify']);
  } catch {
    return say('bad', OLD);
  }
  try {
    const keys = await keysOf($('key').value.trim());
    const { kid, payload } = await verified($('file').textContent, keys);
    if (!shownAs(payload)) throw new Error('This page shows something else than what was signed');
    say('good', 'Verified: what stands below was signed with the key ' + kid + ', and was not changed since.');
  } catch (error) {
    say('bad', 'Not verified. ' + (error && error.message ? error.message : 'That is no public key that can be used') + '.');
  }
});
`;

/** The text of the script of every page. The rows are made by the same function that has written them. */
export const PAGE_SCRIPT = `'use strict';\nconst rowsOf = ${rowsOf.toString()};\n${VERIFY}`;
