/** Plain CSS: two colours for "good" and "bad", which never say something alone. */
export const CSS = `:root{color-scheme:light dark;--text:#1b1f24;--dim:#57606a;--back:#fff;--line:#d0d7de;--link:#0a58ca;--bad:#b3261e;--young:#8fb8ea;--usual:#3f7fc4;--late:#b3261e}
@media (prefers-color-scheme:dark){:root{--text:#e6edf3;--dim:#9aa7b4;--back:#0d1117;--line:#30363d;--link:#79b8ff;--bad:#ff8a80;--young:#2f5580;--usual:#6aa7e8;--late:#ff8a80}}
*{box-sizing:border-box}
body{margin:0;font:16px/1.45 system-ui,sans-serif;color:var(--text);background:var(--back)}
header{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:center;padding:.5rem 1rem;border-bottom:1px solid var(--line)}
main{padding:0 1rem 2rem;max-width:80rem;margin:auto}
.said{max-width:80rem;margin:.5rem auto;padding:0 1rem}.said:empty{display:none}
.home{font-weight:600;text-decoration:none}.find{flex:1;display:flex;gap:.4rem;align-items:center;flex-wrap:wrap}.out{margin-left:auto}
a{color:var(--link)}h1{font-size:1.5rem;line-height:1.3}h2{font-size:1.1rem;margin:1.5rem 0 .5rem}
table{border-collapse:collapse}.wide{overflow-x:auto}.wide table{width:100%}
th,td{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0;border-bottom:1px solid var(--line)}
th{font-weight:600;color:var(--dim);font-size:.85rem}.number{text-align:right;white-space:nowrap;width:1%}
h1,p,pre,li,button{overflow-wrap:anywhere}.words{overflow-wrap:anywhere;min-width:10rem}
.vin{font-family:ui-monospace,monospace;white-space:nowrap}time{white-space:nowrap}
.note,.age{color:var(--dim);font-size:.9rem}.bad,.soon{color:var(--bad);font-weight:600}
.signs{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.3rem 1.5rem}.signs .good,.signs .bad{font-weight:400}
.young{fill:var(--young)}.usual{fill:var(--usual)}.late{fill:var(--late)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.3rem 1rem}dt{color:var(--dim)}dd{margin:0;overflow-wrap:anywhere}
input,button,select{font:inherit;color:inherit;background:var(--back);border:1px solid var(--dim);border-radius:4px;padding:.35rem .6rem;min-height:2.4rem}
button{cursor:pointer}.card label{display:block}.card{max-width:30rem}.card input{width:100%}.actions{margin:1rem 0}.actions button{margin-bottom:.4rem}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}pre{white-space:pre-wrap;border:1px solid var(--line);padding:.8rem}
.skip,.sr{position:absolute;left:-100vw}.skip:focus{left:1rem;top:.5rem;background:var(--back);padding:.3rem}
@media (max-width:54rem){.more,.stack .more,.stack thead{display:none}.stack table,.stack tbody,.stack tr{display:block}.stack tr{border-bottom:1px solid var(--line);padding:.5rem 0}.stack td{display:inline;overflow-wrap:anywhere;white-space:normal;border:0;padding:0}.stack td:empty{display:none}.stack td:not(:first-child)::before{content:" · "}
.stack .number{white-space:normal}.stack td:first-child{font-weight:600}.stack td.since:not(:first-child)::before{content:" · since "}.ages td:not(:first-child):nth-child(3)::before{content:" · half within "}.ages td:not(:first-child):nth-child(4)::before{content:" · 85 % within "}.ages td:not(:first-child):nth-child(5)::before{content:" · older: "}
dl{grid-template-columns:1fr}dt{margin-top:.4rem}.find label{position:absolute;left:-100vw}.find input{min-width:0;flex:1}}
@media print{header{display:none}}
`;

/**
 * What a page does besides: it reads itself anew, says how old its numbers are, and has a key for the search. Somebody who is on a
 * link stays there; while somebody writes or marks something, nothing changes under their hands.
 */
export const SCRIPT = `'use strict';
(() => {
  const every = 15000;
  const old = 90;
  const main = document.getElementById('main');
  const said = document.getElementById('said');
  let tag = '';
  const held = () => (main.contains(document.activeElement) ? document.activeElement : null);
  const isBusy = () => document.hidden || (held() && held().tagName !== 'A') || !getSelection().isCollapsed;
  const age = () => {
    for (const time of document.querySelectorAll('[data-age]')) {
      const seconds = Math.max(0, Math.round((Date.now() - Date.parse(time.dateTime)) / 1000));
      time.textContent = seconds < 120 ? seconds + ' s ago' : Math.floor(seconds / 60) + ' min ago';
      if (seconds > old) time.parentElement.classList.add('bad');
    }
  };
  const alike = (link) => [...main.querySelectorAll('a')].filter(({ href }) => href === link.href);
  const show = (fresh) => {
    const link = held();
    const place = link && alike(link).indexOf(link);
    main.replaceChildren(...fresh.getElementById('main').childNodes);
    if (link) alike(link)[place]?.focus({ preventScroll: true });
    document.title = fresh.title;
  };
  const read = async () => {
    if (isBusy()) return;
    try {
      const reply = await fetch(location.href, { headers: tag ? { 'If-None-Match': tag } : {}, cache: 'no-store' });
      said.textContent = '';
      if (reply.redirected || reply.status === 401) location.reload();
      if (![200, 404, 503].includes(reply.status)) return;
      const fresh = new DOMParser().parseFromString(await reply.text(), 'text/html');
      if (isBusy() || !fresh.getElementById('main')) return;
      tag = reply.headers.get('ETag') ?? '';
      show(fresh);
    } catch {
      said.textContent = 'The gateway does not answer.';
    }
    age();
  };
  age();
  setInterval(age, 1000);
  setInterval(read, every);
  document.addEventListener('visibilitychange', read);
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || /^(INPUT|SELECT)$/.test(event.target.tagName)) return;
    event.preventDefault();
    document.getElementById('find')?.focus();
  });
})();
`;
