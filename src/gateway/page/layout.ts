import { type Html, html, type Part } from './html';
import type { Session } from './sessions';
import { ageIn, inWords } from './words';

/** When the numbers of a page were read. */
export interface Numbers {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly age: number;
  /** Why there are no newer ones; null where nothing is wrong. */
  readonly problem: string | null;
}

export interface Frame {
  readonly title: string;
  readonly session: Session | null;
  readonly numbers?: Numbers | null;
  readonly body: Part;
  /** Whether it is read anew by itself: a page with a form for an action is not. */
  readonly isLive?: boolean;
}

/** Numbers older than this are said to be old, in milliseconds. */
const OLD = 90_000;

/** A whole page. */
export function page({ title, session, numbers = null, body, isLive = false }: Frame): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · vin-activation</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/page.css">
${isLive && html`<noscript><meta http-equiv="refresh" content="60"></noscript><script src="/page.js" defer></script>`}
</head>
<body>
<a class="skip" href="#main">To the content</a>
<header>
<a class="home" href="/">vin-activation</a>
${session && finder()}
${session && html`<form class="out" method="post" action="/sign-out"><input type="hidden" name="csrf" value="${session.csrf}"><button>Sign out ${session.who}</button></form>`}
</header>
<p class="bad said" id="said" role="status"></p>
<main id="main">
${numbers && ageOf(numbers)}
${body}
</main>
</body>
</html>
`.text;
}

function finder(): Html {
  return html`<form class="find" role="search" action="/find"><label for="find">Find a VIN or plate</label><input id="find" name="vin" autocomplete="off" spellcheck="false" maxlength="40"><button>Find</button></form>`;
}

function ageOf({ at, age, problem }: Numbers): Html {
  const time = new Date(at).toISOString();
  const isOld = age > OLD;
  const said = isOld ? html`, <strong>${ageIn(age)} old</strong>` : '';
  return html`<p class="age${isOld || problem ? ' bad' : ''}">Numbers of <time datetime="${time}" data-age>${inWords(time)}</time>${said}${problem && html`. <strong>Temporal is away</strong>: these are the last ones that it gave.`}</p>`;
}

/** What is said where a page cannot be shown. */
export function message(title: string, says: string, next: string, session: Session | null = null): string {
  return page({ title, session, body: html`<h1>${title}</h1><p>${says}</p><p>${next}</p>` });
}

/** Where somebody signs in with a token of the API, or with a one-time link. */
export function signInPage({
  problem = null,
  code = null,
}: {
  problem?: string | null;
  code?: string | null;
} = {}): string {
  const secret = code
    ? html`<input type="hidden" name="code" value="${code}">`
    : html`<p><label for="token">Token of the API</label><input id="token" name="token" type="password" autocomplete="current-password" required maxlength="100"></p>`;
  return page({
    title: 'Sign in',
    session: null,
    body: html`<h1>Sign in</h1>
${problem && html`<p class="bad" role="alert">${problem}</p>`}
<form class="card" method="post" action="/sign-in">
${secret}
<p><label for="who">Your name, for the record of what you do</label><input id="who" name="who" autocomplete="name" required maxlength="40"></p>
<button>Sign in</button>
</form>
<p class="note">A token is made with <code>vin token create --role operate --fleet '*'</code>; with the role read it only looks.</p>`,
  });
}
