import { createHash } from 'node:crypto';
import type { Html } from './html.ts';

const style = `
:root { color-scheme: light; }
body { margin: 0; background: #ffffff; color: #212b32; font: 16px/1.5 Arial, Helvetica, sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 2rem 1.5rem; }
h1 { margin: 0 0 0.25rem; font-size: 1.75rem; line-height: 1.2; }
h2 { margin: 2rem 0 0.5rem; font-size: 1.25rem; }
p { margin: 0 0 0.75rem; max-width: 44rem; }
.parties { display: flex; flex-wrap: wrap; gap: 0 4rem; }
.parties h2 { font-size: 1rem; margin: 1.25rem 0 0.25rem; }
.parties p { margin: 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.25rem 1.5rem; margin: 1.5rem 0; }
dt { font-weight: bold; }
dd { margin: 0; overflow-wrap: anywhere; }
.total { font-size: 1.25rem; font-weight: bold; }
table { width: 100%; border-collapse: collapse; margin: 0 0 1rem; font-size: 0.875rem; line-height: 1.4; }
caption { text-align: left; padding: 0 0 0.5rem; }
th, td { padding: 0.5rem 0.75rem 0.5rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid #aeb7bd; font-weight: normal; }
thead th, tfoot th, tfoot td { font-weight: bold; border-bottom: 2px solid #4c6272; }
.amount { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
th.amount:last-child, td.amount:last-child { padding-right: 0; }
.small { display: block; color: #4c6272; font-size: 0.75rem; overflow-wrap: anywhere; }
code { font-family: "Courier New", monospace; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
@page { size: A4; margin: 15mm; }
@media print {
  body { font-size: 10pt; }
  main { max-width: none; padding: 0; }
  h2 { break-after: avoid; }
  tr { break-inside: avoid; }
  .scroll { overflow: visible; }
}
`;

/** How the page of a statement looks, on a screen and on paper. To the byte, since its hash lets it in. */
export const statementStyle: Html = { html: `<style>${style}</style>` };

/** What the page allows: its own style, by its hash, and nothing else; no script, no picture, nothing from elsewhere. */
export const statementPolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`;
