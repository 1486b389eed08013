import { createHash } from 'node:crypto';
import type { Certificate, Statement } from './certificate';
import { unverified } from './jws';
import { PAGE_SCRIPT } from './page-script';
import { rowsOf } from './rows';

/**
 * A page for people that holds a signed file and verifies it in the browser, with a pasted public key and without any request.
 * It can be printed, and read where scripts are off.
 *
 * @param text a file of ours, as it was signed.
 */
export function pageOf(text: string): string {
  const content = unverified(text)?.payload as Certificate | Statement;
  const rows = rowsOf(content).map(
    ([name, value]) => `<tr><th scope="row">${escaped(name)}</th><td>${escaped(value)}</td></tr>`,
  );
  const title = titleOf(content);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src '${hashOf(PAGE_SCRIPT)}'; style-src '${hashOf(STYLE)}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escaped(title)}</h1>
<p id="verdict" role="status">Not verified yet. What stands below is what the file says of itself.</p>
<table><tbody id="rows">
${rows.join('\n')}
</tbody></table>
<section class="screen">
<h2>Verify it</h2>
<p>Paste the public key of the one who issued it. Ask for it by a way that you trust, for example at their own address
<code>/.well-known/jwks.json</code>, and not from the one who gave you this page. Nothing leaves this page.</p>
<p><label for="key">Public key (PEM, JWK, or the whole list)</label></p>
<p><textarea id="key" rows="5" cols="70" spellcheck="false" autocomplete="off"></textarea></p>
<p><button id="verify" type="button">Verify</button></p>
<noscript><p>Scripts are off here, so this page cannot verify anything. Verify the signed file with openssl, as the documentation of
vin-activation says.</p></noscript>
</section>
<section>
<h2>The signed file</h2>
<pre id="file">${escaped(text)}</pre>
</section>
<script>${PAGE_SCRIPT}</script>
</body>
</html>
`;
}

function titleOf(content: Certificate | Statement): string {
  if (content.kind === 'statement') return 'Statement: access is still open';
  return `Certificate ${content.number}: the vehicle's access has ended`;
}

const STYLE = `
body{font:16px/1.45 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#111;background:#fff}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid #ccc}
th{width:15rem;font-weight:600}td{white-space:pre-wrap;overflow-wrap:anywhere}
pre{white-space:pre-wrap;overflow-wrap:anywhere;font-size:.7rem;border:1px solid #ccc;padding:.6rem}
textarea{width:100%;font-family:monospace}
#verdict{border:2px solid #777;padding:.6rem}#verdict.good{border-color:#060;background:#e7f5e7}#verdict.bad{border-color:#a00;background:#fbe9e9}
@media print{.screen{display:none}body{margin:0;max-width:none}}
`;

function hashOf(source: string): string {
  return `sha256-${createHash('sha256').update(source).digest('base64')}`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
