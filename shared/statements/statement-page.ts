import { html, nothing, type Html } from './html.ts';
import { mostDisputed } from './dispute.ts';
import { inPlaceOf } from '../postings/adjustment.ts';
import type { StatementLine } from './statement-line.ts';
import type { StatementPart } from './statement-parts.ts';
import { statementPolicy, statementStyle } from './statement-style.ts';
import {
  dayInWords,
  inNumber,
  inPounds,
  monthInWords,
  reasons,
  schemes,
  statuses,
  treatments,
} from './statement-words.ts';
import type { Statement } from './statement.ts';

/** A page that stands on its own: what a statement says, for finance staff to read, to keep and to print. */
export function statementPage(part: StatementPart): string {
  const { statement } = part;
  const called = `${kindOf(statement)} ${statement.number}`;
  const [from, to] = [nameOf(part, statement.creditor), nameOf(part, statement.debtor)];
  const title = `${called}: ${from} to ${to}, ${monthInWords(statement.period)}`;
  const page = html`<!doctype html>
    <html lang="en-GB">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${statementPolicy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        ${statementStyle}
      </head>
      <body>
        <main>
          <h1>${called}</h1>
          <p>Statement of what was posted for ${monthInWords(statement.period)}</p>
          ${partiesOf(part)} ${factsOf(part)} ${linesOf(part)} ${vatOf(statement)} ${nextSteps(part)}
        </main>
      </body>
    </html> `;
  return page.html;
}

function partiesOf(part: StatementPart): Html {
  const { creditor, debtor, issuer } = part.statement;
  const party = (heading: string, organisation: string, more: Html = nothing) =>
    html`<section>
      <h2>${heading}</h2>
      <p><strong>${nameOf(part, organisation)}</strong></p>
      ${(part.organisations.get(organisation)?.identifiers ?? []).map(
        ({ scheme, value }) => html`<p>${schemes[scheme]} ${value}</p>`,
      )}
      ${more}
    </section>`;
  const by = issuer === creditor ? nothing : html`<p>Issued by ${nameOf(part, issuer)}, which has succeeded it</p>`;
  return html`<div class="parties">${party('From', creditor, by)} ${party('To', debtor)}</div>`;
}

function factsOf(part: StatementPart): Html {
  const { statement } = part;
  const { gross, issuedOn, dueOn, agreedOn, settledOn, status, hash, lines } = statement;
  const [payer, payee] = gross < 0 ? [statement.creditor, statement.debtor] : [statement.debtor, statement.creditor];
  const row = (term: string, value: string | Html) =>
    html`<dt>${term}</dt>
      <dd>${value}</dd>`;
  const since = settledOn ?? agreedOn;
  return html`<dl>
    ${row(gross < 0 ? 'To be credited' : 'To be paid', html`<span class="total">${inPounds(Math.abs(gross))}</span>`)}
    ${row('By', `${nameOf(part, payer)}, to ${nameOf(part, payee)}`)} ${row('Due by', dayInWords(dueOn))}
    ${row('Issued on', dayInWords(issuedOn))} ${row('Period', monthInWords(statement.period))}
    ${statement.purchaseOrder === undefined ? nothing : row('Purchase order', statement.purchaseOrder)}
    ${row('Stands as', since === undefined ? statuses[status] : `${statuses[status]} on ${dayInWords(since)}`)}
    ${row('Lines', inNumber(lines))} ${row('Hash of all lines', html`<code>${hash}</code>`)}
  </dl>`;
}

function linesOf(part: StatementPart): Html {
  const { statement, lines, first, parts } = part;
  const last = first + lines.length - 1;
  const which =
    parts === 1
      ? 'Every line, with what caused it'
      : `Lines ${inNumber(first)} to ${inNumber(last)} of ${inNumber(statement.lines)} (part ${String(part.part)} of ${String(parts)}); the totals are of all`;
  return html`<h2>What it is for</h2>
    <div class="scroll" role="region" aria-label="Lines" tabindex="0">
      <table>
        <caption>
          ${which}. Amounts in pounds; credits are below nought.
        </caption>
        <thead>
          <tr>
            <th scope="col">Cohort</th>
            <th scope="col">Why</th>
            <th scope="col">Places</th>
            <th scope="col">Counts for</th>
            <th scope="col" class="amount">Net</th>
            <th scope="col" class="amount">VAT</th>
            <th scope="col" class="amount">Total</th>
          </tr>
        </thead>
        <tbody>
          ${lines.map((line) => lineOf(part, line))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colspan="4">Total</th>
            ${amounts(statement)}
          </tr>
        </tfoot>
      </table>
    </div>`;
}

function lineOf(part: StatementPart, line: StatementLine): Html {
  const { title, name } = part.cohorts.get(line.cohort) ?? { title: line.cohort, name: '' };
  const order = part.statement.purchaseOrders.find(({ cohort }) => cohort === line.cohort)?.reference;
  const replaced = inPlaceOf(line);
  const small = (text: string) => html` <span class="small">${text}</span>`;
  return html`<tr>
    <th scope="row">${title}${small(name)}${order === undefined ? nothing : small(`Purchase order ${order}`)}</th>
    <td>
      ${reasons[line.reason]}${line.reverses === undefined ? nothing : small(`Of line ${line.reverses}`)}${replaced === undefined ? nothing : small(`In place of line ${replaced}`)}
      ${small(`Line ${line.id}`)}${small(`Cause ${line.cause}`)}
    </td>
    <td>${line.tickets.join(', ')}</td>
    <td>${dayInWords(line.effectiveOn)}</td>
    ${amounts(line)}
  </tr>`;
}

function vatOf({ vatByTreatment }: Statement): Html {
  return html`<h2>VAT</h2>
    <table>
      <caption>
        What the lines come to under each treatment
      </caption>
      <thead>
        <tr>
          <th scope="col">Treatment</th>
          <th scope="col" class="amount">Net</th>
          <th scope="col" class="amount">VAT</th>
          <th scope="col" class="amount">Total</th>
        </tr>
      </thead>
      <tbody>
        ${vatByTreatment.map(
          (sums) =>
            html`<tr>
              <th scope="row">${treatments[sums.treatment]}</th>
              ${amounts(sums)}
            </tr>`,
        )}
      </tbody>
    </table>`;
}

function nextSteps(part: StatementPart): Html {
  const { status, debtor, id } = part.statement;
  if (status === 'agreed' || status === 'settled') {
    return html`<h2>Agreed</h2>
      <p>
        Both organisations have agreed to these lines. They stay as they are; what changes later is on a later
        statement.
      </p>`;
  }
  return html`<h2>To agree, or to dispute</h2>
    <p>
      Finance staff of ${nameOf(part, debtor)} agree to this statement (<code>${id}</code>) by its hash: to exactly
      these lines. Or they dispute lines, up to ${mostDisputed} at once, each by its id and with a reason: not our
      place, a wrong amount, wrong VAT, a wrong period, paid already, no purchase order, or another.
    </p>
    <p>
      The issuer answers each of them. A line that is corrected is reversed on a later statement, and what stays owed of
      it stands there beside that; this one stays as it is, so that it can be agreed to.
    </p>`;
}

function amounts({ net, vat }: { readonly net: number; readonly vat: number }): readonly Html[] {
  return [net, vat, net + vat].map((pence) => html`<td class="amount">${inPounds(pence)}</td>`);
}

function kindOf({ kind }: Statement): string {
  return kind === 'invoice' ? 'Invoice' : 'Credit note';
}

function nameOf({ organisations }: StatementPart, organisation: string): string {
  return organisations.get(organisation)?.name ?? organisation;
}
