import type { Person } from './sample/people.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escape = (text: string) => text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);

/** The sign-in page of the local issuer: every sample person is a button that signs them in. */
export function signInPage(people: readonly Person[], request: ReadonlyMap<string, string>): string {
  const hidden = [...request]
    // The buttons say who; a request does not.
    .filter(([name]) => name !== 'person')
    .map(([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`)
    .join('');
  const buttons = people
    .map(
      ({ id, name, about }) =>
        `<li><button name="person" value="${escape(id)}">${escape(name)}</button> ${escape(about)}</li>`,
    )
    .join('\n');
  return `<!doctype html>
<html lang="en-GB">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Sign in on this machine</title>
<style>body{font:1.1rem/1.5 sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}li{margin:.6rem 0}button{font:inherit;min-width:14rem;padding:.4rem}</style></head>
<body><main><h1>Who would you like to be?</h1>
<p>This page exists on your own machine only. It stands in for the organisation’s sign-in; everyone here is invented.</p>
<form method="post" action="/oauth2/authorize">${hidden}<ul>
${buttons}
</ul></form></main></body></html>`;
}
